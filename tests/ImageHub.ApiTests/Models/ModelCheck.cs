using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace ImageHub.ApiTests.Models;

/// <summary>
/// Checks a rule for generated sequences of operations with FsCheck (QuickCheck: Claessen and Hughes, ICFP 2000). A failure shows the shortest failing
/// sequence that was found. IMAGEHUB_CHECKS sets the number of sequences, IMAGEHUB_SEED the seed.
/// </summary>
internal static class ModelCheck
{
    /// <summary>The number of sequences for a rule if IMAGEHUB_CHECKS is not set.</summary>
    private const int Sequences = 12;

    private const int Longest = 16;

    /// <summary>Checks a rule for sequences of operations.</summary>
    /// <param name="operations">The operations to choose from.</param>
    /// <param name="check">Carries out a sequence, and throws if the rule does not hold.</param>
    public static Task HoldsAsync<T>(Gen<T> operations, Func<T[], Task> check)
    {
        var sequences = Arb.From(Gen.Choose(1, Longest).SelectMany(length => operations.ArrayOf(length)), Shorter);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(Read("IMAGEHUB_CHECKS", Sequences))
            .WithReplay(new Replay(new Rnd((ulong)Read("IMAGEHUB_SEED", 1), gamma: 1), size: null));
        return Task.Run(() => Check.One(config, Prop.ForAll(sequences, check)), TestContext.Current.CancellationToken);
    }

    private static int Read(string name, int absent) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : absent;

    private static IEnumerable<T[]> Shorter<T>(T[] sequence)
    {
        for (var part = sequence.Length / 2; part > 0; part /= 2)
        {
            for (var start = 0; start < sequence.Length; start += part)
            {
                yield return [.. sequence[..start], .. sequence.Skip(start + part)];
            }
        }
    }
}
