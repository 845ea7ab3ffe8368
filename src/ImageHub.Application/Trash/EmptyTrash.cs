using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Trash;

/// <summary>Deletes all that lies in the trash, for good.</summary>
public sealed record EmptyTrash : IRequest;

/// <summary>Deletes what has lain in the trash long enough, for good.</summary>
public sealed record PurgeOldTrash : IRequest;

internal sealed class EmptyTrashHandler(IImageHubDb db, UnreferencedObjects unreferenced, IOptions<TrashOptions> options, TimeProvider clock)
    : IRequestHandler<EmptyTrash>, IRequestHandler<PurgeOldTrash>
{
    /// <summary>Rows a statement: enough to be quick, few enough for memory and locks to stay small.</summary>
    private const int BatchSize = 200;

    public Task<Unit> Handle(EmptyTrash request, CancellationToken cancellationToken) => PurgeAsync(clock.Now(), cancellationToken);

    public Task<Unit> Handle(PurgeOldTrash request, CancellationToken cancellationToken) =>
        PurgeAsync(clock.Now() - TimeSpan.FromDays(options.Value.KeepDays), cancellationToken);

    private async Task<Unit> PurgeAsync(DateTimeOffset deletedUntil, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Rows first: they are what makes an image exist. Objects that a crash leaves behind are found by reconciliation.
            var purged = await db.ObjectRows.PurgeImagesAsync(deletedUntil, BatchSize, cancellationToken);
            if (purged.Count == 0)
            {
                break;
            }

            await unreferenced.TryDeleteAsync([.. purged.SelectMany(image => image.Keys)]);
        }

        // Users' own among them: one outlives its account until its last image is gone.
        await db.AllGroups
            .Where(group => group.DeletedAt <= deletedUntil && !db.Images.Any(image => image.GroupId == group.Id))
            .ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
