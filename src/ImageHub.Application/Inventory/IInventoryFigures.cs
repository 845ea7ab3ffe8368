using ImageHub.Domain.Inventory;

namespace ImageHub.Application.Inventory;

/// <summary>
/// The SQL statements that write and read quantities. In a call with several arrays, the elements with the same index describe the same record.
/// </summary>
public interface IInventoryFigures
{
    /// <summary>
    /// Adds records within a transaction. Skips records whose product and time are already recorded. Waits while another request writes a record of
    /// the same product and time, and skips the record if that request commits.
    /// </summary>
    /// <returns>The number of added records.</returns>
    Task<int> AddRecordsAsync(Guid[] ids, string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Returns the index of the first record whose product and time are already recorded under another id.</summary>
    Task<int> FindDuplicateAsync(Guid[] ids, string[] products, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Adds records to the rollups of every width in <see cref="InventoryRollup.Widths"/>, in the transaction that adds the records.</summary>
    Task RollUpAsync(string[] products, long[] quantities, DateTimeOffset[] times, CancellationToken cancellationToken);

    /// <summary>Counts a product's records in time ranges. Each range states whether to read rollups or records.</summary>
    Task<long> CountAsync(string productId, IReadOnlyList<RollupRange> ranges, CancellationToken cancellationToken);

    /// <summary>Reads the points of a product's chart in order of time; parts without records are omitted.</summary>
    Task<List<InventoryPoint>> ReadPointsAsync(string productId, HistoryParts parts, CancellationToken cancellationToken);

    /// <summary>Reads the latest record of each product, in the order of the ids; products without records are omitted.</summary>
    Task<List<InventoryLevel>> ReadLevelsAsync(string[] productIds, CancellationToken cancellationToken);
}
