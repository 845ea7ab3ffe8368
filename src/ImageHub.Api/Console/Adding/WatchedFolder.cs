namespace ImageHub.Api.Console.Adding;

/// <summary>Tells when something has changed below a folder, and nothing has for a moment: what is still being copied is waited for.</summary>
internal sealed class WatchedFolder : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Network drives tell nothing; they are looked at this often.</summary>
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

    /// <summary>Waits for a change, and then for quiet.</summary>
    /// <returns>False when it was stopped before.</returns>
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
