using System.Globalization;
using ImageHub.Domain.Tiers;

namespace ImageHub.Domain.Images;

/// <summary>
/// A file of an image. Renditions, alternates, the full-resolution image and the original file are stored in advance. Thumbnails, the full size as JPEG,
/// transforms, and renditions, thumbnails and transforms with the site's watermark are rendered on request.
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
    /// The rendition that fits the large box. It is rendered in the background, for images whose high rendition is smaller than the large rendition.
    /// </summary>
    public static readonly ImageVariant Large = new("large");

    /// <summary>The full-resolution image with public metadata only.</summary>
    public static readonly ImageVariant Full = new("full");

    /// <summary>The original file.</summary>
    public static readonly ImageVariant Original = new("original");

    /// <summary>
    /// The full resolution as JPEG, for formats that browsers do not show. It is rendered and stored like a thumbnail, with the height 0.
    /// </summary>
    public static readonly ImageVariant FullJpeg = new("full-jpeg") { Number = 0 };

    /// <summary>The renditions, smallest first. Every image has low, medium and high; some images lack <see cref="Large"/>.</summary>
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

    // Greater than every height, so that a number can hold both the mark and the number of the variant without the mark.
    private const int NumbersOfMark = 4096;

    private const string MarkedSuffix = "-mark-";

    private ImageVariant(string name) => Name = name;

    private ImageVariant(ImageVariant rendition, ImageFormat format)
        : this($"{rendition.Name}-{format.Name()}") => (Rendition, Format) = (rendition, format);

    /// <summary>
    /// The name in URLs and links: <c>low</c>, <c>medium</c>, <c>high</c>, <c>large</c>, <c>full</c>, <c>original</c>, or a height such as <c>200</c>. Object
    /// keys also contain <c>full-jpeg</c>, and the names of alternates, such as <c>low-avif</c>, of transforms (<see cref="Transform.Name"/>), and of variants
    /// with a watermark, such as <c>high-mark-7</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>
    /// The number of a variant rendered on request, which identifies its row: a thumbnail's height in pixels; 0 for <see cref="FullJpeg"/>; with a watermark,
    /// 4,096 times <see cref="Mark"/> plus the thumbnail's height or the rendition's index in <see cref="Renditions"/>; negative for transforms, with and
    /// without a watermark. Null for other variants.
    /// </summary>
    public long? Number { get; private init; }

    /// <summary>The transform; null for other variants, and for a transform with a watermark.</summary>
    public Transform? Transform { get; private init; }

    /// <summary>The number of the site's watermark in this variant; 0 for a variant without a watermark.</summary>
    public int Mark { get; private init; }

    /// <summary>The variant without its watermark; null for a variant without a watermark.</summary>
    public ImageVariant? Unmarked { get; private init; }

    /// <summary>The rendition that this alternate copies; null if the variant is not one of the <see cref="Alternates"/>.</summary>
    public ImageVariant? Rendition { get; }

    /// <summary>The format of one of the <see cref="Alternates"/>; null for other variants.</summary>
    public ImageFormat? Format { get; }

    /// <summary>A variant rendered on request.</summary>
    /// <param name="number">Its <see cref="Number"/>; for a thumbnail, the height in pixels after orientation.</param>
    public static ImageVariant OnRequest(long number)
    {
        if (number < 0)
        {
            var (transform, drawn) = Transform.FromNumber(number);
            return drawn == 0 ? From(transform) : From(transform).MarkedBy(drawn);
        }

        var (mark, rest) = Math.DivRem(number, NumbersOfMark);
        return (mark, rest) switch
        {
            (0, 0) => FullJpeg,
            (0, _) => new(rest.ToString(CultureInfo.InvariantCulture)) { Number = rest },
            _ => (rest < Renditions.Count ? Renditions[(int)rest] : OnRequest(rest)).MarkedBy((int)mark),
        };
    }

    /// <summary>The variant of a transform.</summary>
    public static ImageVariant From(Transform transform) => new(transform.Name) { Number = transform.ToNumber(0), Transform = transform };

    /// <summary>This rendition, thumbnail or transform with the site's watermark.</summary>
    /// <param name="mark">The number of the watermark, from 1.</param>
    public ImageVariant MarkedBy(int mark) => new(string.Create(CultureInfo.InvariantCulture, $"{Name}{MarkedSuffix}{mark}"))
    {
        Number = Transform is not null ? Transform.ToNumber(mark) : (mark * (long)NumbersOfMark) + (Number ?? Renditions.Index().Single(place => place.Item == this).Index),
        Mark = mark,
        Unmarked = this,
    };

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
            && height is >= Tier.MinThumbnailHeight and <= Tier.MaxThumbnailHeight => OnRequest(height),
        _ => null,
    };

    /// <summary>The variant rendered on request that has this name in object keys; null for another name.</summary>
    public static ImageVariant? ParseOnRequest(string name)
    {
        if (name == FullJpeg.Name)
        {
            return FullJpeg;
        }

        return name.Split(MarkedSuffix) switch
        {
            [var unmarked] => ParseUnmarked(unmarked) is { Number: not null } variant ? variant : null,
            [var unmarked, var mark] when int.TryParse(mark, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < int.MaxValue / NumbersOfMark =>
                ParseUnmarked(unmarked) is { } variant && (variant.Number is not null || Renditions.Contains(variant)) ? variant.MarkedBy(number) : null,
            _ => null,
        };
    }

    private static ImageVariant? ParseUnmarked(string name) => Transform.Parse(name) is { } transform ? From(transform) : Parse(name);
}
