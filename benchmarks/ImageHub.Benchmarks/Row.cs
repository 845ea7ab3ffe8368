using System.Globalization;

namespace ImageHub.Benchmarks;

/// <summary>A row of the table: the results of ImageHub, and of a peer in the same rounds.</summary>
/// <param name="What">The measured operation.</param>
/// <param name="Unit">The unit, such as <c>photos/s</c> or <c>ms</c>.</param>
/// <param name="Against">The peer; null compares ImageHub's result with <paramref name="Wanted"/> itself.</param>
/// <param name="Wanted">The minimum ratio of ImageHub's result to the peer's; the maximum if <see cref="IsAtMost"/>.</param>
internal sealed record Row(string What, string Unit, string? Against, double Wanted)
{
    /// <summary>Whether lower is better.</summary>
    public bool IsAtMost { get; init; }

    /// <summary>ImageHub's results, one a round.</summary>
    public List<double> Ours { get; } = [];

    /// <summary>The peer's results, one a round.</summary>
    public List<double> Theirs { get; } = [];

    /// <summary>The ratio of the two medians, or ImageHub's median if there is no peer.</summary>
    public double Result => Against is null ? Median(Ours) : Median(Ours) / Median(Theirs);

    /// <summary>Whether the result meets the target.</summary>
    public bool Holds => IsAtMost ? Result <= Wanted : Result >= Wanted;

    /// <summary>Formats the rows as a Markdown table with the minimum, median and maximum of each.</summary>
    public static string Print(IEnumerable<Row> rows) => string.Join('\n',
    [
        "| measurement | ImageHub: minimum, median, maximum | peer | peer's results | result | target | met |",
        "|---|---|---|---|---|---|---|",
        .. rows.Select(row => row.Print()),
    ]);

    internal static double Median(List<double> figures) => figures.Order().ElementAt(figures.Count / 2);

    private string Print()
    {
        var theirs = Against is null ? "" : Show(Theirs);
        var result = Against is null ? Number(Result) : Result.ToString("f2", CultureInfo.InvariantCulture) + "×";
        var wanted = (IsAtMost ? "at most " : "at least ") + (Against is null ? Number(Wanted) : Wanted.ToString("0.0#", CultureInfo.InvariantCulture) + "×");
        return $"| {What} | {Show(Ours)} {Unit} | {Against} | {theirs} | {result} | {wanted} | {(Holds ? "yes" : "**no**")} |";
    }

    private static string Show(List<double> figures) => $"{Number(figures.Min())}, {Number(Median(figures))}, {Number(figures.Max())}";

    private static string Number(double figure) => figure.ToString(figure >= 100 ? "n0" : figure >= 10 ? "f1" : "f2", CultureInfo.InvariantCulture);
}
