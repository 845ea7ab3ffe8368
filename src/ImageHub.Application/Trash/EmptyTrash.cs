using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Trash;

/// <summary>Permanently deletes everything in the trash.</summary>
public sealed record EmptyTrash : IRequest;

/// <summary>Permanently deletes items whose time in the trash is over.</summary>
public sealed record PurgeOldTrash : IRequest;

internal sealed class EmptyTrashHandler(IImageHubDb db, UnreferencedObjects unreferenced, IOptions<TrashOptions> options, TimeProvider clock)
    : IRequestHandler<EmptyTrash>, IRequestHandler<PurgeOldTrash>
{
    /// <summary>The number of rows in one statement: large enough to be fast, but small enough to limit memory and locks.</summary>
    private const int BatchSize = 200;

    /// <summary>The maximum number of waits for rows locked by other transactions. The next purge deletes the rows that remain.</summary>
    private const int MaxWaits = 50;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    public Task<Unit> Handle(EmptyTrash request, CancellationToken cancellationToken) => PurgeAsync(clock.Now(), cancellationToken);

    public Task<Unit> Handle(PurgeOldTrash request, CancellationToken cancellationToken) =>
        PurgeAsync(clock.Now() - TimeSpan.FromDays(options.Value.KeepDays), cancellationToken);

    private async Task<Unit> PurgeAsync(DateTimeOffset deletedUntil, CancellationToken cancellationToken)
    {
        for (var waits = 0; ;)
        {
            // Rows are deleted first, because they define which images exist. Reconciliation finds objects that remain after a crash.
            var purged = await db.ObjectRows.PurgeImagesAsync(deletedUntil, BatchSize, cancellationToken);
            if (purged.Count == 0)
            {
                // The statement skips locked rows. Comparisons of similar images lock rows for a moment.
                if (waits++ == MaxWaits || !await db.AllImages.AnyAsync(image => image.DeletedAt <= deletedUntil, cancellationToken))
                {
                    break;
                }

                await Task.Delay(Wait, cancellationToken);
                continue;
            }

            await unreferenced.TryDeleteAsync([.. purged.SelectMany(image => image.Keys)]);
        }

        while (await PurgeGroupsAsync(deletedUntil, cancellationToken) == BatchSize)
        {
        }

        return Unit.Value;
    }

    /// <summary>
    /// Deletes groups in the trash that have no images, including guests' inboxes and the own groups of deleted users. A group is deleted only after all groups
    /// below it, so the deepest groups come first.
    /// </summary>
    private async Task<int> PurgeGroupsAsync(DateTimeOffset deletedUntil, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Locks.LockGroupTreeAsync(cancellationToken);
        var remaining = db.AllGroups.Where(group => group.DeletedAt == null || group.DeletedAt > deletedUntil || db.AllImages.Any(image => image.GroupId == group.Id));
        var purged = await db.AllGroups
            .Where(group => group.DeletedAt <= deletedUntil
                && !db.AllImages.Any(image => image.GroupId == group.Id)
                && !remaining.SelectMany(below => below.Path).Contains(group.Id))
            .OrderByDescending(group => group.Path.Count)
            .Take(BatchSize)
            .ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return purged;
    }
}
