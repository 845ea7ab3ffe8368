using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Forgets links whose time has been over for long.</summary>
public sealed record PruneLinks : IRequest;

internal sealed class PruneLinksHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<PruneLinks>
{
    /// <summary>Kept a while longer: their makers still look how often they were followed.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<Unit> Handle(PruneLinks request, CancellationToken cancellationToken)
    {
        var until = clock.Now() - Kept;
        await db.Links.Where(link => link.ExpiresAt < until).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
