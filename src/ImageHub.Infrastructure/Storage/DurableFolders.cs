using System.Collections.Concurrent;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Creates folders durably, also if several tasks create the same folder at once.</summary>
/// <param name="root">The folder below which existing folders do not count as durable.</param>
/// <param name="prepare">Called with each folder below the root before the folder is used for the first time.</param>
internal sealed class DurableFolders(string root, Action<string>? prepare = null)
{
    /// <summary>The maximum number of remembered folders, which take about 2 MB. When it is reached, the set is cleared.</summary>
    private const int MaxDurable = 10_000;

    private readonly ConcurrentDictionary<string, bool> durable = new(StringComparer.Ordinal);

    /// <summary>
    /// Creates a folder that only its owner can access, and all missing folders above it. Flushes the entries of folders that this process uses for the first
    /// time: another process may have been killed, or another task may be interrupted, between creating a folder and flushing its entry.
    /// </summary>
    /// <exception cref="IOException">A folder cannot be created or flushed.</exception>
    /// <exception cref="UnauthorizedAccessException">The permissions do not allow creating a folder.</exception>
    public void Create(string folder)
    {
        var isInside = IsBelowRoot(folder);
        if (Directory.Exists(folder) && (!isInside || durable.ContainsKey(folder)))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"'{folder}' does not exist.");
        Create(parent);

        // A folder that is created again must be flushed again by each task that finds it.
        durable.TryRemove(folder, out _);
        DataDirectory.CreatePrivate(folder);
        if (isInside)
        {
            prepare?.Invoke(folder);
        }

        Durability.FlushFolder(parent);
        if (isInside)
        {
            if (durable.Count >= MaxDurable)
            {
                durable.Clear();
            }

            durable[folder] = true;
        }
    }

    private bool IsBelowRoot(string folder) =>
        Path.GetRelativePath(root, folder) is var path && path != "." && path != ".." && !path.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
}
