using ImageHub.Domain.Inventory;

namespace ImageHub.Application.Inventory;

/// <summary>A time range and the kind of rows, rollups or records, to read for it.</summary>
/// <param name="Width">The width of the rollups in seconds, or 0 for the records themselves.</param>
/// <param name="From">The start, inclusive.</param>
/// <param name="To">The end, exclusive.</param>
public sealed record RollupRange(int Width, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The level of the longest rollups.</summary>
    public static int TopLevel => InventoryRollup.Widths.Count - 1;

    /// <summary>
    /// Divides a time range. Rollups of the given level cover its middle, shorter rollups cover the remainders at both ends, and records cover remainders
    /// below a minute.
    /// </summary>
    /// <param name="from">The start, inclusive.</param>
    /// <param name="to">The end, exclusive.</param>
    /// <param name="level">The index in <see cref="InventoryRollup.Widths"/> of the longest rollups to use.</param>
    public static IReadOnlyList<RollupRange> Cover(DateTimeOffset from, DateTimeOffset to, int level)
    {
        if (from >= to)
        {
            return [];
        }

        if (level < 0)
        {
            return [new RollupRange(0, from, to)];
        }

        var (first, last) = (Floor(from.AddMicroseconds(-1), LengthAt(level)) + LengthAt(level), Floor(to, LengthAt(level)));
        return first < last
            ? [.. Cover(from, first, level - 1), new RollupRange(InventoryRollup.Widths[level], first, last), .. Cover(last, to, level - 1)]
            : Cover(from, to, level - 1);
    }

    /// <summary>The length of a level's rollups.</summary>
    public static TimeSpan LengthAt(int level) => TimeSpan.FromSeconds(InventoryRollup.Widths[level]);

    /// <summary>Returns the start of the rollup that contains a time.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time, TimeSpan width)
    {
        var past = (time - InventoryRecord.Earliest).Ticks % width.Ticks;
        return time.AddTicks(past < 0 ? -past - width.Ticks : -past);
    }
}
