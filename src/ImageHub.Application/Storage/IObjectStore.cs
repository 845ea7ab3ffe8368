using ImageHub.Application.Errors;

namespace ImageHub.Application.Storage;

/// <summary>
/// Objects under immutable keys: what was written under a key is never changed, only deleted. Keys are
/// slash-separated segments of <c>[a-z0-9-]</c>, such as <c>images/0198…/full</c>.
/// </summary>
/// <remarks>Every member fails with <see cref="Problems.StorageUnavailable"/> when the store cannot be reached.</remarks>
public interface IObjectStore
{
    /// <summary>What keeps the objects, for one start-up line.</summary>
    string Description { get; }

    /// <summary>How many bytes its disk has left for this account, or null where nobody can say.</summary>
    long? FreeBytes { get; }

    /// <summary>
    /// Moves local files into the store. When it returns, the bytes of all are durable (fsynced, or acknowledged by the S3
    /// server) and the local files are gone. A failure leaves neither a part of an object nor a temporary file in the store;
    /// some of several objects may be there then, and are the caller's to delete.
    /// </summary>
    /// <param name="objects">The objects. Those of one image cost less together than one after the other.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken);

    /// <summary>
    /// A seekable stream over an object. Nothing is opened before the first read, which starts at the position that
    /// was sought; a read of an object that is missing or has another length fails with <see cref="LostObjectException"/>.
    /// </summary>
    /// <param name="key">The object's key.</param>
    /// <param name="length">Its length in bytes, as the row says.</param>
    Stream OpenRead(string key, long length);

    /// <summary>Asks how long objects are, without reading them.</summary>
    /// <returns>The lengths in bytes, in the order of the keys; null where an object is missing.</returns>
    Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>An address that serves the object for a while without credentials, or null where objects are always proxied.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="lifetime">How long the address works.</param>
    /// <param name="contentType">The media type that it answers with.</param>
    /// <param name="isDescriptionOnly">Whether the address serves the object's description without its bytes; a signature holds for one of the two.</param>
    Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false);

    /// <summary>The file of an object for another program on this machine that may read it: its path below the store's folder, or null where there is none.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="length">Its length in bytes, as the row says.</param>
    /// <exception cref="LostObjectException">It is missing or has another length.</exception>
    string? FindFile(string key, long length);

    /// <summary>Deletes objects; a missing one is as deleted.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Every object whose key starts with the prefix, in no particular order, streamed.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Fails when the store cannot be written to or reached.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}

/// <summary>An object is missing, or is not what was stored.</summary>
public sealed class LostObjectException(string key) : ProblemException(Problems.StorageUnavailable, "The file is missing or damaged in the store.")
{
    /// <summary>The object's key.</summary>
    public string Key { get; } = key;
}

/// <summary>An object to be written.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SourcePath">A file below <see cref="IStaging"/>'s folder with its bytes.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record NewObject(string Key, string SourcePath, string ContentType);

/// <summary>An object in a listing.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WrittenAt">When it was written, by the store's clock.</param>
public sealed record StoredObject(string Key, long Bytes, DateTimeOffset WrittenAt);
