using ImageHub.Application.Storage;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The tables <c>images</c>, <c>thumbnails</c> and <c>orphaned_objects</c>.</summary>
internal sealed class ObjectRows(ImageHubDb db) : IObjectRows
{
    public Task<List<PurgedImage>> PurgeImagesAsync(DateTimeOffset deletedUntil, int limit, CancellationToken cancellationToken) => db.Database
        .SqlQuery<PurgedImage>(
            $"""
            WITH purged AS (
                DELETE FROM images WHERE id IN (
                    SELECT id FROM images WHERE deleted_at <= {deletedUntil} ORDER BY deleted_at LIMIT {limit} FOR UPDATE SKIP LOCKED)
                RETURNING id, revision)
            SELECT id AS image_id, revision AS revision, array(SELECT height FROM thumbnails WHERE image_id = id) AS thumbnail_numbers FROM purged
            """)
        .ToListAsync(cancellationToken);

    public Task<List<DroppedThumbnail>> DropThumbnailsAsync(DateTimeOffset unreadSince, int limit, CancellationToken cancellationToken) => db.Database
        .SqlQuery<DroppedThumbnail>(
            $"""
            WITH dropped AS (
                DELETE FROM thumbnails WHERE (image_id, height) IN (
                    SELECT image_id, height FROM thumbnails WHERE last_read_at <= {unreadSince} ORDER BY last_read_at LIMIT {limit} FOR UPDATE SKIP LOCKED)
                RETURNING image_id, height)
            SELECT image_id AS image_id, revision AS revision, height AS number FROM dropped JOIN images ON images.id = image_id
            """)
        .ToListAsync(cancellationToken);

    public Task<List<DroppedThumbnail>> DropTransformsAsync(Guid imageId, int kept, CancellationToken cancellationToken) => db.Database
        .SqlQuery<DroppedThumbnail>(
            $"""
            WITH dropped AS (
                DELETE FROM thumbnails WHERE (image_id, height) IN (
                    SELECT image_id, height FROM thumbnails WHERE image_id = {imageId} AND height < 0
                    ORDER BY last_read_at DESC, created_at DESC OFFSET {kept} FOR UPDATE SKIP LOCKED)
                RETURNING image_id, height)
            SELECT image_id AS image_id, revision AS revision, height AS number FROM dropped JOIN images ON images.id = image_id
            """)
        .ToListAsync(cancellationToken);

    public Task AddOrphansAsync(string[] keys, DateTimeOffset dueAt, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO orphaned_objects (key, bytes, due_at) SELECT key, 0, {dueAt} FROM unnest({keys}) AS key
        ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at
        """,
        cancellationToken);
}
