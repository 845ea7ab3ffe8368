using System.Net.Mime;
using System.Text;

namespace ImageHub.Application.Storage;

/// <summary>
/// The object that names the gallery to which a store belongs. It protects the objects from a server whose settings name another database, and tells an
/// unmounted disk from one without objects.
/// </summary>
public static class StoreOwner
{
    /// <summary>The object's key. Its content is the gallery's id; after the restore of an old backup, it is empty until the server starts.</summary>
    public const string Key = "gallery";

    /// <summary>The maximum size in bytes. A larger object was not written by ImageHub.</summary>
    private const int MaxBytes = 1000;

    /// <summary>Reads the object's content without white space at its ends; null if the object is missing.</summary>
    public static async Task<string?> ReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        if ((await store.FindLengthsAsync([Key], cancellationToken))[0] is not { } length)
        {
            return null;
        }

        if (length == 0)
        {
            return "";
        }

        await using var content = store.OpenRead(Key, length);
        var bytes = new byte[Math.Min(length, MaxBytes)];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return Encoding.UTF8.GetString(bytes).Trim();
    }

    /// <summary>Writes the object.</summary>
    /// <param name="store">The store.</param>
    /// <param name="staging">Where the file is written first.</param>
    /// <param name="galleryId">The gallery; null if its id is not known yet.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task WriteAsync(IObjectStore store, IStaging staging, Guid? galleryId, CancellationToken cancellationToken)
    {
        using var folder = new StagingFolder(staging.CreateFolder());
        await File.WriteAllTextAsync(folder.File(Key), galleryId is { } id ? $"{id:D}\n" : "", cancellationToken);
        await store.PutAsync([new NewObject(Key, folder.File(Key), MediaTypeNames.Text.Plain)], cancellationToken);
    }
}
