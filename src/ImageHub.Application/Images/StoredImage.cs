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
    Rendition? Medium,
    Rendition High,
    Rendition Full,
    bool HasDamages)
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
        image.Medium,
        image.High,
        image.Full,
        image.Damages.Any());

    private static readonly Func<Image, StoredImage> Compiled = Projection.Compile();

    /// <summary>From a row that was read as a whole, without its damages.</summary>
    public static StoredImage From(Image image, bool hasDamages) => Compiled(image) with { HasDamages = hasDamages };

    /// <summary>
    /// The variant whose object has the bytes of another one: the original is an object of its own only where it differs from full, and high stands in
    /// for medium until that has been made.
    /// </summary>
    public ImageVariant FindStored(ImageVariant variant) =>
        variant == ImageVariant.Original && !HasOriginal ? ImageVariant.Full
        : variant == ImageVariant.Medium && Medium is null ? ImageVariant.High
        : variant;

    /// <summary>The object of low, medium, high, full or the original; thumbnails are objects with rows of their own.</summary>
    public ImageObject FindObject(ImageVariant variant)
    {
        var stored = FindStored(variant);
        var key = ObjectKey.For(Id, Revision, stored);
        return stored == ImageVariant.Original
            ? new ImageObject(Id, stored, key, OriginalBytes, Format.MediaType(), null)
            : FromRendition(stored == ImageVariant.Low ? Low : stored == ImageVariant.Medium ? Medium! : stored == ImageVariant.High ? High : Full);

        ImageObject FromRendition(Rendition rendition) => new(Id, stored, key, rendition.Bytes, rendition.ContentType, rendition.Crc32);
    }

    /// <summary>A strong entity tag, without quotes: bytes never change behind one.</summary>
    public string BuildETag(ImageVariant variant) => string.Create(CultureInfo.InvariantCulture, $"{Id:N}-{Revision}-{FindStored(variant).Name}");
}
