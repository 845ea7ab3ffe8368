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

    /// <summary>GIF87a and GIF89a; renditions show the first frame.</summary>
    Gif,

    /// <summary>TIFF 6.0.</summary>
    Tiff,

    /// <summary>HEIC (HEVC in ISO/IEC 23008-12); accepted only if the loaded libvips decodes this format.</summary>
    Heic,
}

/// <summary>The names of formats in requests, responses, the database and file names.</summary>
public static class ImageFormats
{
    /// <summary>
    /// For each format: its title, whether browsers show it, whether it has an orientation tag that decoders follow, and its extensions with the preferred
    /// extension first.
    /// </summary>
    private static readonly Dictionary<ImageFormat, (string Title, bool IsShownByBrowsers, bool HasOrientation, string[] Extensions)> Known = new()
    {
        [ImageFormat.Jpeg] = ("JPEG", true, true, ["jpg", "jpeg", "jpe", "jfif", "jif", "mpo"]),
        [ImageFormat.Png] = ("PNG", true, true, ["png", "apng"]),
        [ImageFormat.WebP] = ("WebP", true, true, ["webp"]),
        [ImageFormat.Avif] = ("AVIF", true, false, ["avif", "avifs"]),
        [ImageFormat.Gif] = ("GIF", true, false, ["gif"]),
        [ImageFormat.Tiff] = ("TIFF", false, true, ["tif", "tiff"]),
        [ImageFormat.Heic] = ("HEIC", false, false, ["heic", "heif", "heics", "heifs", "hif"]),
    };

    /// <summary>The API names of all formats, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<ImageFormat>().Select(Name)];

    /// <summary>The title for people, such as <c>JPEG</c>.</summary>
    public static string Title(this ImageFormat format) => Known[format].Title;

    /// <summary>The lower-case name used by the API: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c>, <c>heic</c>.</summary>
    public static string Name(this ImageFormat format) => format.Title().ToLowerInvariant();

    /// <summary>The registered media type (IANA), such as <c>image/jpeg</c>.</summary>
    public static string MediaType(this ImageFormat format) => "image/" + format.Name();

    /// <summary>The extensions in lower case, without a dot; the preferred extension comes first.</summary>
    public static IReadOnlyList<string> Extensions(this ImageFormat format) => Known[format].Extensions;

    /// <summary>Whether current browsers show the format.</summary>
    public static bool IsShownByBrowsers(this ImageFormat format) => Known[format].IsShownByBrowsers;

    /// <summary>
    /// Whether a file can be rotated without a change of its pixels. GIF has no orientation, and decoders of AVIF and HEIC ignore the orientation in EXIF.
    /// </summary>
    public static bool HasOrientation(this ImageFormat format) => Known[format].HasOrientation;

    /// <summary>The format with this API name, or null.</summary>
    public static ImageFormat? Parse(string name) => Find(format => format.Name() == name);

    /// <summary>The inverse of <see cref="MediaType"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No format has this media type.</exception>
    public static ImageFormat FromMediaType(string mediaType) =>
        Find(format => format.MediaType() == mediaType) ?? throw new ArgumentOutOfRangeException(nameof(mediaType), mediaType, "No image format has this media type.");

    private static ImageFormat? Find(Func<ImageFormat, bool> isWanted)
    {
        foreach (var format in Known.Keys)
        {
            if (isWanted(format))
            {
                return format;
            }
        }

        return null;
    }
}
