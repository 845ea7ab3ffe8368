using System.Globalization;
using ImageHub.Domain.Tiers;

namespace ImageHub.Domain.Images;

/// <summary>Which bytes of an image: one of its resolutions, the file as sent, or what is made when it is asked for: a thumbnail, or the full size as JPEG.</summary>
public sealed record ImageVariant
{
    /// <summary>Fits the low box.</summary>
    public static readonly ImageVariant Low = new("low");

    /// <summary>Fits the medium box.</summary>
    public static readonly ImageVariant Medium = new("medium");

    /// <summary>Fits the high box.</summary>
    public static readonly ImageVariant High = new("high");

    /// <summary>All pixels, with the metadata that everyone may see.</summary>
    public static readonly ImageVariant Full = new("full");

    /// <summary>The file as sent.</summary>
    public static readonly ImageVariant Original = new("original");

    /// <summary>All pixels as JPEG, of an image that browsers do not show. It is made and kept as thumbnails are, with the height 0.</summary>
    public static readonly ImageVariant FullJpeg = new("full-jpeg") { Height = 0 };

    /// <summary>Low, medium and high in the formats that take fewer bytes. Rows tell them by their places in this list, which stay.</summary>
    public static readonly IReadOnlyList<ImageVariant> Alternates =
    [
        new(Low, ImageFormat.Avif),
        new(Low, ImageFormat.WebP),
        new(Medium, ImageFormat.Avif),
        new(Medium, ImageFormat.WebP),
        new(High, ImageFormat.Avif),
        new(High, ImageFormat.WebP),
    ];

    private ImageVariant(string name) => Name = name;

    private ImageVariant(ImageVariant rendition, ImageFormat format)
        : this($"{rendition.Name}-{format.Name()}") => (Rendition, Format) = (rendition, format);

    /// <summary>
    /// The name in URLs and links: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c>, <c>original</c>, or a height such as <c>200</c>; in keys also
    /// <c>full-jpeg</c> and those of alternates, such as <c>low-avif</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>Of what is made when it is asked for, the height in pixels; 0 is the image's own. Null for the others.</summary>
    public int? Height { get; private init; }

    /// <summary>Of one of the <see cref="Alternates"/>, the rendition that it shows; null for the others.</summary>
    public ImageVariant? Rendition { get; }

    /// <summary>Of one of the <see cref="Alternates"/>, its format; null for the others.</summary>
    public ImageFormat? Format { get; }

    /// <summary>A thumbnail, or <see cref="FullJpeg"/>.</summary>
    /// <param name="height">Pixels, after orientation; 0 is the image's own.</param>
    public static ImageVariant Thumbnail(int height) => height == 0 ? FullJpeg : new(height.ToString(CultureInfo.InvariantCulture)) { Height = height };

    /// <summary>The variant of that name in URLs and links; null when there is none, or its height is not one of 16–2,000.</summary>
    public static ImageVariant? Parse(string? name) => name switch
    {
        "low" => Low,
        "medium" => Medium,
        "high" => High,
        "full" => Full,
        "original" => Original,
        { Length: > 0 and <= 4 } when name[0] != '0' && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && height is >= Tier.MinThumbnailHeight and <= Tier.MaxThumbnailHeight => Thumbnail(height),
        _ => null,
    };
}
