using ImageHub.Application.Duplicates;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The tables <c>similar_images</c> and <c>uncompared_images</c>.</summary>
internal sealed class Comparisons(ImageHubDb db) : IComparisons
{
    // Sorted by key to avoid deadlocks, because another instance may write the same pairs. An image has a limited number of pairs, so images of a large set
    // that a curator has kept may get their first pair later. It is kept, too, if both images have a kept pair with the same older image.
    // The images are locked first, because an image that is purged meanwhile would violate the foreign key.
    public Task AddPairsAsync(Guid[] ids, Guid[] others, int[] distances, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        WITH image AS MATERIALIZED (SELECT id FROM images WHERE id = ANY({ids}) OR id = ANY({others}) ORDER BY id FOR KEY SHARE)
        INSERT INTO similar_images (newer_id, older_id, distance, is_kept)
        SELECT DISTINCT greatest(pair.a, pair.b), least(pair.a, pair.b), pair.distance, EXISTS (
            SELECT FROM similar_images AS kept
            JOIN similar_images AS other_kept ON other_kept.newer_id = greatest(kept.older_id, pair.b) AND other_kept.older_id = least(kept.older_id, pair.b)
            WHERE kept.newer_id = pair.a AND kept.is_kept AND other_kept.is_kept)
        FROM unnest({ids}, {others}, {distances}) AS pair(a, b, distance)
        JOIN image AS one ON one.id = pair.a
        JOIN image AS other ON other.id = pair.b
        ORDER BY 1, 2
        ON CONFLICT (newer_id, older_id) DO NOTHING
        """,
        cancellationToken);

    public Task CompareRestoredAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken)
    {
        var ids = imageIds.ToArray();
        return ids.Length == 0 ? Task.CompletedTask : db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO uncompared_images (image_id)
            SELECT id FROM images WHERE id = ANY({ids}) AND deleted_at IS NULL AND guest_id IS NULL AND perceptual_hash IS NOT NULL ORDER BY id
            ON CONFLICT DO NOTHING
            """,
            cancellationToken);
    }

    public Task CompareWithoutAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken)
    {
        // Skips locked rows: two transactions that trash the two images of a pair would otherwise wait for each other.
        var ids = imageIds.ToArray();
        return ids.Length == 0 ? Task.CompletedTask : db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO uncompared_images (image_id)
            SELECT image.id
            FROM images AS image
            WHERE image.id IN (
                    SELECT older_id FROM similar_images WHERE newer_id = ANY({ids}) UNION SELECT newer_id FROM similar_images WHERE older_id = ANY({ids}))
                AND image.deleted_at IS NULL
                AND (SELECT count(*) FROM (
                    SELECT FROM similar_images WHERE newer_id = image.id OR older_id = image.id LIMIT {IComparisons.MaxPairs}) AS pair) = {IComparisons.MaxPairs}
            ORDER BY image.id
            FOR KEY SHARE OF image SKIP LOCKED
            ON CONFLICT DO NOTHING
            """,
            cancellationToken);
    }
}
