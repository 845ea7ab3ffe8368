using System.Globalization;

namespace ImageHub.Domain.Images;

/// <summary>One resolution of an image, kept as an object.</summary>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
/// <param name="Bytes">The object's size.</param>
/// <param name="ContentType">The object's media type.</param>
public sealed record Rendition(int Width, int Height, long Bytes, string ContentType);

/// <summary>What is known of an image when its objects have been written and its row has not.</summary>
public sealed record NewImage(
    Guid Id,
    string FileName,
    IReadOnlyList<string> Tags,
    ImageFormat Format,
    byte[] Sha256,
    long OriginalBytes,
    bool HasOriginal,
    Rendition Full,
    uint FullCrc32,
    Rendition High,
    Rendition Low,
    byte[] Placeholder,
    DateTime? TakenAt,
    TimeSpan? TakenAtOffset,
    string? Camera,
    double? Latitude,
    double? Longitude);

/// <summary>What an image's objects are called.</summary>
public enum ImageVariant
{
    /// <summary>Fits the low box.</summary>
    Low,

    /// <summary>Fits the high box.</summary>
    High,

    /// <summary>All pixels, without location data.</summary>
    Full,

    /// <summary>The file as sent, where it differs from full.</summary>
    Original,
}

/// <summary>Keys of an image's objects.</summary>
public static class ImageKeys
{
    /// <summary>What every image key starts with.</summary>
    public const string Root = "images/";

    private const string Thumbnails = "thumbnails";

    /// <summary>The key of one object, such as <c>images/0198…/low</c>.</summary>
    public static string Of(Guid imageId, ImageVariant variant) => $"{Root}{imageId:D}/{variant.Name()}";

    /// <summary>The key of a thumbnail, such as <c>images/0198…/thumbnails/200</c>.</summary>
    public static string OfThumbnail(Guid imageId, int height) => string.Create(CultureInfo.InvariantCulture, $"{Root}{imageId:D}/{Thumbnails}/{height}");

    /// <summary>A variant as it stands in keys and routes.</summary>
    public static string Name(this ImageVariant variant) => variant switch
    {
        ImageVariant.Low => "low",
        ImageVariant.High => "high",
        ImageVariant.Full => "full",
        ImageVariant.Original => "original",
        _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "There is no such variant."),
    };

    /// <summary>Every key that an image may have, but those of its thumbnails.</summary>
    public static string[] All(Guid imageId) =>
        [Of(imageId, ImageVariant.Low), Of(imageId, ImageVariant.High), Of(imageId, ImageVariant.Full), Of(imageId, ImageVariant.Original)];

    /// <summary>The id of the image that a key belongs to, or null when it is no image's key.</summary>
    public static Guid? ImageId(string key)
    {
        var parts = key.Split('/');
        var isImages = parts.Length == 3 || (parts.Length == 4 && parts[2] == Thumbnails);
        return isImages && Guid.TryParse(parts[1], out var id) ? id : null;
    }

    /// <summary>The height of the thumbnail that a key belongs to, or null when it is no thumbnail's key.</summary>
    public static int? ThumbnailHeight(string key)
    {
        var parts = key.Split('/');
        return parts.Length == 4 && parts[2] == Thumbnails && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var height) ? height : null;
    }
}
