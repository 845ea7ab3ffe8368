using System.Collections.Concurrent;
using ImageHub.Application.Accounts;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>Sessions in memory. They are few and change seldom, so that any change removes them all.</summary>
internal sealed class SessionSet
{
    /// <summary>The maximum number of sessions. If there are more, all are removed and read again.</summary>
    private const int MaxCount = 10_000;

    private readonly ConcurrentDictionary<FindSession, LiveSession> sessions = new();
    private readonly Lock gate = new();
    private long generation;

    /// <summary>The number of removals so far.</summary>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>Whether there are no sessions.</summary>
    public bool IsEmpty => sessions.IsEmpty;

    /// <summary>Finds a session, or null.</summary>
    public LiveSession? Find(FindSession request) => sessions.GetValueOrDefault(request);

    /// <summary>Adds a session, unless sessions were removed since a generation.</summary>
    public void Add(FindSession request, LiveSession session, long since)
    {
        lock (gate)
        {
            if (sessions.Count >= MaxCount)
            {
                Clear();
            }
            else if (since == generation)
            {
                sessions[request] = session;
            }
        }
    }

    /// <summary>Removes all sessions.</summary>
    public void Clear()
    {
        lock (gate)
        {
            Interlocked.Increment(ref generation);
            sessions.Clear();
        }
    }
}
