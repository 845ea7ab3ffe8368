namespace ImageHub.Domain.Inventory;

/// <summary>
/// A product's records of a minute, an hour, a day or 30 days, aggregated in one row for charts and counts. The row is written in the transaction of
/// its records.
/// </summary>
public sealed class InventoryRollup
{
    /// <summary>The lengths of the periods in seconds, ascending. Each is a multiple of the previous one; all start at 1970-01-01 UTC.</summary>
    public static readonly IReadOnlyList<int> Widths = [60, 3_600, 86_400, 2_592_000];

    private InventoryRollup()
    {
    }

    /// <summary>The product, in Unicode NFC.</summary>
    public string ProductId { get; private init; } = "";

    /// <summary>The length of the period in seconds: one of <see cref="Widths"/>.</summary>
    public int Width { get; private init; }

    /// <summary>The start of the period.</summary>
    public DateTimeOffset StartsAt { get; private init; }

    /// <summary>The number of records.</summary>
    public long Count { get; private init; }

    /// <summary>The smallest quantity.</summary>
    public long Min { get; private init; }

    /// <summary>The largest quantity.</summary>
    public long Max { get; private init; }

    /// <summary>The quantity of the last record.</summary>
    public long Last { get; private init; }

    /// <summary>The time of the last record.</summary>
    public DateTimeOffset LastAt { get; private init; }
}
