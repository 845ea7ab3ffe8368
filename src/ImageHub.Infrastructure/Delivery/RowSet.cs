using System.Collections.Concurrent;
using ImageHub.Application.Delivery;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>Results of one query in memory. The underlying rows seldom change, so any change removes all results.</summary>
/// <param name="mayRead">Whether results are current: all changes committed until a moment ago have been received.</param>
/// <param name="mayKeep">Whether changes are being received.</param>
internal sealed class RowSet<TKey, TRow>(Func<bool> mayRead, Func<bool> mayKeep) : IKeptRows<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    /// <summary>The maximum number of results. When this number is reached, all results are removed.</summary>
    private const int MaxCount = 10_000;

    private readonly ConcurrentDictionary<TKey, TRow> rows = new();
    private readonly Lock gate = new();
    private long generation;

    /// <inheritdoc/>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>Whether there are no results.</summary>
    public bool IsEmpty => rows.IsEmpty;

    /// <inheritdoc/>
    public TRow? Find(TKey key) => rows.TryGetValue(key, out var row) && mayRead() ? row : null;

    /// <inheritdoc/>
    public void Keep(TKey key, TRow row, long generation)
    {
        if (!mayKeep())
        {
            return;
        }

        lock (gate)
        {
            if (rows.Count >= MaxCount)
            {
                Clear();
            }
            else if (generation == this.generation)
            {
                rows[key] = row;
            }
        }
    }

    /// <summary>Removes all results.</summary>
    public void Clear()
    {
        lock (gate)
        {
            Interlocked.Increment(ref generation);
            rows.Clear();
        }
    }
}
