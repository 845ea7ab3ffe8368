using ImageHub.Domain.Inventory;

namespace ImageHub.Application.Inventory;

/// <summary>Rows of one kind within a time.</summary>
/// <param name="Width">Rollups of that many seconds, or 0: the records themselves.</param>
/// <param name="From">The first row's time.</param>
/// <param name="To">The end, exclusive.</param>
public sealed record RollupRange(int Width, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The longest rollups.</summary>
    public static int TopLevel => InventoryRollup.Widths.Count - 1;

    /// <summary>
    /// The rows that make up the records between two times: rollups of a level, and what is left before and after them in those of the levels
    /// below. What is less than a minute is left to the records.
    /// </summary>
    /// <param name="from">The start, inclusive.</param>
    /// <param name="to">The end, exclusive.</param>
    /// <param name="level">Which of <see cref="InventoryRollup.Widths"/> is the longest to use.</param>
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

    /// <summary>How long the rollups of a level are.</summary>
    public static TimeSpan LengthAt(int level) => TimeSpan.FromSeconds(InventoryRollup.Widths[level]);

    /// <summary>When the rollup begins that a time belongs to.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time, TimeSpan width)
    {
        var past = (time - InventoryRecord.Earliest).Ticks % width.Ticks;
        return time.AddTicks(past < 0 ? -past - width.Ticks : -past);
    }
}
