using System.Runtime.CompilerServices;

namespace ImageHub.Application.Backups;

/// <summary>
/// The names of the objects in several lists, split into one file for each prefix. The files are compared with the objects in the place one by one, so that
/// only about one name in 256 is in memory.
/// </summary>
/// <param name="scratch">An empty folder for the files.</param>
internal sealed class KeptObjects(string scratch)
{
    /// <summary>Reads the lists once and writes the files.</summary>
    public async Task WriteAsync(IReadOnlyList<IAsyncEnumerable<ListedObject>> lists, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, StreamWriter>(StringComparer.Ordinal);
        try
        {
            await foreach (var listed in MergeAsync(lists, cancellationToken))
            {
                var name = BackupCatalog.ObjectName(listed);
                var path = FindFile(name);
                if (!files.TryGetValue(path, out var file))
                {
                    files.Add(path, file = new StreamWriter(path));
                }

                await file.WriteLineAsync(name.AsMemory(), cancellationToken);
            }
        }
        finally
        {
            foreach (var file in files.Values)
            {
                await file.DisposeAsync();
            }
        }
    }

    /// <summary>Reads the names of the kept objects with one of <see cref="BackupCatalog.ObjectPrefixes"/>.</summary>
    public async Task<IReadOnlySet<string>> ReadAsync(string prefix, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var file = FindFile(prefix);
        if (File.Exists(file))
        {
            await foreach (var name in File.ReadLinesAsync(file, cancellationToken))
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>The file for the first segments of a name such as <c>objects/images/3f/0198…/1/full.…</c>.</summary>
    private string FindFile(string name) => Path.Combine(scratch, string.Join('-', name.Split('/').Take(3)));

    /// <summary>
    /// Merges lists that are ordered by image, so that an object of many lists is written once. In lists with another order, an object may be written more than
    /// once.
    /// </summary>
    private static async IAsyncEnumerable<ListedObject> MergeAsync(IReadOnlyList<IAsyncEnumerable<ListedObject>> lists, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = lists.Select(list => list.GetAsyncEnumerator(cancellationToken)).ToArray();
        try
        {
            var next = new PriorityQueue<IAsyncEnumerator<ListedObject>, string>(StringComparer.Ordinal);
            foreach (var list in open)
            {
                await EnqueueAsync(list);
            }

            var (image, seen) = ("", new HashSet<ListedObject>());
            while (next.TryDequeue(out var list, out var current))
            {
                if (current != image)
                {
                    image = current;
                    seen.Clear();
                }

                if (seen.Add(list.Current))
                {
                    yield return list.Current;
                }

                await EnqueueAsync(list);
            }

            async Task EnqueueAsync(IAsyncEnumerator<ListedObject> list)
            {
                if (await list.MoveNextAsync())
                {
                    next.Enqueue(list, string.Join('/', list.Current.Key.Split('/').Take(2)));
                }
            }
        }
        finally
        {
            foreach (var list in open)
            {
                await list.DisposeAsync();
            }
        }
    }
}
