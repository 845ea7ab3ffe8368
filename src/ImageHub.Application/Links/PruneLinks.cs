using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Deletes links that expired long ago.</summary>
public sealed record PruneLinks : IRequest;

internal sealed class PruneLinksHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<PruneLinks>
{
    /// <summary>Expired links are kept for this time, so that their creators can see the number of views.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<Unit> Handle(PruneLinks request, CancellationToken cancellationToken)
    {
        var until = clock.Now() - Kept;
        await db.Links.Where(link => link.ExpiresAt < until).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
