namespace ImageHub.Application.Backups;

/// <summary>Opens the places that backups are written to.</summary>
public interface IBackupPlaces
{
    /// <summary>Creates a place without accessing it.</summary>
    /// <param name="target">The path of a folder, or <c>s3://bucket/prefix</c>.</param>
    /// <exception cref="BackupException">The target is neither, or the settings of the bucket's server are missing.</exception>
    IBackupPlace Open(string target);
}

/// <summary>
/// A folder, or a bucket with a prefix. Files have slash-separated names, relative to the place, and are replaced only as a whole. When a method returns, its
/// change is durable.
/// </summary>
public interface IBackupPlace : IDisposable
{
    /// <summary>Whether only the program's user can read the files. Keys are written to other places only encrypted.</summary>
    bool IsPrivate { get; }

    /// <summary>The full path or address of a file.</summary>
    /// <param name="name">The file's name; empty for the place itself.</param>
    string Describe(string name);

    /// <summary>Writes a file whose name may depend on its content.</summary>
    /// <param name="draft">A name that no other call uses at the same time.</param>
    /// <param name="content">The content. It is not held in memory.</param>
    /// <param name="findName">Gets the name from the content's size, SHA-256 and CRC-32. If it returns null, nothing is written.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<BackupFile> WriteAsync(string draft, Stream content, Func<BackupFile, uint, string?> findName, CancellationToken cancellationToken);

    /// <summary>Opens a file.</summary>
    /// <returns>The content; null if the file is missing.</returns>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Gets the size of a file in bytes; null if it is missing.</summary>
    Task<long?> FindLengthAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lists all files whose name starts with the prefix, in no particular order.</summary>
    IAsyncEnumerable<PlacedFile> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes files, the last one after all others; missing files are ignored.</summary>
    Task DeleteAsync(IEnumerable<string> names, CancellationToken cancellationToken);

    /// <summary>Locks the place until the lock is disposed. A lock ends with its process.</summary>
    /// <exception cref="BackupException">Another process holds a lock that excludes this one.</exception>
    Task<IBackupLock> LockAsync(BackupUse use, CancellationToken cancellationToken);
}

/// <summary>A file in a listing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct PlacedFile(string Name, long Bytes);

/// <summary>The use of a place that a lock allows.</summary>
public enum BackupUse
{
    /// <summary>Writing a backup; excludes other processes that write.</summary>
    Writing,

    /// <summary>Reading finished backups; excludes processes that delete.</summary>
    Reading,

    /// <summary>Deleting finished backups; excludes processes that read. The process holds <see cref="Writing"/>, too.</summary>
    Deleting,
}

/// <summary>A lock of a place.</summary>
public interface IBackupLock : IAsyncDisposable
{
    /// <summary>Throws if the lock has ended, or may have ended because the place could not be reached for minutes. A lost lock stays lost.</summary>
    /// <exception cref="BackupException">Another process may use the place.</exception>
    Task ThrowIfLostAsync(CancellationToken cancellationToken);
}
