using ImageHub.Domain.Inventory;

namespace ImageHub.Application.Inventory;

/// <summary>The statements that write and read quantities. Lists of one call belong together by index.</summary>
public interface IInventoryFigures
{
    /// <summary>
    /// Within a transaction, adds records, except records of a product and time that are there already. A row that another request is writing is waited for,
    /// and skipped once it is committed.
    /// </summary>
    /// <returns>How many records were added.</returns>
    Task<int> AddRecordsAsync(Guid[] ids, string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>The index of the first record that is there already under another id.</summary>
    Task<int> FindDuplicateAsync(Guid[] ids, string[] products, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Within the transaction that adds records, adds them to the rollups of every width in <see cref="InventoryRollup.Widths"/>.</summary>
    Task RollUpAsync(string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Counts a product's records in ranges of time, from the rollups as far as possible.</summary>
    Task<long> CountAsync(string productId, IReadOnlyList<RollupRange> ranges, CancellationToken cancellationToken);

    /// <summary>The points of a product's chart, by time; parts without records are left out.</summary>
    Task<List<InventoryPoint>> ReadPointsAsync(string productId, HistoryParts parts, CancellationToken cancellationToken);

    /// <summary>The latest record of each product, in the given order; products without records are left out.</summary>
    Task<List<InventoryLevel>> ReadLevelsAsync(string[] productIds, CancellationToken cancellationToken);
}
