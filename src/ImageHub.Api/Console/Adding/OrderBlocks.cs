namespace ImageHub.Api.Console.Adding;

/// <summary>
/// Rows arrive in about the order in which they were sent. This says which of them to move so that new ones stand in the folder's
/// order, each behind its neighbour there, while what was there before stays where the admin put it.
/// </summary>
internal static class OrderBlocks
{
    /// <summary>The most ids that one request may move.</summary>
    private const int MaxIds = 1_000;

    /// <summary>The moves to make, in this order: a block of ids behind a row, or at the front.</summary>
    /// <param name="rows">The folder's rows in its order, and whether this run has made them.</param>
    public static IEnumerable<(Guid? After, Guid[] Ids)> Find(IReadOnlyCollection<(Guid Id, bool IsNew)> rows)
    {
        // Without an older neighbour the new rows only need an order among themselves: behind their first, wherever that came.
        if (rows.All(row => row.IsNew))
        {
            return rows.Count < 2 ? [] : Chunks(rows.First().Id, [.. rows.Skip(1).Select(row => row.Id)]);
        }

        var moves = new List<(Guid? After, Guid[] Ids)>();
        var block = new List<Guid>();
        Guid? neighbour = null;
        foreach (var (id, isNew) in rows)
        {
            if (isNew)
            {
                block.Add(id);
                continue;
            }

            moves.AddRange(Chunks(neighbour, block));
            block = [];
            neighbour = id;
        }

        return [.. moves, .. Chunks(neighbour, block)];
    }

    private static IEnumerable<(Guid? After, Guid[] Ids)> Chunks(Guid? after, List<Guid> ids)
    {
        foreach (var chunk in ids.Chunk(MaxIds))
        {
            yield return (after, chunk);
            after = chunk[^1];
        }
    }
}
