using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Adds the latest changes to the counts of tags and months, so that few are left to be added up by who reads them. No answer changes by it.</summary>
public sealed record AddUpFacets : IRequest
{
    /// <summary>How often it is sent.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
}

internal sealed class AddUpFacetsHandler(IImageHubDb db) : IRequestHandler<AddUpFacets>
{
    private const int Batch = 10_000;

    public async Task<Unit> Handle(AddUpFacets request, CancellationToken cancellationToken)
    {
        // One statement: a reader sees a change either here or there. Several instances take different changes, and counts in the order of their keys; while one
        // has not committed, a count can lack what it adds and be below 0.
        while (await db.Database.ExecuteSqlAsync(
            $"""
            WITH taken AS (
                DELETE FROM facet_changes WHERE id IN (SELECT id FROM facet_changes ORDER BY id LIMIT {Batch} FOR UPDATE SKIP LOCKED)
                RETURNING kind, value, public_count, curated_count, live_count
            )
            INSERT INTO facet_counts AS kept (kind, value, public_count, curated_count, live_count)
            SELECT kind, value, sum(public_count), sum(curated_count), sum(live_count) FROM taken GROUP BY kind, value ORDER BY kind, value
            ON CONFLICT (kind, value) DO UPDATE SET
                public_count = kept.public_count + excluded.public_count,
                curated_count = kept.curated_count + excluded.curated_count,
                live_count = kept.live_count + excluded.live_count
            """,
            cancellationToken) > 0)
        {
        }

        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM facet_counts WHERE kind IN ({(int)FacetKind.Tag}, {(int)FacetKind.Month}) AND live_count = 0 AND curated_count = 0 AND public_count = 0",
            cancellationToken);
        return Unit.Value;
    }
}

/// <summary>Reads the counts of tags and months.</summary>
internal static class Facets
{
    /// <summary>The values that most images have, with those that have as many in the order of their characters.</summary>
    /// <param name="db">The database.</param>
    /// <param name="kind">What is counted.</param>
    /// <param name="caller">Who asks: counted is what <see cref="Visibility.ListedFor(IQueryable{Image}, ICaller)"/> lists.</param>
    /// <param name="pattern">What the value is like, in any case.</param>
    /// <param name="limit">How many values at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static Task<List<Facet>> MostUsedAsync(
        this IImageHubDb db, FacetKind kind, ICaller caller, string pattern, int limit, CancellationToken cancellationToken)
    {
        var column = ColumnFor(caller);

        // A value without changes has its count in the index; the others, which are few, are added up.
        return ReadAsync(
            db,
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

    /// <summary>The last values in the order of their characters: the latest months.</summary>
    /// <param name="db">The database.</param>
    /// <param name="kind">What is counted.</param>
    /// <param name="caller">Who asks, as of <see cref="MostUsedAsync"/>.</param>
    /// <param name="limit">How many values at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static Task<List<Facet>> LastAsync(this IImageHubDb db, FacetKind kind, ICaller caller, int limit, CancellationToken cancellationToken)
    {
        var column = ColumnFor(caller);
        return ReadAsync(
            db,
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

    private static Task<List<Facet>> ReadAsync(IImageHubDb db, string statement, object[] values, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<Facet>(statement, values).ToListAsync(cancellationToken);

    private static string ColumnFor(ICaller caller) => caller.IsAdmin ? "live_count" : caller.SeesHiddenImages() ? "curated_count" : "public_count";
}

/// <summary>A value, and how many images have it.</summary>
internal sealed record Facet(string Value, int Count);
