using ImageHub.Application.Inventory;
using ImageHub.Domain.Inventory;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The tables <c>inventory_records</c> and <c>inventory_rollups</c>. Lists are sent as arrays and joined with <c>unnest</c>.</summary>
internal sealed class InventoryFigures(ImageHubDb db) : IInventoryFigures
{
    // Every request writes its rows in index order to avoid deadlocks.
    public Task<int> AddRecordsAsync(Guid[] ids, string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO inventory_records (id, product_id, quantity, observed_at)
            SELECT id, product_id, quantity, observed_at
            FROM unnest({ids}, {products}, {quantities}, {times}) AS sent(id, product_id, quantity, observed_at)
            ORDER BY product_id, observed_at
            ON CONFLICT (product_id, observed_at) DO NOTHING
            """,
            cancellationToken);

    public Task<int> FindDuplicateAsync(Guid[] ids, string[] products, DateTimeOffset[] times, CancellationToken cancellationToken) => db.Database
        .SqlQuery<int>(
            $"""
            SELECT (sent.place - 1)::int AS "Value"
            FROM unnest({ids}, {products}, {times}) WITH ORDINALITY AS sent(id, product_id, observed_at, place)
            JOIN inventory_records AS record ON record.product_id = sent.product_id AND record.observed_at = sent.observed_at AND record.id <> sent.id
            ORDER BY sent.place
            LIMIT 1
            """)
        .SingleAsync(cancellationToken);

    public Task RollUpAsync(string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken)
    {
        var widths = InventoryRollup.Widths.ToArray();
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO inventory_rollups (product_id, width, starts_at, count, min, max, last, last_at)
            SELECT product_id, width, date_bin(make_interval(secs => width), observed_at, {InventoryRecord.Earliest}),
                   count(*), min(quantity), max(quantity), (array_agg(quantity ORDER BY observed_at DESC))[1], max(observed_at)
            FROM unnest({products}, {quantities}, {times}) AS sent(product_id, quantity, observed_at), unnest({widths}) AS width
            GROUP BY 1, 2, 3
            ORDER BY 1, 2, 3
            ON CONFLICT (product_id, width, starts_at) DO UPDATE SET
                count = inventory_rollups.count + excluded.count,
                min = least(inventory_rollups.min, excluded.min),
                max = greatest(inventory_rollups.max, excluded.max),
                last = CASE WHEN excluded.last_at > inventory_rollups.last_at THEN excluded.last ELSE inventory_rollups.last END,
                last_at = greatest(inventory_rollups.last_at, excluded.last_at)
            """,
            cancellationToken);
    }

    public Task<long> CountAsync(string productId, IReadOnlyList<RollupRange> ranges, CancellationToken cancellationToken)
    {
        var (widths, starts, ends) = Columns(ranges);
        return db.Database
            .SqlQuery<long>(
                $"""
                SELECT coalesce(sum(row.count), 0)::bigint AS "Value"
                FROM unnest({widths}, {starts}, {ends}) AS stretch(width, starts_at, ends_at)
                CROSS JOIN LATERAL (
                    SELECT sum(count) AS count
                    FROM inventory_rollups
                    WHERE product_id = {productId} AND width = stretch.width AND starts_at >= stretch.starts_at AND starts_at < stretch.ends_at
                    UNION ALL
                    SELECT count(*)
                    FROM inventory_records
                    WHERE stretch.width = 0 AND product_id = {productId} AND observed_at >= stretch.starts_at AND observed_at < stretch.ends_at
                ) AS row
                """)
            .SingleAsync(cancellationToken);
    }

    public Task<List<InventoryPoint>> ReadPointsAsync(string productId, HistoryParts parts, CancellationToken cancellationToken)
    {
        var (widths, starts, ends) = Columns(parts.Ranges);
        return db.Database
            .SqlQuery<InventoryPoint>(
                $"""
                SELECT greatest(date_bin({parts.Length}, row.starts_at, {parts.Origin}), {parts.From}) AS at,
                       min(row.min) AS min, max(row.max) AS max, (array_agg(row.last ORDER BY row.last_at DESC))[1] AS last
                FROM unnest({widths}, {starts}, {ends}) AS stretch(width, starts_at, ends_at)
                CROSS JOIN LATERAL (
                    SELECT starts_at, min, max, last, last_at
                    FROM inventory_rollups
                    WHERE product_id = {productId} AND width = stretch.width AND starts_at >= stretch.starts_at AND starts_at < stretch.ends_at
                    UNION ALL
                    SELECT observed_at, quantity, quantity, quantity, observed_at
                    FROM inventory_records
                    WHERE stretch.width = 0 AND product_id = {productId} AND observed_at >= stretch.starts_at AND observed_at < stretch.ends_at
                ) AS row
                GROUP BY 1
                ORDER BY 1
                """)
            .ToListAsync(cancellationToken);
    }

    // Reads only the last index entry of each product.
    public Task<List<InventoryLevel>> ReadLevelsAsync(string[] productIds, CancellationToken cancellationToken) => db.Database
        .SqlQuery<InventoryLevel>(
            $"""
            SELECT latest.product_id AS product_id, latest.quantity AS quantity, latest.observed_at AS "timestamp"
            FROM unnest({productIds}) WITH ORDINALITY AS asked(product_id, place)
            CROSS JOIN LATERAL (
                SELECT product_id, quantity, observed_at FROM inventory_records WHERE product_id = asked.product_id ORDER BY observed_at DESC LIMIT 1
            ) AS latest
            ORDER BY asked.place
            """)
        .ToListAsync(cancellationToken);

    private static (int[] Widths, DateTimeOffset[] Starts, DateTimeOffset[] Ends) Columns(IReadOnlyList<RollupRange> ranges) =>
        ([.. ranges.Select(part => part.Width)], [.. ranges.Select(part => part.From)], [.. ranges.Select(part => part.To)]);
}
