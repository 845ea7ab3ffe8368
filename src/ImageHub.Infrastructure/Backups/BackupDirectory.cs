using System.IO.Enumeration;
using ImageHub.Application.Backups;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Storage;

namespace ImageHub.Infrastructure.Backups;

/// <summary>A folder for backups. Only the program's user can read its files: folders 0700, files 0600.</summary>
/// <param name="path">The folder's path.</param>
internal sealed class BackupDirectory(string path) : IBackupPlace
{
    private const string Draft = ".unfinished";
    private const string WritingLock = "lock";
    private const string ReadingLock = "lock.reading";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    private readonly DurableFolders folders = new(Path.GetFullPath(path));

    public bool IsPrivate => true;

    public string Describe(string name) => name.Length == 0 ? root : Path.Combine(root, name.Replace('/', Path.DirectorySeparatorChar));

    public async Task<BackupFile> WriteAsync(string draft, Stream content, Func<BackupFile, uint, string?> findName, CancellationToken cancellationToken)
    {
        var unfinished = PathOf(draft) + Draft;
        folders.Create(Path.GetDirectoryName(unfinished)!);
        var (file, crc32) = await HashedFile.WriteAsync(unfinished, content, cancellationToken);
        Durability.FlushFile(unfinished);
        if (findName(file, crc32) is { } name)
        {
            var target = PathOf(name);
            File.Move(unfinished, target, overwrite: true);
            try
            {
                Durability.FlushFolder(Path.GetDirectoryName(target)!);
            }
            catch (IOException)
            {
                // The next backup must write the file again: a file that exists counts as durable.
                File.Delete(target);
                throw;
            }
        }
        else
        {
            File.Delete(unfinished);
        }

        return file;
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new ReadFile(PathOf(name)));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(PathOf(name), refused);
        }
    }

    public Task<long?> FindLengthAsync(string name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(name));
        return Task.FromResult(file.Exists ? (long?)file.Length : null);
    }

    public IAsyncEnumerable<PlacedFile> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var folder = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        return Directory.Exists(folder)
            ? Enumerate(folder)
                .Where(file => file.Name.StartsWith(prefix, StringComparison.Ordinal))
                .ToAsyncEnumerable()
            : AsyncEnumerable.Empty<PlacedFile>();
    }

    public Task DeleteAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        // Flushes the deletions in a folder before the deletions in the next folder, so that the last file is deleted last even if the power fails.
        string? last = null;
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = PathOf(name);
            var folder = Path.GetDirectoryName(file)!;
            if (last is not null && folder != last)
            {
                FlushExisting(last);
            }

            if (Directory.Exists(folder))
            {
                File.Delete(file);
                DeleteEmptyFolders(folder);
            }

            last = folder;
        }

        if (last is not null)
        {
            FlushExisting(last);
        }

        return Task.CompletedTask;
    }

    public Task<IBackupLock> LockAsync(BackupUse use, CancellationToken cancellationToken)
    {
        if (use == BackupUse.Reading)
        {
            return Task.FromResult<IBackupLock>(new FileLock(LockShared()));
        }

        folders.Create(root);
        try
        {
            return Task.FromResult<IBackupLock>(new FileLock(PrivateFile.Create(PathOf(use == BackupUse.Writing ? WritingLock : ReadingLock))));
        }
        catch (IOException failed)
        {
            throw IsLocked(failed) ? BackupBucket.Refuse(use, root) : new BackupException($"'{root}' cannot be written to: {failed.Message}");
        }
    }

    public void Dispose()
    {
    }

    /// <summary>
    /// Lists the files below a folder. Skips <c>lost+found</c> in the place's root, which only root can read; it exists if the place is a disk of its own.
    /// </summary>
    private FileSystemEnumerable<PlacedFile> Enumerate(string folder) => new(
        folder,
        (ref entry) => new PlacedFile(Path.GetRelativePath(root, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'), entry.Length),
        Everything)
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref entry) => entry.FileName is not "lost+found" || !entry.Directory.SequenceEqual(root),
    };

    /// <summary>Takes a shared lock on the file that a deletion locks exclusively.</summary>
    /// <returns>The locked file; null on a medium that cannot be written to, where nothing is deleted.</returns>
    private FileStream? LockShared()
    {
        var file = PathOf(ReadingLock);
        try
        {
            var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Read, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
            {
                how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(file, how);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused is IOException failed && IsLocked(failed) ? throw BackupBucket.Refuse(BackupUse.Reading, root) : File.Exists(file) ? throw Unreadable(file, refused) : null;
        }
    }

    /// <summary>Whether another process has locked the file: <c>EWOULDBLOCK</c> of Linux or macOS, or <c>ERROR_SHARING_VIOLATION</c>.</summary>
    private static bool IsLocked(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x8007_0020);

    private static DamagedBackupException Unreadable(string path, Exception cause) => new($"'{path}' cannot be read: {cause.Message.TrimEnd('.')}.");

    private static void FlushExisting(string folder)
    {
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        Durability.FlushFolder(folder);
    }

    private void DeleteEmptyFolders(string folder)
    {
        // The folders directly below the root stay.
        while (Path.GetDirectoryName(folder) is { } above && above != root && folder != root && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            folder = above;
        }
    }

    /// <summary>
    /// Finds the path of a file, and refuses names that lead out of the place. The names of tables are from a manifest, which an attacker may have changed.
    /// </summary>
    private string PathOf(string name) => name.Split('/').Any(segment => segment is "." or "..") || Path.IsPathRooted(name) || name.Contains('\0', StringComparison.Ordinal)
        ? throw new DamagedBackupException($"The backup has a file with the name '{name}'.")
        : Describe(name);

    /// <summary>A file whose read throws <see cref="DamagedBackupException"/> if the disk fails, so that the failure differs from that of a target.</summary>
    private sealed class ReadFile(string path)
        : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await base.ReadAsync(buffer, cancellationToken);
            }
            catch (IOException failed)
            {
                throw Unreadable(Name, failed);
            }
        }
    }

    private sealed class FileLock(FileStream? file) : IBackupLock
    {
        /// <summary>The operating system ends the lock with the process.</summary>
        public Task ThrowIfLostAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            if (file is not null)
            {
                await file.DisposeAsync();
            }
        }
    }
}
