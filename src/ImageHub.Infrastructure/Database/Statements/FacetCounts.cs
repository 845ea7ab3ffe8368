using ImageHub.Application.Tags;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The tables <c>facet_counts</c> and <c>facet_changes</c>.</summary>
internal sealed class FacetCounts(ImageHubDb db) : IFacetCounts
{
    // A single statement, so that a reader sees each change exactly once. Concurrent instances take different changes and update counts in key order. A count
    // can be negative until all instances have committed.
    public Task<int> AddUpAsync(int limit, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        WITH taken AS (
            DELETE FROM facet_changes WHERE id IN (SELECT id FROM facet_changes ORDER BY id LIMIT {limit} FOR UPDATE SKIP LOCKED)
            RETURNING kind, value, public_count, curated_count, live_count
        )
        INSERT INTO facet_counts AS kept (kind, value, public_count, curated_count, live_count)
        SELECT kind, value, sum(public_count), sum(curated_count), sum(live_count) FROM taken GROUP BY kind, value ORDER BY kind, value
        ON CONFLICT (kind, value) DO UPDATE SET
            public_count = kept.public_count + excluded.public_count,
            curated_count = kept.curated_count + excluded.curated_count,
            live_count = kept.live_count + excluded.live_count
        """,
        cancellationToken);

    public Task RemoveEmptyAsync(CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"DELETE FROM facet_counts WHERE kind IN ({(int)FacetKind.Tag}, {(int)FacetKind.Month}) AND live_count = 0 AND curated_count = 0 AND public_count = 0",
        cancellationToken);

    public Task<List<Facet>> ReadMostUsedAsync(FacetKind kind, CountedImages images, string pattern, int limit, CancellationToken cancellationToken)
    {
        var column = ColumnFor(images);

        // The index contains the counts of values without pending changes. The few values with pending changes are summed.
        return ReadAsync(
            $$"""
            WITH changed AS MATERIALIZED (
                SELECT change.value, sum(change.{{column}}) + coalesce((SELECT kept.{{column}} FROM facet_counts AS kept WHERE kept.kind = {0} AND kept.value = change.value), 0) AS count
                FROM facet_changes AS change
                WHERE change.kind = {0}
                GROUP BY change.value
            ), unchanged AS (
                SELECT value, {{column}} AS count
                FROM facet_counts
                WHERE kind = {0} AND {{column}} > 0 AND value ILIKE {1} AND value NOT IN (SELECT value FROM changed)
                ORDER BY {{column}} DESC, value
                LIMIT {2}
            )
            SELECT value, count::int AS count
            FROM (SELECT value, count FROM unchanged UNION ALL SELECT value, count FROM changed WHERE count > 0 AND value ILIKE {1}) AS counted
            ORDER BY count DESC, value
            LIMIT {2}
            """,
            [(int)kind, pattern, limit],
            cancellationToken);
    }

    public Task<List<Facet>> ReadLastAsync(FacetKind kind, CountedImages images, int limit, CancellationToken cancellationToken)
    {
        var column = ColumnFor(images);
        return ReadAsync(
            $$"""
            SELECT value, sum(count)::int AS count
            FROM (
                SELECT value, {{column}} AS count FROM facet_counts WHERE kind = {0} UNION ALL SELECT value, {{column}} FROM facet_changes WHERE kind = {0}
            ) AS counted
            GROUP BY value
            HAVING sum(count) > 0
            ORDER BY value DESC
            LIMIT {1}
            """,
            [(int)kind, limit],
            cancellationToken);
    }

    private Task<List<Facet>> ReadAsync(string statement, object[] values, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<Facet>(statement, values).ToListAsync(cancellationToken);

    private static string ColumnFor(CountedImages images) => images switch
    {
        CountedImages.All => "live_count",
        CountedImages.Curated => "curated_count",
        _ => "public_count",
    };
}
