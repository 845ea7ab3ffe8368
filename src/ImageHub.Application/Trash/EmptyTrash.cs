using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Trash;

/// <summary>Deletes all that lies in the trash, for good.</summary>
public sealed record EmptyTrash : IRequest;

/// <summary>Deletes what has lain in the trash long enough, for good.</summary>
public sealed record PurgeOldTrash : IRequest;

internal sealed class EmptyTrashHandler(IImageHubDb db, Leftovers leftovers, IOptions<TrashOptions> options, TimeProvider clock)
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
            var purged = await db.Database
                .SqlQuery<PurgedObjects>(
                    $"""
                    WITH purged AS (
                        DELETE FROM images WHERE id IN (
                            SELECT id FROM images WHERE deleted_at <= {deletedUntil} ORDER BY deleted_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
                        RETURNING id, revision)
                    SELECT id AS image_id, revision AS revision, array(SELECT height FROM thumbnails WHERE image_id = id) AS thumbnail_heights FROM purged
                    """)
                .ToListAsync(cancellationToken);
            if (purged.Count == 0)
            {
                break;
            }

            await leftovers.TryDeleteAsync([.. purged.SelectMany(image => image.Keys)]);
        }

        // Users' own among them: one outlives its account until its last image is gone.
        await db.AllGroups
            .Where(group => group.DeletedAt <= deletedUntil && !db.Images.Any(image => image.GroupId == group.Id))
            .ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>What is left of an image: its row is gone, and the rows of its thumbnails with it.</summary>
    private sealed record PurgedObjects(Guid ImageId, int Revision, int[] ThumbnailHeights)
    {
        public IEnumerable<string> Keys =>
        [
            .. ObjectKey.All(ImageId, Revision),
            .. ThumbnailHeights.Select(height => ObjectKey.For(ImageId, Revision, ImageVariant.Thumbnail(height))),
        ];
    }
}
