using ImageHub.Application.Errors;

namespace ImageHub.Mutations.Targets;

/// <summary>A parser with its seeds and tokens.</summary>
/// <param name="Name">The name, which starts the names of findings.</param>
/// <param name="Parse">
/// Reads a variant completely. May throw only a <see cref="ProblemException"/> with one of <paramref name="Refusals"/>; any other exception is a finding.
/// </param>
/// <param name="Refusals">The documented problems.</param>
internal sealed record Target(string Name, Action<byte[]> Parse, params IReadOnlyList<Problem> Refusals)
{
    /// <summary>Valid files or texts.</summary>
    public required IReadOnlyList<byte[]> Seeds { get; init; }

    /// <summary>Byte sequences with a meaning for the parser.</summary>
    public IReadOnlyList<byte[]> Tokens { get; init; } = [];

    /// <summary>Calls all parsers, and throws the last documented problem.</summary>
    public static void ParseAll(params IEnumerable<Action> parsers)
    {
        ProblemException? refusal = null;
        foreach (var parse in parsers)
        {
            try
            {
                parse();
            }
            catch (ProblemException problem)
            {
                refusal = problem;
            }
        }

        if (refusal is not null)
        {
            throw refusal;
        }
    }
}

/// <summary>A result that contradicts the documentation of a parser.</summary>
internal sealed class WrongResultException(string message) : Exception(message)
{
    /// <summary>Throws if a documented property does not hold.</summary>
    public static void ThrowUnless(bool holds, string message)
    {
        if (!holds)
        {
            throw new WrongResultException(message);
        }
    }
}
