using System.Runtime.CompilerServices;
using ImageHub.Application.Storage;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Storage;

/// <summary>
/// Staging folders on the data directory's disk. Each process has a folder with a lock file, which the process keeps locked. If another process can lock this
/// file, the folder's process has exited.
/// </summary>
internal sealed class Staging : IStaging, IDisposable
{
    private const string LockName = "lock";
    private const int ScratchBufferSize = 32 * 1024;

    private readonly string root;
    private readonly string own;
    private readonly FileStream ownLock;
    private readonly ILogger<Staging> logger;

    public Staging(DataDirectory data, ILogger<Staging> logger)
    {
        this.logger = logger;
        root = data.Folder("staging");
        own = data.Folder(Path.Combine("staging", Guid.NewGuid().ToString("N")));
        ownLock = TryLock(own, FileMode.CreateNew) ?? throw new IOException($"The staging folder '{own}' cannot be locked.");
    }

    public StagingFolder Create(Guid imageId)
    {
        var path = Path.Combine(own, imageId.ToString("D"));
        DataDirectory.CreatePrivate(path);
        return new StagingFolder(path);
    }

    public string CreateFolder()
    {
        var path = Path.Combine(own, $"folder-{Guid.NewGuid():N}");
        DataDirectory.CreatePrivate(path);
        return path;
    }

    public Stream OpenScratch()
    {
        var path = Path.Combine(own, $"scratch-{Guid.NewGuid():N}");
        return PrivateFile.Create(path, FileOptions.DeleteOnClose, ScratchBufferSize);
    }

    public async IAsyncEnumerable<Guid> TakeAbandonedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var process in Directory.EnumerateDirectories(root).Where(folder => folder != own))
        {
            // Null if the process runs, or is just starting and has not created its lock file yet.
            using var dead = TryLock(process, FileMode.Open);
            if (dead is null)
            {
                continue;
            }

            foreach (var folder in Directory.EnumerateDirectories(process))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Guid.TryParse(Path.GetFileName(folder), out var imageId))
                {
                    yield return imageId;
                }

                Directory.Delete(folder, recursive: true);
            }

            await dead.DisposeAsync();
            Directory.Delete(process, recursive: true);
        }
    }

    public void Dispose()
    {
        ownLock.Dispose();
        try
        {
            Directory.Delete(own, recursive: true);
        }
        catch (IOException exception)
        {
            logger.LogWarning(exception, "The staging folder {Folder} cannot be deleted; the next start deletes it", own);
        }
    }

    private static FileStream? TryLock(string folder, FileMode mode)
    {
        try
        {
            var path = Path.Combine(folder, LockName);
            return mode == FileMode.CreateNew ? PrivateFile.Create(path) : new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
