namespace ImageHub.Mutations;

/// <summary>The counts of all sittings so far.</summary>
internal sealed record Counts
{
    /// <summary>The number of variants so far, which is also the number of the next variant.</summary>
    public long Variants { get; init; }

    /// <summary>The number of variants for each parser or file format.</summary>
    public IReadOnlyDictionary<string, long> Of { get; init; } = new SortedDictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The number of variants with each result, such as <c>stored</c> or a problem's code.</summary>
    public IReadOnlyDictionary<string, long> Results { get; init; } = new SortedDictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The number of findings, including repeated ones.</summary>
    public long Findings { get; init; }

    /// <summary>The duration of the slowest call of a parser, or of the slowest batch, in seconds.</summary>
    public double SlowestSeconds { get; init; }

    /// <summary>The most memory that a call of a parser has allocated, or that was resident in the server and its workers, in megabytes.</summary>
    public double MostMegabytes { get; init; }

    /// <summary>Adds the counts of a part of the sitting.</summary>
    public Counts Add(Counts part) => new()
    {
        Variants = Variants + part.Variants,
        Of = Sum(Of, part.Of),
        Results = Sum(Results, part.Results),
        Findings = Findings + part.Findings,
        SlowestSeconds = Math.Max(SlowestSeconds, Math.Round(part.SlowestSeconds, 3)),
        MostMegabytes = Math.Max(MostMegabytes, Math.Round(part.MostMegabytes, 1)),
    };

    public override string ToString() => FormattableString.Invariant($"{Variants} variants, slowest {SlowestSeconds:0.0##} s, at most {MostMegabytes:0.0} MB, {Findings} findings");

    private static SortedDictionary<string, long> Sum(IReadOnlyDictionary<string, long> some, IReadOnlyDictionary<string, long> others) =>
        new(some.Concat(others).GroupBy(count => count.Key, StringComparer.Ordinal).ToDictionary(count => count.Key, count => count.Sum(one => one.Value), StringComparer.Ordinal), StringComparer.Ordinal);
}
