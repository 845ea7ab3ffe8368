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

    /// <summary>The time after which a folder without a lock file belongs to no process that is just starting.</summary>
    private static readonly TimeSpan MaxStart = TimeSpan.FromHours(1);

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

    /// <summary>Deletes the folder of a process, and its lock file last: as long as the folder has other files, a later start finds it by its lock file.</summary>
    private void Delete(string process, FileStream held)
    {
        try
        {
            using (held)
            {
                foreach (var entry in new DirectoryInfo(process).GetFileSystemInfos().Where(entry => entry.Name != LockName))
                {
                    if (entry is DirectoryInfo folder)
                    {
                        folder.Delete(recursive: true);
                    }
                    else
                    {
                        entry.Delete();
                    }
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has deleted the folder.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailure(process, exception);
            return;
        }

        // Windows and network file systems do not delete an open file. Another process that takes the folder now finds it empty, and deletes it, too.
        Delete(process);
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
            LogFailure(folder, exception);
        }
    }

    private void LogFailure(string folder, Exception failure) => logger.LogWarning(failure, "The staging folder {Folder} cannot be deleted; a later start tries again", folder);

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
            // A process whose folder could not be deleted completely may have left no lock file.
            var mode = Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow - MaxStart ? FileMode.OpenOrCreate : FileMode.Open;
            return new FileStream(Path.Combine(folder, LockName), mode, FileAccess.ReadWrite, FileShare.None);
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
