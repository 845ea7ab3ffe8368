namespace ImageHub.Api.Console.Adding;

/// <summary>Reports changes below a folder after a second without further changes, so that files are not read while they are being copied.</summary>
internal sealed class WatchedFolder : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>The polling interval for network drives, which report no changes.</summary>
    private static readonly TimeSpan AtLatest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim changes = new(0);
    private readonly FileSystemWatcher watcher;

    public WatchedFolder(string folder)
    {
        watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        watcher.Created += (_, _) => changes.Release();
        watcher.Changed += (_, _) => changes.Release();
        watcher.Renamed += (_, _) => changes.Release();
        watcher.Error += (_, _) => changes.Release();
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits for a change, at most a minute, and then for a quiet period.</summary>
    /// <returns>False if stopped first.</returns>
    public async Task<bool> ChangedAsync(CancellationToken stop)
    {
        try
        {
            await changes.WaitAsync(AtLatest, stop);
            while (await changes.WaitAsync(Quiet, stop))
            {
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        watcher.Dispose();
        changes.Dispose();
    }
}
