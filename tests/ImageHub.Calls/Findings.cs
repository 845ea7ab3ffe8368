using System.Collections.Concurrent;

namespace ImageHub.Calls;

/// <summary>Findings in groups: equal findings are counted, and the first call is the example.</summary>
internal sealed class Findings
{
    private readonly ConcurrentDictionary<string, (int Count, string Example)> groups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private readonly ConcurrentDictionary<string, bool> operations = new(StringComparer.Ordinal);

    /// <summary>The number of different findings.</summary>
    public int Count => groups.Count;

    /// <summary>Adds a finding.</summary>
    /// <param name="what">The finding; equal texts are one group.</param>
    /// <param name="example">The call, or the line of the log.</param>
    public void Add(string what, string example) => groups.AddOrUpdate(what, (1, example), (_, group) => (group.Count + 1, group.Example));

    /// <summary>Counts an answer.</summary>
    public void Answered(int status) => statuses.AddOrUpdate(status, 1, (_, count) => count + 1);

    /// <summary>Records that an operation was called, and whether one of its calls has succeeded.</summary>
    public void Reached(Operation operation, int status) => operations.AddOrUpdate(operation.ToString(), status is >= 200 and < 400, (_, hasSucceeded) => hasSucceeded || status is >= 200 and < 400);

    /// <summary>The numbers of called and of succeeded operations, and the operations that never succeeded.</summary>
    public string Coverage() =>
        $"{operations.Count} operations called, {operations.Count(pair => pair.Value)} with a success; never with one: {string.Join(", ", operations.Where(pair => !pair.Value).Select(pair => pair.Key).Order(StringComparer.Ordinal))}";

    /// <summary>Writes the groups, the most frequent first.</summary>
    public void Write(TextWriter writer)
    {
        foreach (var (what, (count, example)) in groups.OrderByDescending(group => group.Value.Count))
        {
            writer.WriteLine($"{count,6} × {what}");
            writer.WriteLine($"         {example}");
        }
    }

    /// <summary>The number of answers with each status.</summary>
    public string Statuses() => string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{(pair.Key == 0 ? "closed" : pair.Key)}: {pair.Value}"));
}
