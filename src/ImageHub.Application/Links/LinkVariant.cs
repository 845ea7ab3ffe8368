using System.Globalization;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Links;

/// <summary>What an image's link leads to: a thumbnail's height, or a rendition.</summary>
internal readonly record struct LinkVariant(int? Height, ImageVariant? Rendition)
{
    /// <summary>Reads <c>200</c> (a height of 16–2,000), <c>low</c>, <c>high</c> or <c>full</c>; null for anything else.</summary>
    public static LinkVariant? Parse(string? text) => text switch
    {
        "low" => new(null, ImageVariant.Low),
        "high" => new(null, ImageVariant.High),
        "full" => new(null, ImageVariant.Full),
        { Length: > 0 and <= 4 } when text[0] != '0' && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && height is >= Tier.MinThumbnailHeight and <= Tier.MaxThumbnailHeight => new(height, null),
        _ => null,
    };

    /// <summary>Whether a tier lets an image's owner pass it on: what it gives the owner, if it has links at all.</summary>
    public bool IsOfferedBy(Tier? tier) => tier is { ExpiringLinks: true }
        && (Height is { } height ? tier.ThumbnailHeights.Contains(height) : Rendition == ImageVariant.Full && tier.Originals);
}
