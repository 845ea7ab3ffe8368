namespace ImageHub.Faults;

/// <summary>The counts of all runs so far. A file keeps them from one sitting (a start of the program) to the next.</summary>
internal sealed record Sittings
{
    /// <summary>The seed of the next run; null before the first start.</summary>
    public int? NextSeed { get; init; }

    public int Runs { get; init; }

    /// <summary>The number of acknowledged changes.</summary>
    public long Acknowledged { get; init; }

    /// <summary>The number of orphaned objects (without a row in the database) that reconciliation has deleted.</summary>
    public long Reconciled { get; init; }

    /// <summary>The longest time from a restart (or the last change) until the server was ready and equal to the model, in seconds.</summary>
    public double SlowestSeconds { get; init; }

    /// <summary>The number of runs for each store and victim.</summary>
    public IReadOnlyDictionary<string, int> Victims { get; init; } = new SortedDictionary<string, int>(StringComparer.Ordinal);

    /// <summary>The seeds of runs in which something was wrong.</summary>
    public IReadOnlyList<int> FailedSeeds { get; init; } = [];

    /// <summary>The counts with one more run.</summary>
    public Sittings With(RunResult result)
    {
        var victim = result.Plan.Victim is Victim.PointEnds or Victim.PointThrows ? $"{result.Plan.Victim} {result.Plan.Point}" : result.Plan.Victim.ToString();
        var name = $"{result.Plan.Store} {victim}";
        return this with
        {
            NextSeed = result.Plan.Seed + 1,
            Runs = Runs + 1,
            Acknowledged = Acknowledged + result.Acknowledged,
            Reconciled = Reconciled + result.Reconciled,
            SlowestSeconds = Math.Max(SlowestSeconds, Math.Round(result.Consistent.TotalSeconds, 1)),
            Victims = new SortedDictionary<string, int>(Victims.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [name] = Victims.GetValueOrDefault(name) + 1 },
            FailedSeeds = result.Differences.Count == 0 ? FailedSeeds : [.. FailedSeeds, result.Plan.Seed],
        };
    }

    public override string ToString() => FormattableString.Invariant(
        $"{Runs} runs, {Acknowledged} acknowledged changes, {Reconciled} objects reconciled, slowest {SlowestSeconds:0.0} s, {FailedSeeds.Count} failed");
}
