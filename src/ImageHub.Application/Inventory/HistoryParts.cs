namespace ImageHub.Application.Inventory;

/// <summary>How a range of time is divided for a chart: into equal parts, and into stretches that say which rows are read.</summary>
/// <param name="From">The range's start.</param>
/// <param name="Origin">When the first part begins: at or before <paramref name="From"/>.</param>
/// <param name="Length">How long a part is.</param>
/// <param name="Stretches">The rows that make up the range, and no others.</param>
public sealed record HistoryParts(DateTimeOffset From, DateTimeOffset Origin, TimeSpan Length, IReadOnlyList<Stretch> Stretches)
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
        var level = Stretch.TopLevel;
        while (level > 0 && Stretch.LengthAt(level) > wanted)
        {
            level--;
        }

        var origin = Stretch.Floor(from, Stretch.LengthAt(level));
        var rollupsAPart = (long)Math.Ceiling((end - origin) / (Stretch.LengthAt(level) * points));
        return new HistoryParts(from, origin, Stretch.LengthAt(level) * rollupsAPart, Stretch.Cover(from, end, level));
    }
}
