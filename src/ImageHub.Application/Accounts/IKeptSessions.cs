namespace ImageHub.Application.Accounts;

/// <summary>
/// A cache of sessions' permissions in memory. All entries are removed when any session ends, and when any account, tier or membership changes, on this instance
/// before the change is acknowledged and on others within a second.
/// </summary>
public interface IKeptSessions
{
    /// <summary>The number of removals so far. Read this value before reading a session.</summary>
    long SessionGeneration { get; }

    /// <summary>Finds a cached session that has not expired, or null.</summary>
    LiveSession? FindSession(FindSession request, DateTimeOffset now);

    /// <summary>Caches a session, unless there was a change since <paramref name="generation"/>.</summary>
    void KeepSession(FindSession request, LiveSession session, long generation);
}
