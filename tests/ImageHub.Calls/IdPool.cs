namespace ImageHub.Calls;

/// <summary>Ids, tokens and names from answers, by their collection. Some of them have been deleted.</summary>
internal sealed class IdPool
{
    private const int MaxPerKind = 40;

    private readonly Dictionary<string, List<string>> live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> deleted = new(StringComparer.Ordinal);

    /// <summary>Ids that calls must not use: the admin's account.</summary>
    public HashSet<string> Reserved { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a created or listed id.</summary>
    public void Add(string kind, string id)
    {
        lock (live)
        {
            var ids = ListFor(live, kind);
            if (!Reserved.Contains(id) && !ids.Contains(id, StringComparer.Ordinal))
            {
                Append(ids, id);
            }
        }
    }

    /// <summary>Moves an id to the deleted ones.</summary>
    public void Delete(string kind, string id)
    {
        lock (live)
        {
            ListFor(live, kind).Remove(id);
            Append(ListFor(deleted, kind), id);
        }
    }

    /// <summary>Picks an id: mostly a live one, sometimes a deleted one, rarely one of another kind or an unknown one.</summary>
    public string Pick(string kind, Random random)
    {
        var choice = random.Next(100);
        var index = random.Next(MaxPerKind);
        var unknown = new byte[16];
        random.NextBytes(unknown);
        lock (live)
        {
            var ids = choice switch
            {
                < 78 => ListFor(live, kind),
                < 93 => ListFor(deleted, kind),
                < 96 => ListFor(live, kind == "groups" ? "images" : "groups"),
                _ => [],
            };
            return ids.Count > 0 ? ids[index % ids.Count] : new Guid(unknown).ToString();
        }
    }

    private static List<string> ListFor(Dictionary<string, List<string>> lists, string kind)
    {
        if (!lists.TryGetValue(kind, out var ids))
        {
            lists[kind] = ids = [];
        }

        return ids;
    }

    private static void Append(List<string> ids, string id)
    {
        ids.Add(id);
        if (ids.Count > MaxPerKind)
        {
            ids.RemoveAt(0);
        }
    }
}
