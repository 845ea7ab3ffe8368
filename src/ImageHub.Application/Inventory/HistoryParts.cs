namespace ImageHub.Application.Inventory;

/// <summary>How a range of time is divided for a chart: into equal parts, and into ranges that say which rows are read.</summary>
/// <param name="From">The range's start.</param>
/// <param name="Origin">When the first part begins: at or before <paramref name="From"/>.</param>
/// <param name="Length">How long a part is.</param>
/// <param name="Ranges">The rows that make up the range, and no others.</param>
public sealed record HistoryParts(DateTimeOffset From, DateTimeOffset Origin, TimeSpan Length, IReadOnlyList<RollupRange> Ranges)
{
    /// <summary>
    /// Divides a range. A part is a whole number of the longest rollups that fit into it, so that it is read from few of them, and every
    /// record of the range is counted: what is left at the two ends is read from shorter rollups and, below a minute, from the records.
    /// </summary>
    /// <param name="from">The range's start, inclusive.</param>
    /// <param name="to">The range's end, inclusive.</param>
    /// <param name="points">The most parts.</param>
    public static HistoryParts Divide(DateTimeOffset from, DateTimeOffset to, int points)
    {
        var end = to.AddMicroseconds(1);
        var wanted = (end - from) / points;
        var level = RollupRange.TopLevel;
        while (level > 0 && RollupRange.LengthAt(level) > wanted)
        {
            level--;
        }

        var origin = RollupRange.Floor(from, RollupRange.LengthAt(level));
        var rollupsAPart = (long)Math.Ceiling((end - origin) / (RollupRange.LengthAt(level) * points));
        return new HistoryParts(from, origin, RollupRange.LengthAt(level) * rollupsAPart, RollupRange.Cover(from, end, level));
    }
}
