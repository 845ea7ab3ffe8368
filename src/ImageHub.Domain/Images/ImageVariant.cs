using System.Globalization;
using ImageHub.Domain.Tiers;

namespace ImageHub.Domain.Images;

/// <summary>
/// A file of an image: a rendition, the original file, a thumbnail, or the full size as JPEG. The last two are rendered on request.
/// </summary>
public sealed record ImageVariant
{
    /// <summary>The rendition that fits the low box.</summary>
    public static readonly ImageVariant Low = new("low");

    /// <summary>The rendition that fits the medium box.</summary>
    public static readonly ImageVariant Medium = new("medium");

    /// <summary>The rendition that fits the high box.</summary>
    public static readonly ImageVariant High = new("high");

    /// <summary>
    /// The rendition that fits the large box. It is rendered in the background, for images of which high is smaller than that.
    /// </summary>
    public static readonly ImageVariant Large = new("large");

    /// <summary>The full-resolution image with public metadata only.</summary>
    public static readonly ImageVariant Full = new("full");

    /// <summary>The original file.</summary>
    public static readonly ImageVariant Original = new("original");

    /// <summary>
    /// The full resolution as JPEG, for formats that browsers do not show. It is rendered and stored like a thumbnail, with the height 0.
    /// </summary>
    public static readonly ImageVariant FullJpeg = new("full-jpeg") { Height = 0 };

    /// <summary>The renditions, smallest first. Every image has all but <see cref="Large"/>.</summary>
    public static readonly IReadOnlyList<ImageVariant> Renditions = [Low, Medium, High, Large];

    /// <summary>The renditions in formats with smaller files. The order must not change, because rows store indexes into this list.</summary>
    public static readonly IReadOnlyList<ImageVariant> Alternates =
    [
        new(Low, ImageFormat.Avif),
        new(Low, ImageFormat.WebP),
        new(Medium, ImageFormat.Avif),
        new(Medium, ImageFormat.WebP),
        new(High, ImageFormat.Avif),
        new(High, ImageFormat.WebP),
        new(Large, ImageFormat.Avif),
        new(Large, ImageFormat.WebP),
    ];

    private ImageVariant(string name) => Name = name;

    private ImageVariant(ImageVariant rendition, ImageFormat format)
        : this($"{rendition.Name}-{format.Name()}") => (Rendition, Format) = (rendition, format);

    /// <summary>
    /// The name in URLs and links: <c>low</c>, <c>medium</c>, <c>high</c>, <c>large</c>, <c>full</c>, <c>original</c>, or a height such as <c>200</c>. Object
    /// keys also contain <c>full-jpeg</c> and the names of alternates, such as <c>low-avif</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>The height in pixels of a variant rendered on request; 0 for the full size; null for other variants.</summary>
    public int? Height { get; private init; }

    /// <summary>The rendition that this alternate copies; null if the variant is not one of the <see cref="Alternates"/>.</summary>
    public ImageVariant? Rendition { get; }

    /// <summary>The format of one of the <see cref="Alternates"/>; null for other variants.</summary>
    public ImageFormat? Format { get; }

    /// <summary>A thumbnail or <see cref="FullJpeg"/>.</summary>
    /// <param name="height">Pixels, after orientation; 0 for the full size as JPEG.</param>
    public static ImageVariant Thumbnail(int height) => height == 0 ? FullJpeg : new(height.ToString(CultureInfo.InvariantCulture)) { Height = height };

    /// <summary>The variant with this name in URLs and links; null for an unknown name or a height outside 16–2,000.</summary>
    public static ImageVariant? Parse(string? name) => name switch
    {
        "low" => Low,
        "medium" => Medium,
        "high" => High,
        "large" => Large,
        "full" => Full,
        "original" => Original,
        { Length: > 0 and <= 4 } when name[0] != '0' && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && height is >= Tier.MinThumbnailHeight and <= Tier.MaxThumbnailHeight => Thumbnail(height),
        _ => null,
    };
}
