using ImageHub.Domain.Groups;

namespace ImageHub.Domain.Inventory;

/// <summary>How many of a product were there at a time. Records are written in bulk by one statement, and never changed.</summary>
public sealed class InventoryRecord
{
    /// <summary>The longest product id, in characters.</summary>
    public const int MaxProductIdLength = Group.MaxProductIdLength;

    /// <summary>The largest quantity: the largest whole number that every JSON reader gives back unchanged (RFC 8259, section 6).</summary>
    public const long MaxQuantity = (1L << 53) - 1;

    /// <summary>The earliest time.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <summary>How far ahead of the server's clock a time may be.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    private InventoryRecord()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The product, in Unicode NFC.</summary>
    public string ProductId { get; private init; } = "";

    /// <summary>How many there were.</summary>
    public long Quantity { get; private init; }

    /// <summary>When they were counted, in whole microseconds. A product has one record for each time.</summary>
    public DateTimeOffset ObservedAt { get; private init; }

    /// <summary>What of a range of times may have records, both ends included and in stored times; null: nothing. An absent end is as far as records go.</summary>
    public static (DateTimeOffset From, DateTimeOffset To)? Within(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        var start = from is null || from < Earliest ? Earliest : ToStoredTime(from.Value);
        var latest = now + MaxAhead;
        var end = to is null || to > latest ? latest : ToStoredTime(to.Value);
        return start <= end ? (start, end) : null;
    }

    /// <summary>A time as the database keeps it: in UTC and whole microseconds.</summary>
    public static DateTimeOffset ToStoredTime(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime();
}
