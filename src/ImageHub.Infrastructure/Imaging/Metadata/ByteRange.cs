namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A range of bytes in a file.</summary>
/// <param name="Start">Start offset, inclusive.</param>
/// <param name="End">End offset, exclusive.</param>
internal readonly record struct ByteRange(long Start, long End)
{
    /// <summary>Creates a range from its length.</summary>
    internal static ByteRange FromLength(long start, long length) => new(start, start + length);

    /// <summary>The length in bytes.</summary>
    internal long Length => End - Start;

    /// <summary>Sorts ranges and merges overlapping and adjacent ones.</summary>
    internal static List<ByteRange> Union(IEnumerable<ByteRange> ranges)
    {
        var union = new List<ByteRange>();
        foreach (var range in ranges.Where(range => range.Length > 0).OrderBy(range => range.Start))
        {
            if (union.Count > 0 && range.Start <= union[^1].End)
            {
                union[^1] = union[^1] with { End = Math.Max(union[^1].End, range.End) };
            }
            else
            {
                union.Add(range);
            }
        }

        return union;
    }

    /// <summary>The parts of <paramref name="ranges"/> outside <paramref name="others"/>, sorted and without overlaps.</summary>
    internal static IEnumerable<ByteRange> Except(IEnumerable<ByteRange> ranges, IEnumerable<ByteRange> others)
    {
        var taken = Union(others);
        var next = 0;
        foreach (var range in Union(ranges))
        {
            var start = range.Start;
            while (next < taken.Count && taken[next].End <= start)
            {
                next++;
            }

            for (var at = next; at < taken.Count && taken[at].Start < range.End; at++)
            {
                if (taken[at].Start > start)
                {
                    yield return new ByteRange(start, taken[at].Start);
                }

                start = Math.Max(start, taken[at].End);
            }

            if (start < range.End)
            {
                yield return new ByteRange(start, range.End);
            }
        }
    }
}
