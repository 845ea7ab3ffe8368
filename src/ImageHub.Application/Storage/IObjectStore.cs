using ImageHub.Application.Errors;

namespace ImageHub.Application.Storage;

/// <summary>
/// Stores objects under immutable keys: an object is never changed, only deleted. Keys are slash-separated segments of <c>[a-z0-9-]</c>, such
/// as <c>images/0198…/full</c>.
/// </summary>
/// <remarks>Every member throws <see cref="Problems.StorageUnavailable"/> if the store is unavailable.</remarks>
public interface IObjectStore
{
    /// <summary>A description of the store, printed at startup.</summary>
    string Description { get; }

    /// <summary>The free space on the store's disk for this account, in bytes; null if unknown.</summary>
    long? FreeBytes { get; }

    /// <summary>
    /// Moves local files into the store. When it returns, all objects are durable (fsynced, or acknowledged by the S3 server) and the local
    /// files are deleted. A failure leaves no partial object or temporary file in the store; complete objects may remain, which the caller
    /// deletes.
    /// </summary>
    /// <param name="objects">The objects. Writing all objects of an image in one call is cheaper than in several calls.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken);

    /// <summary>
    /// Returns a seekable stream of an object. The first read opens the object at the current position. If the object is missing or has another length, reading
    /// throws <see cref="LostObjectException"/>.
    /// </summary>
    /// <param name="key">The object's key.</param>
    /// <param name="length">The object's length in bytes, according to its row.</param>
    Stream OpenRead(string key, long length);

    /// <summary>Gets the lengths of objects without reading them.</summary>
    /// <returns>The lengths in bytes, in the order of the keys; null for a missing object.</returns>
    Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Creates a presigned URL for the object, or returns null if objects are always proxied.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="lifetime">The lifetime of the address.</param>
    /// <param name="contentType">The media type of the response.</param>
    /// <param name="isDescriptionOnly">
    /// Whether the address is for HEAD requests instead of GET requests. A signature is valid for one method only.
    /// </param>
    Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false);

    /// <summary>
    /// Finds an object's file, so that another program on this machine can read it. Returns the path below the store's folder, or null if the store has no
    /// readable file.
    /// </summary>
    /// <param name="key">The object's key.</param>
    /// <param name="length">The object's length in bytes, according to its row.</param>
    /// <exception cref="LostObjectException">The object is missing or has another length.</exception>
    string? FindFile(string key, long length);

    /// <summary>Deletes objects; missing objects are ignored.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Streams all objects whose key starts with the prefix, in no particular order.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Throws if the store is not writable or reachable.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Thrown if an object is missing or altered.</summary>
public sealed class LostObjectException(string key) : ProblemException(Problems.StorageUnavailable, "The file is missing or damaged in the store.")
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
