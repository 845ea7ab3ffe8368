using System.Globalization;
using System.Linq.Expressions;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>What serving an image's bytes needs of its row.</summary>
internal sealed record StoredImage(
    Guid Id,
    int Revision,
    Guid? OwnerId,
    bool IsPublished,
    string FileName,
    DateTimeOffset CreatedAt,
    ImageFormat Format,
    long OriginalBytes,
    bool HasOriginal,
    Rendition Low,
    Rendition High,
    Rendition Full)
{
    /// <summary>From a row, in the database.</summary>
    public static readonly Expression<Func<Image, StoredImage>> Projection = image => new StoredImage(
        image.Id,
        image.Revision,
        image.OwnerId,
        image.IsPublished,
        image.FileName,
        image.CreatedAt,
        image.Format,
        image.OriginalBytes,
        image.HasOriginal,
        image.Low,
        image.High,
        image.Full);

    private static readonly Func<Image, StoredImage> Compiled = Projection.Compile();

    /// <summary>From a row that has been read.</summary>
    public static StoredImage From(Image image) => Compiled(image);

    /// <summary>The bytes of low, high, full or the original.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="variant">Which of them; thumbnails are objects with rows of their own.</param>
    /// <param name="isPublic">Whether caches may keep them for everyone.</param>
    public RenditionFile Open(IObjectStore store, ImageVariant variant, bool isPublic)
    {
        // The original is an object of its own only where it differs from full.
        var stored = variant == ImageVariant.Original && !HasOriginal ? ImageVariant.Full : variant;
        var key = ObjectKey.For(Id, Revision, stored);
        var (bytes, contentType) = stored switch
        {
            _ when stored == ImageVariant.Low => (Low.Bytes, Low.ContentType),
            _ when stored == ImageVariant.High => (High.Bytes, High.ContentType),
            _ when stored == ImageVariant.Full => (Full.Bytes, Full.ContentType),
            _ => (OriginalBytes, Format.MediaType()),
        };
        var eTag = string.Create(CultureInfo.InvariantCulture, $"{Id:N}-{Revision}-{stored.Name}");
        return new RenditionFile(key, bytes, contentType, eTag, CreatedAt, FileName, isPublic) { Revision = Revision, Content = store.OpenRead(key, bytes) };
    }
}

/// <summary>Bytes, and what a response says of them.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="ETag">A strong entity tag, without quotes: the key's bytes never change.</param>
/// <param name="LastModified">When they were written.</param>
/// <param name="FileName">What a download is called.</param>
/// <param name="IsPublic">Whether caches may keep them for everyone.</param>
public sealed record RenditionFile(
    string Key, long Bytes, string ContentType, string ETag, DateTimeOffset LastModified, string FileName, bool IsPublic)
{
    /// <summary>The revision that they belong to; null for thumbnails, whose addresses have none.</summary>
    public int? Revision { get; init; }

    /// <summary>Where the bytes can be had without credentials for a while; null: from <see cref="Content"/>.</summary>
    public Uri? Redirect { get; init; }

    /// <summary>The bytes, seekable and not yet opened.</summary>
    public Stream Content { get; init; } = Stream.Null;

    /// <summary>Called when the store turns out to have lost them and they can be made again.</summary>
    public Func<Task>? OnMissing { get; init; }

    /// <summary>Called when all of them are about to be sent, as opposed to a part, or to none because the client has them.</summary>
    public Func<Task>? OnWhole { get; init; }
}
