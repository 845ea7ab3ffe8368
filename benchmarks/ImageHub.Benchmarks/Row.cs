using System.Globalization;

namespace ImageHub.Benchmarks;

/// <summary>A row of the table: what was measured of ours, and of a peer in the same rounds.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">Of what: <c>photos/s</c>, <c>ms</c>.</param>
/// <param name="Against">The peer; null: ours is held against <paramref name="Wanted"/> itself.</param>
/// <param name="Wanted">The least ratio of ours to the peer's, or the most where <see cref="IsAtMost"/>.</param>
internal sealed record Row(string What, string Unit, string? Against, double Wanted)
{
    /// <summary>Whether less is better.</summary>
    public bool IsAtMost { get; init; }

    /// <summary>Ours, a figure a round.</summary>
    public List<double> Ours { get; } = [];

    /// <summary>The peer's, a figure a round.</summary>
    public List<double> Theirs { get; } = [];

    /// <summary>The median of ours by the median of theirs, or that of ours alone.</summary>
    public double Result => Against is null ? Median(Ours) : Median(Ours) / Median(Theirs);

    /// <summary>Whether it is as good as it should be.</summary>
    public bool Holds => IsAtMost ? Result <= Wanted : Result >= Wanted;

    /// <summary>The rows as a table in Markdown: least, median and most of each.</summary>
    public static string Print(IEnumerable<Row> rows) => string.Join('\n',
    [
        "| what | ours: least, median, most | against | theirs | result | wanted | holds |",
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
