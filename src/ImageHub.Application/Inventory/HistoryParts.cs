namespace ImageHub.Application.Inventory;

/// <summary>The division of a chart's time range into parts of equal length, and the rows to read for it.</summary>
/// <param name="From">The range's start.</param>
/// <param name="Origin">The start of the first part, at or before <paramref name="From"/>.</param>
/// <param name="Length">The length of a part.</param>
/// <param name="Ranges">The rollups and records that together cover exactly the time range.</param>
public sealed record HistoryParts(DateTimeOffset From, DateTimeOffset Origin, TimeSpan Length, IReadOnlyList<RollupRange> Ranges)
{
    /// <summary>
    /// Divides a range. The length of a part is a multiple of the longest rollup that fits into it, so few rows are read. Both ends of the range are
    /// read from shorter rollups, and remainders below a minute from records.
    /// </summary>
    /// <param name="from">The range's start, inclusive.</param>
    /// <param name="to">The range's end, inclusive.</param>
    /// <param name="points">The maximum number of parts.</param>
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
