namespace ImageHub.Domain.Images;

/// <summary>The accepted file formats, detected by content rather than by name.</summary>
public enum ImageFormat
{
    /// <summary>JPEG (ITU-T T.81), baseline or progressive, also CMYK.</summary>
    Jpeg,

    /// <summary>PNG (ISO/IEC 15948).</summary>
    Png,

    /// <summary>WebP (RFC 9649).</summary>
    WebP,

    /// <summary>AVIF (AV1 in ISO/IEC 23008-12).</summary>
    Avif,

    /// <summary>GIF89a; renditions show its first frame.</summary>
    Gif,

    /// <summary>TIFF 6.0.</summary>
    Tiff,

    /// <summary>HEIC (HEVC in ISO/IEC 23008-12); only if the loaded libvips decodes it.</summary>
    Heic,
}

/// <summary>The names of formats in requests and responses.</summary>
public static class ImageFormats
{
    /// <summary>The lower-case name used by the API: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c>, <c>heic</c>.</summary>
    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "jpeg",
        ImageFormat.Png => "png",
        ImageFormat.WebP => "webp",
        ImageFormat.Avif => "avif",
        ImageFormat.Gif => "gif",
        ImageFormat.Tiff => "tiff",
        ImageFormat.Heic => "heic",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such image format."),
    };

    /// <summary>The registered media type (IANA), such as <c>image/jpeg</c>.</summary>
    public static string MediaType(this ImageFormat format) => "image/" + format.Name();

    /// <summary>The inverse of <see cref="MediaType"/>.</summary>
    public static ImageFormat OfMediaType(string mediaType) => Array.Find(Enum.GetValues<ImageFormat>(), format => format.MediaType() == mediaType) is var format && format.MediaType() == mediaType
        ? format
        : throw new ArgumentOutOfRangeException(nameof(mediaType), mediaType, "There is no such image format.");

    /// <summary>The names of all formats, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<ImageFormat>().Select(Name)];

    /// <summary>The format with this API name, or null.</summary>
    public static ImageFormat? Parse(string name)
    {
        foreach (var format in Enum.GetValues<ImageFormat>())
        {
            if (format.Name() == name)
            {
                return format;
            }
        }

        return null;
    }
}
