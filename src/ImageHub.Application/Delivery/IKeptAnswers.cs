namespace ImageHub.Application.Delivery;

/// <summary>
/// A cache of public responses to requests without credentials. Entries are invalidated when their data changes, and may be served while the
/// database is unavailable.
/// </summary>
public interface IKeptAnswers
{
    /// <summary>Whether cached responses may be served if the database is unavailable.</summary>
    bool MayServeStale { get; }

    /// <summary>The number of invalidations so far. Read this value before reading the data of a response.</summary>
    long Generation { get; }

    /// <summary>The number of statements and commits that the database has completed for this process.</summary>
    long Statements { get; }

    /// <summary>
    /// Returns the permitted use of cached responses. The call makes a database round trip if the last contact was more than about a second ago.
    /// </summary>
    ValueTask<KeptAnswerUse> CheckAsync();

    /// <summary>Finds a cached response, or null.</summary>
    KeptContent? Find(string key);

    /// <summary>Caches a response, unless its data has changed since <paramref name="generation"/>.</summary>
    /// <param name="key">The request.</param>
    /// <param name="answer">The response.</param>
    /// <param name="tags">The tags of the response's data: <see cref="ChangeTags"/>.</param>
    /// <param name="generation">The generation before the data was read.</param>
    void Keep(string key, KeptContent answer, IReadOnlyList<string> tags, long generation);

    /// <summary>
    /// Waits until this instance has received the changes committed so far, at most as long as a confirmation may take. Unlike <see cref="SettleAsync"/>, keeps
    /// all entries if the database is unavailable.
    /// </summary>
    Task ConfirmAsync();

    /// <summary>Waits until this instance has invalidated all entries affected by the changes committed so far, in memory and on disk.</summary>
    Task SettleAsync();

    /// <summary>Reports that a request found the database unavailable. The call takes a database round trip, or its timeout.</summary>
    Task ReportOutageAsync();
}

/// <summary>A cached response.</summary>
/// <param name="Headers">The headers, except headers that are specific to one moment or connection.</param>
/// <param name="Body">The body.</param>
public sealed record KeptContent(IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);

/// <summary>The permitted use of cached responses.</summary>
public enum KeptAnswerUse
{
    /// <summary>Neither read nor fill the cache: this instance does not receive changes.</summary>
    None = 0,

    /// <summary>Read and fill the cache.</summary>
    Current,

    /// <summary>Read from the cache and mark responses as possibly stale: the database is unavailable.</summary>
    Stale,
}
