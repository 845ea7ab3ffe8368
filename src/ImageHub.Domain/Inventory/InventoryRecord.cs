using ImageHub.Domain.Groups;

namespace ImageHub.Domain.Inventory;

/// <summary>The quantity of a product at a time. Records are inserted in bulk by one statement and never changed.</summary>
public sealed class InventoryRecord
{
    /// <summary>The maximum length of a product id, in characters.</summary>
    public const int MaxProductIdLength = Group.MaxProductIdLength;

    /// <summary>The largest quantity: the largest integer that all JSON parsers preserve (RFC 8259, section 6).</summary>
    public const long MaxQuantity = (1L << 53) - 1;

    /// <summary>The earliest allowed time.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <summary>How far a time may be ahead of the server's clock.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    private InventoryRecord()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The product, in Unicode NFC.</summary>
    public string ProductId { get; private init; } = "";

    /// <summary>The quantity.</summary>
    public long Quantity { get; private init; }

    /// <summary>When the quantity was observed, in whole microseconds. A product has one record per time.</summary>
    public DateTimeOffset ObservedAt { get; private init; }

    /// <summary>
    /// Clips a time range to the allowed times of records. Both ends are inclusive. Given times are converted to the stored precision; null means no bound.
    /// Returns null for an empty range.
    /// </summary>
    public static (DateTimeOffset From, DateTimeOffset To)? Within(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        var start = from is null || from < Earliest ? Earliest : ToStoredTime(from.Value);
        var latest = now + MaxAhead;
        var end = to is null || to > latest ? latest : ToStoredTime(to.Value);
        return start <= end ? (start, end) : null;
    }

    /// <summary>Converts a time to the database's precision: UTC and whole microseconds.</summary>
    public static DateTimeOffset ToStoredTime(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime();
}
