using ImageHub.Application.Delivery;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>A cached response with its tags.</summary>
internal sealed record KeptAnswer(string Key, KeptContent Content, IReadOnlyList<string> Tags)
{
    // The approximate overhead of an entry, in bytes.
    private const int Overhead = 500;

    /// <summary>The size in memory, in bytes.</summary>
    public long Size { get; } = Content.Body.Length + ((Key.Length + Content.Headers.Sum(header => header.Key.Length + header.Value.Length)) * sizeof(char)) + Overhead;
}

/// <summary>The size and the use of a set of cached responses.</summary>
/// <param name="Count">The number of responses.</param>
/// <param name="Bytes">The size of these responses in memory, in bytes.</param>
/// <param name="Hits">How often a response was found so far.</param>
/// <param name="Misses">How often none was found so far.</param>
/// <param name="Dropped">The number of responses that were invalidated so far.</param>
/// <param name="Evicted">The number of responses that were evicted so far to make room.</param>
internal readonly record struct AnswerSetUse(int Count, long Bytes, long Hits, long Misses, long Dropped, long Evicted);

/// <summary>
/// Cached responses in memory. They are found by key and invalidated by tag; the least recently used ones are evicted. A response is not added if one of its
/// tags was invalidated while its data was read or later, because the data may be outdated.
/// </summary>
/// <param name="capacity">The capacity in bytes.</param>
internal sealed class AnswerSet(long capacity)
{
    private const int RememberedDrops = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<KeptAnswer>> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<KeptAnswer>> byTag = new(StringComparer.Ordinal);

    /// <summary>Most recently used first.</summary>
    private readonly LinkedList<KeptAnswer> byUse = [];

    private readonly Dictionary<string, long> dropped = new(StringComparer.Ordinal);
    private long size;
    private long generation;
    private long hits;
    private long misses;
    private long drops;
    private long evictions;

    /// <summary>A response whose data was read before this generation is rejected, regardless of its tags.</summary>
    private long oldest;

    /// <summary>The number of invalidations so far.</summary>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>The current size and the counts so far.</summary>
    public AnswerSetUse Use
    {
        get
        {
            lock (gate)
            {
                return new AnswerSetUse(byKey.Count, size, hits, misses, drops, evictions);
            }
        }
    }

    /// <summary>Whether the set is empty.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return byKey.Count == 0;
            }
        }
    }

    /// <summary>Finds a response and marks it as used, or returns null.</summary>
    public KeptContent? Find(string key)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(key, out var node))
            {
                misses++;
                return null;
            }

            hits++;

            if (node != byUse.First)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            return node.Value.Content;
        }
    }

    /// <summary>Whether this instance is stored under its key.</summary>
    public bool Holds(KeptAnswer answer)
    {
        lock (gate)
        {
            return byKey.TryGetValue(answer.Key, out var node) && ReferenceEquals(node.Value, answer);
        }
    }

    /// <summary>Adds or replaces a response.</summary>
    /// <param name="answer">The response.</param>
    /// <param name="since">The value of <see cref="Generation"/> before the response's data was read.</param>
    /// <param name="evicted">The responses evicted to make room.</param>
    /// <returns>Whether the response was added.</returns>
    public bool Add(KeptAnswer answer, long since, out IReadOnlyList<KeptAnswer> evicted)
    {
        evicted = [];
        lock (gate)
        {
            if (answer.Size > capacity || since < oldest || answer.Tags.Any(tag => dropped.TryGetValue(tag, out var at) && at > since))
            {
                return false;
            }

            if (byKey.TryGetValue(answer.Key, out var same))
            {
                Remove(same);
            }

            byKey.Add(answer.Key, byUse.AddFirst(answer));
            foreach (var tag in answer.Tags)
            {
                if (!byTag.TryGetValue(tag, out var tagged))
                {
                    byTag.Add(tag, tagged = new HashSet<KeptAnswer>(ReferenceEqualityComparer.Instance));
                }

                tagged.Add(answer);
            }

            size += answer.Size;
            List<KeptAnswer> gone = [];
            while (size > capacity)
            {
                gone.Add(byUse.Last!.Value);
                Remove(byUse.Last);
            }

            evictions += gone.Count;
            evicted = gone;
            return true;
        }
    }

    /// <summary>Invalidates all responses that have at least one of these tags.</summary>
    /// <returns>The removed responses.</returns>
    public IReadOnlyList<KeptAnswer> Drop(IReadOnlyCollection<string> tags)
    {
        lock (gate)
        {
            var now = Interlocked.Increment(ref generation);
            if (dropped.Count + tags.Count > RememberedDrops)
            {
                dropped.Clear();
                oldest = now;
            }

            List<KeptAnswer> gone = [];
            foreach (var tag in tags)
            {
                dropped[tag] = now;
                foreach (var answer in byTag.TryGetValue(tag, out var tagged) ? [.. tagged] : Array.Empty<KeptAnswer>())
                {
                    gone.Add(answer);
                    Remove(byKey[answer.Key]);
                }
            }

            drops += gone.Count;
            return gone;
        }
    }

    /// <summary>Invalidates all responses.</summary>
    public void Clear()
    {
        lock (gate)
        {
            oldest = Interlocked.Increment(ref generation);
            dropped.Clear();
            drops += byKey.Count;
            byKey.Clear();
            byTag.Clear();
            byUse.Clear();
            size = 0;
        }
    }

    /// <summary>The caller must hold <see cref="gate"/>.</summary>
    private void Remove(LinkedListNode<KeptAnswer> node)
    {
        var answer = node.Value;
        byUse.Remove(node);
        byKey.Remove(answer.Key);
        size -= answer.Size;
        foreach (var tag in answer.Tags)
        {
            var tagged = byTag[tag];
            tagged.Remove(answer);
            if (tagged.Count == 0)
            {
                byTag.Remove(tag);
            }
        }
    }
}
