using ImageHub.Domain.Inventory;

namespace ImageHub.Application.Inventory;

/// <summary>The SQL statements that write and read quantities. The lists of one call are parallel: equal indexes belong together.</summary>
public interface IInventoryFigures
{
    /// <summary>
    /// Within a transaction, adds records, except records whose product and time already exist. Waits while another request is writing a record with
    /// the same product and time, and skips the record once that request has committed.
    /// </summary>
    /// <returns>The number of added records.</returns>
    Task<int> AddRecordsAsync(Guid[] ids, string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Returns the index of the first record that already exists under another id.</summary>
    Task<int> FindDuplicateAsync(Guid[] ids, string[] products, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Within the transaction that adds records, adds them to the rollups of every width in <see cref="InventoryRollup.Widths"/>.</summary>
    Task RollUpAsync(string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Counts a product's records in time ranges, from rollups where possible.</summary>
    Task<long> CountAsync(string productId, IReadOnlyList<RollupRange> ranges, CancellationToken cancellationToken);

    /// <summary>Reads the points of a product's chart, by time; parts without records are omitted.</summary>
    Task<List<InventoryPoint>> ReadPointsAsync(string productId, HistoryParts parts, CancellationToken cancellationToken);

    /// <summary>Reads the latest record of each product, in the given order; products without records are omitted.</summary>
    Task<List<InventoryLevel>> ReadLevelsAsync(string[] productIds, CancellationToken cancellationToken);
}
