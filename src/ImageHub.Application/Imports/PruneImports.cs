using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Imports;

/// <summary>Deletes imports that ended long ago.</summary>
public sealed record PruneImports : IRequest;

internal sealed class PruneImportsHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<PruneImports>
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<Unit> Handle(PruneImports request, CancellationToken cancellationToken)
    {
        var until = clock.Now() - Kept;
        await db.Imports.Where(import => import.EndedAt < until).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
