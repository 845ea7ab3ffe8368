namespace ImageHub.Mutations;

/// <summary>The plan of a sitting, which is one start of the program.</summary>
/// <param name="Variants">The number of variants.</param>
/// <param name="Seed">Determines the changes.</param>
/// <param name="State">The file with the counts of all sittings, or null.</param>
/// <param name="Findings">The folder for findings.</param>
internal sealed record Plan(long Variants, int Seed, string? State, string Findings)
{
    /// <summary>The folder that keeps a corpus between sittings; null without a state file.</summary>
    public string? FindCorpusFolder(string name) => State is null ? null : Path.Combine(State + ".corpus", name);

    /// <summary>The random numbers of a variant, or of a batch.</summary>
    public Random RandomFor(long number) => new(unchecked((Seed * 1_000_003) + (int)(number ^ (number >> 31))));
}
