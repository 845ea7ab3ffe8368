namespace ImageHub.Domain.Inventory;

/// <summary>
/// A product's records of a minute, an hour, a day or 30 days in one row: charts are read from them, and records counted. It is written in the
/// transaction that writes the records.
/// </summary>
public sealed class InventoryRollup
{
    /// <summary>How long the periods are, in seconds, from short to long. Each is a multiple of the one before; all count from 1970-01-01 in UTC.</summary>
    public static readonly IReadOnlyList<int> Widths = [60, 3_600, 86_400, 2_592_000];

    private InventoryRollup()
    {
    }

    /// <summary>The product, in Unicode NFC.</summary>
    public string ProductId { get; private init; } = "";

    /// <summary>How long the period is, in seconds: one of <see cref="Widths"/>.</summary>
    public int Width { get; private init; }

    /// <summary>When the period begins.</summary>
    public DateTimeOffset StartsAt { get; private init; }

    /// <summary>How many records there are.</summary>
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
