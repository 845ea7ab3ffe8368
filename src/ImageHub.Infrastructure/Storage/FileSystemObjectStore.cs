using System.Runtime.CompilerServices;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Storage;

/// <summary>
/// Stores objects as files below a folder. Files are written and flushed in the staging folder, and then moved into place. If the store's folder is on another
/// disk, they are copied to it and flushed there. Without the file <see cref="StoreOwner.Key"/>, the disk counts as not mounted.
/// </summary>
internal sealed class FileSystemObjectStore : IObjectStore
{
    private readonly string root;
    private readonly bool isShared;
    private readonly uint? group;
    private readonly ILogger<FileSystemObjectStore> logger;
    private readonly DurableFolders folders;
    private volatile bool isOnOtherDisk;

    public FileSystemObjectStore(DataDirectory data, IOptions<DeliveryOptions> delivery, ILogger<FileSystemObjectStore> logger)
    {
        this.logger = logger;
        root = data.Folder("objects");
        isShared = !string.IsNullOrEmpty(delivery.Value.AccelRedirect);
        if (isShared)
        {
            group = AccelGroup.Find(delivery.Value.AccelGroup);
            data.LetGroupPass(group);
            DataDirectory.ShareFolder(root, group);
        }

        folders = new DurableFolders(root, isShared ? folder => DataDirectory.ShareFolder(folder, group) : null);

        // An earlier start may have created the store's folder without flushing its entry.
        Durability.FlushFolder(data.Path);
    }

    public string Description => $"objects in {root}";

    public long? FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(root).AvailableFreeSpace;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("The free space on the disk of {Folder} cannot be read: {Reason}", root, exception.Message);
                return null;
            }
        }
    }

    public Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken) => Guard(() =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (objects.All(one => one.Key != StoreOwner.Key))
        {
            EnsureMounted();
        }

        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, sourcePath, _) in objects)
        {
            var target = PathOf(key);
            var folder = Path.GetDirectoryName(target)!;
            if (!isOnOtherDisk)
            {
                MakeDurable(sourcePath);
            }

            folders.Create(folder);
            try
            {
                Place(sourcePath, target);
            }
            catch (DirectoryNotFoundException)
            {
                // The folder was deleted concurrently together with its last object.
                folders.Create(folder);
                Place(sourcePath, target);
            }

            changed.Add(folder);
        }

        // Flushes each folder once for all its objects.
        foreach (var folder in changed)
        {
            Durability.FlushFolder(folder);
        }
    });

    public Stream OpenRead(string key, long length) => new ObjectStream(key, length, (position, cancellationToken) =>
    {
        try
        {
            var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length != length)
            {
                file.Dispose();
                throw new LostObjectException(key);
            }

            file.Position = position;
            return Task.FromResult<Stream>(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw IsMounted ? new LostObjectException(key) : Unavailable(exception, key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(exception, key);
        }
    });

    public async Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var lengths = new long?[keys.Count];
        await Guard(() =>
        {
            for (var i = 0; i < lengths.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                lengths[i] = FindLength(new FileInfo(PathOf(keys[i])), keys[i]);
            }
        });
        return lengths;
    }

    public string? FindFile(string key, long length)
    {
        if (!isShared)
        {
            return null;
        }

        try
        {
            var file = new FileInfo(PathOf(key));
            if (FindLength(file, key) != length)
            {
                throw new LostObjectException(key);
            }

            if (!DataDirectory.IsShared(file))
            {
                // The object was stored before the setting was enabled. The file is shared last, so that a shared file is always in shared folders.
                for (var folder = file.Directory!; folder.FullName.Length > root.Length; folder = folder.Parent!)
                {
                    DataDirectory.ShareFolder(folder.FullName, group);
                }

                DataDirectory.ShareFile(file.FullName, group);
            }

            return Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(exception, key);
        }
    }

    public Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false) => null;

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => Guard(() =>
    {
        EnsureMounted();
        foreach (var key in keys.Where(ObjectKey.IsKey))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = PathOf(key);
            try
            {
                File.Delete(path);
            }
            catch (DirectoryNotFoundException)
            {
            }

            DeleteEmptyFolders(Path.GetDirectoryName(path)!);
        }
    });

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Lists only the top-level folder that the prefix names, because there may be millions of other objects.
        var end = prefix.IndexOf('/', StringComparison.Ordinal);
        var named = end < 0 ? new DirectoryInfo(root).EnumerateDirectories() : [new DirectoryInfo(Path.Combine(root, prefix[..end]))];

        // A disk of its own has the folder lost+found, which only root can read.
        foreach (var file in named.Where(folder => folder.Exists && folder.Name != "lost+found").SelectMany(FilesBelow))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = KeyOf(file.FullName);
            if (key.StartsWith(prefix, StringComparison.Ordinal) && FindLengthForList(file, key) is { } length)
            {
                yield return new StoredObject(key, length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
            }
        }

        await Task.CompletedTask;
    }

    public Task CheckAsync(CancellationToken cancellationToken) => Guard(() =>
    {
        EnsureMounted();
        var probe = Path.Combine(root, $".probe-{Guid.NewGuid():N}");
        using var file = PrivateFile.Create(probe, FileOptions.DeleteOnClose);
        file.WriteByte(0);
    });

    public Task EnsureOwnAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Maps <c>images/0198…ab/full</c> to <c>images/ab/0198…ab/full</c>, so that no folder grows without bound.</summary>
    private string PathOf(string key)
    {
        if (!ObjectKey.IsKey(key))
        {
            throw new ArgumentException($"'{key}' is not an object key.", nameof(key));
        }

        var segments = key.Split('/');
        return segments.Length < 3
            ? Path.Combine([root, .. segments])
            : Path.Combine([root, segments[0], segments[1][^Math.Min(2, segments[1].Length)..], .. segments[1..]]);
    }

    /// <summary>Whether the store's disk is mounted. If it is not, a missing file does not mean that the object is lost.</summary>
    private bool IsMounted => File.Exists(PathOf(StoreOwner.Key));

    private void EnsureMounted()
    {
        if (!IsMounted)
        {
            throw new DirectoryNotFoundException($"The file '{PathOf(StoreOwner.Key)}' is missing. Is the disk mounted?");
        }
    }

    /// <summary>The length of an object's file; null if the file is missing.</summary>
    /// <exception cref="IOException">The file cannot be examined. (<see cref="FileInfo.Exists"/> would be false.)</exception>
    private long? FindLength(FileInfo file, string key)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            if (key != StoreOwner.Key)
            {
                EnsureMounted();
            }

            return null;
        }
    }

    /// <summary>The length of a listed file; null if the file has been deleted since.</summary>
    /// <exception cref="ProblemException">The file cannot be examined.</exception>
    private long? FindLengthForList(FileInfo file, string key)
    {
        try
        {
            return FindLength(file, key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(exception, key);
        }
    }

    /// <summary>
    /// Enumerates the files below a folder, one folder after the other. (The framework's own recursion reads all folders of a level first, and remembers them.)
    /// </summary>
    private IEnumerable<FileInfo> FilesBelow(DirectoryInfo folder)
    {
        foreach (var entry in EntriesOf(folder))
        {
            if (entry is FileInfo file)
            {
                yield return file;
                continue;
            }

            foreach (var below in FilesBelow((DirectoryInfo)entry))
            {
                yield return below;
            }
        }
    }

    /// <summary>Enumerates the entries of a folder; none if the folder has been deleted.</summary>
    /// <exception cref="ProblemException">The folder cannot be read.</exception>
    private IEnumerable<FileSystemInfo> EntriesOf(DirectoryInfo folder)
    {
        IEnumerator<FileSystemInfo>? entries = null;
        try
        {
            while (MovesNext())
            {
                yield return entries!.Current;
            }
        }
        finally
        {
            entries?.Dispose();
        }

        bool MovesNext()
        {
            try
            {
                entries ??= folder.EnumerateFileSystemInfos().GetEnumerator();
                return entries.MoveNext();
            }
            catch (DirectoryNotFoundException) when (IsMounted)
            {
                return false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Unavailable(exception, folder.FullName);
            }
        }
    }

    private string KeyOf(string path)
    {
        var segments = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
        return string.Join('/', segments.Length < 4 ? segments : [segments[0], .. segments[2..]]);
    }

    /// <summary>Deletes a folder and its parents if they are empty, but not <c>images/ab</c> or a folder above it.</summary>
    private void DeleteEmptyFolders(string folder)
    {
        while (Path.GetRelativePath(root, folder).Split(Path.DirectorySeparatorChar).Length > 2)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (DirectoryNotFoundException)
            {
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // The folder contains other objects.
                return;
            }

            folder = Path.GetDirectoryName(folder)!;
        }
    }

    /// <summary>Moves a file to its name in the store, where it appears with all its bytes or not at all (on Windows: on the same disk only).</summary>
    private void Place(string sourcePath, string target)
    {
        if (!isOnOtherDisk && Durability.TryRename(sourcePath, target))
        {
            return;
        }

        isOnOtherDisk = true;

        // Reconciliation can delete a file with this name, because it is an object key, too.
        var copy = $"{target}-{Guid.NewGuid():N}";
        try
        {
            File.Copy(sourcePath, copy);
            MakeDurable(copy);
            File.Move(copy, target, overwrite: true);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }

        File.Delete(sourcePath);
    }

    /// <summary>Sets a file's permissions and flushes the file.</summary>
    private void MakeDurable(string file)
    {
        if (isShared)
        {
            DataDirectory.ShareFile(file, group);
        }
        else
        {
            DataDirectory.MakePrivate(file);
        }

        Durability.FlushFile(file);
    }

    private async Task Guard(Action action)
    {
        try
        {
            // Runs on another thread, because flushing waits for the disk.
            await Task.Run(action);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(exception, root);
        }
    }

    private ProblemException Unavailable(Exception exception, string what)
    {
        logger.LogError(exception, "The file store failed at {What}", what);
        return new ProblemException(Problems.StorageUnavailable, "The files cannot be read or written now.") { RetryAfter = TimeSpan.FromSeconds(30) };
    }
}
