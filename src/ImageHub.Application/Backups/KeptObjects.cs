using System.Runtime.CompilerServices;

namespace ImageHub.Application.Backups;

/// <summary>
/// The objects of several lists, in files that can be compared with the folders of the objects one folder after the other: a file has the paths of one of the 256
/// folders, in which the objects of one image in 256 are. Only one such file is in memory at a time.
/// </summary>
/// <param name="folder">The folder with backups.</param>
/// <param name="scratch">An empty folder for the files.</param>
internal sealed class KeptObjects(BackupFolder folder, string scratch)
{
    /// <summary>Reads the lists once and writes the files.</summary>
    public async Task WriteAsync(IReadOnlyList<IAsyncEnumerable<ListedObject>> lists, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, StreamWriter>(StringComparer.Ordinal);
        try
        {
            await foreach (var listed in MergeAsync(lists, cancellationToken))
            {
                var path = folder.PathOf(listed);
                var name = FindFile(Path.GetRelativePath(folder.ObjectsPath, path));
                if (!files.TryGetValue(name, out var file))
                {
                    files.Add(name, file = new StreamWriter(name));
                }

                await file.WriteLineAsync(path.AsMemory(), cancellationToken);
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

    /// <summary>Reads the paths of the kept objects in one of the 256 folders.</summary>
    /// <param name="objects">The folder's path.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlySet<string>> ReadAsync(string objects, CancellationToken cancellationToken)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var file = FindFile(Path.GetRelativePath(folder.ObjectsPath, objects));
        if (File.Exists(file))
        {
            await foreach (var path in File.ReadLinesAsync(file, cancellationToken))
            {
                paths.Add(path);
            }
        }

        return paths;
    }

    /// <summary>The file for the first two segments of a path such as <c>images/3f/0198…/1/full.…</c>.</summary>
    private string FindFile(string relative) => Path.Combine(scratch, string.Join('-', relative.Split(Path.DirectorySeparatorChar).Take(2)));

    /// <summary>Merges lists that are ordered by image, so that an object of many lists is written once. In other orders, it is written more often.</summary>
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
