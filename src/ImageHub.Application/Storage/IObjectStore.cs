using ImageHub.Application.Errors;

namespace ImageHub.Application.Storage;

/// <summary>
/// Stores objects under keys. An object is never changed, only deleted. Keys are slash-separated segments of <c>[a-z0-9-]</c>, such as
/// <c>images/0198…/full</c>.
/// </summary>
/// <remarks>Every member throws <see cref="Problems.StorageUnavailable"/> if the store is unavailable.</remarks>
public interface IObjectStore
{
    /// <summary>A description of the store, printed at startup.</summary>
    string Description { get; }

    /// <summary>The bytes that this process may still write to the store's disk; null if unknown, as with S3.</summary>
    long? FreeBytes { get; }

    /// <summary>
    /// Moves local files into the store. When the method returns, all objects are durable (fsynced, or acknowledged by the S3 server), and the local files are
    /// deleted.
    /// </summary>
    /// <remarks>After a failure the store has no partial objects, but it may have some of the objects, which the caller must delete.</remarks>
    /// <param name="objects">The objects. Writing all objects of an image in one call is cheaper than in several calls.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken);

    /// <summary>
    /// Returns a seekable stream of an object. The object is opened by the first read, not by this method. If the object is missing or has another length, that
    /// read throws <see cref="LostObjectException"/>.
    /// </summary>
    /// <param name="key">The object's key.</param>
    /// <param name="length">The object's length in bytes, according to its row.</param>
    Stream OpenRead(string key, long length);

    /// <summary>Gets the lengths of objects without reading them.</summary>
    /// <returns>The lengths in bytes, in the order of the keys; null for a missing object.</returns>
    Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Creates a presigned URL for the object, or returns null if objects are always proxied.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="lifetime">How long the URL is valid.</param>
    /// <param name="contentType">The media type of the response.</param>
    /// <param name="isDescriptionOnly">
    /// Whether the URL is for HEAD requests instead of GET requests. A signature is valid for one method only.
    /// </param>
    Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false);

    /// <summary>
    /// Finds the file of an object, so that nginx can send it. Returns the path relative to the store's folder, or null if the store is not a folder that is
    /// shared with nginx.
    /// </summary>
    /// <param name="key">The object's key.</param>
    /// <param name="length">The object's length in bytes, according to its row.</param>
    /// <exception cref="LostObjectException">The object is missing or has another length.</exception>
    string? FindFile(string key, long length);

    /// <summary>Deletes objects; missing objects are ignored.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Streams all objects whose key starts with the prefix, in no particular order.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Throws if the store is unavailable or belongs to another gallery. A folder is tested by writing a file, a bucket by listing it.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>Throws if the store does not belong to the gallery of the database. A store that does not know its owner does nothing.</summary>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.StorageUnavailable"/> if the store belongs to another gallery or cannot be read, <see cref="Problems.DatabaseUnavailable"/> if the
    /// database does not respond.
    /// </exception>
    Task EnsureOwnAsync(CancellationToken cancellationToken);
}

/// <summary>Thrown if an object is missing or altered.</summary>
public sealed class LostObjectException(string key) : ProblemException(Problems.StorageUnavailable, "The file is missing or damaged in the store.")
{
    /// <summary>The object's key.</summary>
    public string Key { get; } = key;
}

/// <summary>Thrown if an object cannot be read now, for example because the disk fails. The object may exist.</summary>
public sealed class UnreadableObjectException(string key, Exception cause)
    : ProblemException(Problems.StorageUnavailable, cause is ProblemException problem ? problem.Message : "The file cannot be read now.", cause)
{
    /// <summary>The object's key.</summary>
    public string Key { get; } = key;
}

/// <summary>An object to write.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SourcePath">The file with its content, below the folder of <see cref="IStaging"/>.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record NewObject(string Key, string SourcePath, string ContentType);

/// <summary>An object in a listing.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WrittenAt">When it was written, according to the store's clock.</param>
public sealed record StoredObject(string Key, long Bytes, DateTimeOffset WrittenAt);
