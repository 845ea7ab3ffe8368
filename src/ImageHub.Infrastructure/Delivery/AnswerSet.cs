using ImageHub.Application.Delivery;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>An answer and what it was made of.</summary>
internal sealed record KeptAnswer(string Key, KeptContent Content, IReadOnlyList<string> Tags)
{
    // What the entry itself and its places in the set take, roughly.
    private const int Overhead = 500;

    /// <summary>Bytes of memory.</summary>
    public long Size { get; } = Content.Body.Length + ((Key.Length + Content.Headers.Sum(header => header.Key.Length + header.Value.Length)) * sizeof(char)) + Overhead;
}

/// <summary>
/// Answers in memory, found by key, dropped by tag, and by age of use when there are too many. An answer that is older than a drop of one
/// of its tags is refused: the read behind it may have begun before the change.
/// </summary>
/// <param name="capacity">Bytes.</param>
internal sealed class AnswerSet(long capacity)
{
    private const int RememberedDrops = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<KeptAnswer>> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<KeptAnswer>> byTag = new(StringComparer.Ordinal);

    /// <summary>The one used last is first.</summary>
    private readonly LinkedList<KeptAnswer> byUse = [];

    private readonly Dictionary<string, long> dropped = new(StringComparer.Ordinal);
    private long size;
    private long generation;

    /// <summary>Answers from before this generation are refused, whatever their tags are.</summary>
    private long oldest;

    /// <summary>The number of drops so far.</summary>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>Whether there is none.</summary>
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

    /// <summary>An answer, which counts as used now, or null.</summary>
    public KeptContent? Find(string key)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            if (node != byUse.First)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            return node.Value.Content;
        }
    }

    /// <summary>Whether it is this very answer that is kept under its key.</summary>
    public bool Holds(KeptAnswer answer)
    {
        lock (gate)
        {
            return byKey.TryGetValue(answer.Key, out var node) && ReferenceEquals(node.Value, answer);
        }
    }

    /// <summary>Adds an answer, in place of one with its key.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="since">The generation from before it was made.</param>
    /// <param name="evicted">Those that had to go for it.</param>
    /// <returns>Whether it was added.</returns>
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

            evicted = gone;
            return true;
        }
    }

    /// <summary>Drops all answers with one of these tags.</summary>
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

            return gone;
        }
    }

    /// <summary>Drops all answers.</summary>
    public void Clear()
    {
        lock (gate)
        {
            oldest = Interlocked.Increment(ref generation);
            dropped.Clear();
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
