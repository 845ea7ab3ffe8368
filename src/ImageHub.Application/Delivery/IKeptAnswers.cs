namespace ImageHub.Application.Delivery;

/// <summary>
/// Public answers to requests without a credential, kept as bytes for as long as nothing has changed that they were made of, and a while
/// longer when the database is away.
/// </summary>
public interface IKeptAnswers
{
    /// <summary>Whether the last known answers may be served now if the database is away.</summary>
    bool MayServeStale { get; }

    /// <summary>The number of drops so far: to be noted before what an answer is made of is read.</summary>
    long Generation { get; }

    /// <summary>What may be done with kept answers now. Takes a round trip to the database when nothing was heard of it for most of a second.</summary>
    ValueTask<KeptAnswerUse> CheckAsync();

    /// <summary>A kept answer, or null.</summary>
    KeptContent? Find(string key);

    /// <summary>Keeps an answer, unless something has changed that it was made of.</summary>
    /// <param name="key">The request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="tags">What it was made of: <see cref="ChangeTags"/>.</param>
    /// <param name="generation">The generation from before it was made.</param>
    void Keep(string key, KeptContent answer, IReadOnlyList<string> tags, long generation);

    /// <summary>Waits until this instance has dropped, from memory and from disk, whatever changes have touched that are committed by now.</summary>
    Task SettleAsync();

    /// <summary>Reports that a request has found the database away. Takes a round trip to the database, or as long as it takes to see that it does not answer.</summary>
    Task ReportOutageAsync();
}

/// <summary>An answer as it is kept.</summary>
/// <param name="Headers">Its headers, without those that belong to one moment or one connection.</param>
/// <param name="Body">Its bytes.</param>
public sealed record KeptContent(IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);

/// <summary>What may be done with kept answers.</summary>
public enum KeptAnswerUse
{
    /// <summary>Neither read nor fill: changes cannot be heard of.</summary>
    None = 0,

    /// <summary>Read and fill.</summary>
    Current,

    /// <summary>Read, and say that they may be stale: the database is away.</summary>
    Stale,
}
