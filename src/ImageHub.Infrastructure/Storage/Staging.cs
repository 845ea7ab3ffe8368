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
        ownLock = PrivateFile.Create(Path.Combine(own, LockName));
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
            using var dead = TryLock(process);
            if (dead is null)
            {
                continue;
            }

            foreach (var folder in FindFolders(process))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Guid.TryParse(Path.GetFileName(folder), out var imageId))
                {
                    yield return imageId;
                }

                Delete(folder);
            }

            Delete(process, dead);
        }
    }

    public void Dispose() => Delete(own, ownLock);

    /// <summary>Deletes the folder of a process, and then releases its lock. Until then, no other process touches the folder.</summary>
    private void Delete(string process, FileStream held)
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows does not delete an open file.
            held.Dispose();
        }

        Delete(process);
        held.Dispose();
    }

    private void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has deleted the folder.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "The staging folder {Folder} cannot be deleted; the next start tries again", folder);
        }
    }

    private static string[] FindFolders(string process)
    {
        try
        {
            return Directory.GetDirectories(process);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has deleted the folder.
            return [];
        }
    }

    private FileStream? TryLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException refused)
        {
            logger.LogWarning("The staging folder {Folder} belongs to another account and is not deleted: {Reason}", folder, refused.Message);
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
