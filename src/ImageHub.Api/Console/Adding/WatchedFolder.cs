using System.Collections.Concurrent;
using System.Diagnostics;

namespace ImageHub.Api.Console.Adding;

/// <summary>Reports changes below a folder, and which files are being written, so that files are not read while they are being copied.</summary>
internal sealed class WatchedFolder : IDisposable
{
    /// <summary>The time without changes after which all files count as complete.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>The time without changes after which one file counts as complete; shorter, because timers can end a little early.</summary>
    private static readonly TimeSpan FileQuiet = Quiet - TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait for a folder without changes.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>The polling interval for network drives, which report no changes.</summary>
    private static readonly TimeSpan AtLatest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim changes = new(0);
    private readonly ConcurrentDictionary<string, long> changedAt = new(StringComparer.Ordinal);
    private readonly FileSystemWatcher watcher;

    public WatchedFolder(string folder)
    {
        watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        watcher.Created += (_, change) => Note(change);
        watcher.Changed += (_, change) => Note(change);
        watcher.Renamed += (_, change) => Note(change);
        watcher.Error += (_, _) => changes.Release();
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits for a change, at most a minute, and then until nothing changes any more, at most ten seconds.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The paths of the files that are still being written, or null if stopped first.</returns>
    public async Task<IReadOnlySet<string>?> ChangedAsync(CancellationToken stop)
    {
        try
        {
            await changes.WaitAsync(changedAt.IsEmpty ? AtLatest : Quiet, stop);
            var since = Stopwatch.GetTimestamp();
            while (await changes.WaitAsync(Quiet, stop) && Stopwatch.GetElapsedTime(since) < LongestWait)
            {
            }

            foreach (var complete in changedAt.Where(change => Stopwatch.GetElapsedTime(change.Value) >= FileQuiet))
            {
                changedAt.TryRemove(complete);
            }

            return changedAt.Keys.ToHashSet(StringComparer.Ordinal);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        watcher.Dispose();
        changes.Dispose();
    }

    private void Note(FileSystemEventArgs change)
    {
        changedAt[change.FullPath] = Stopwatch.GetTimestamp();
        changes.Release();
    }
}
