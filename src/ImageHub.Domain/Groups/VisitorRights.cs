using ImageHub.Domain.Images;

namespace ImageHub.Domain.Groups;

/// <summary>The rights of visitors to a group's images, or of a link's guests to the images behind the link.</summary>
/// <param name="Downloads">The files that they may download.</param>
/// <param name="HasWatermark">Whether all pictures except low and thumbnails of its height have the site's watermark. The full size is then not available.</param>
public readonly record struct VisitorRights(Downloads Downloads, bool HasWatermark)
{
    /// <summary>All files without a watermark, as for admins.</summary>
    public static readonly VisitorRights All = new(Downloads.Full, false);

    /// <summary>Whether they may have the full size. The full size is never watermarked, so rights with a watermark exclude it.</summary>
    public bool AllowFull => Downloads == Downloads.Full && !HasWatermark;

    /// <summary>Whether they may download files, also as an archive.</summary>
    public bool AllowDownloads => Downloads != Downloads.None;

    /// <summary>Returns the rights of a link's guests: the link's settings, and the group's settings where the link has none.</summary>
    /// <param name="downloads">The link's downloads; null: the group's.</param>
    /// <param name="hasWatermark">The link's choice; null: the group's.</param>
    public VisitorRights With(Downloads? downloads, bool? hasWatermark) => new(downloads ?? Downloads, hasWatermark ?? HasWatermark);

    /// <summary>Whether they may have this variant without a watermark.</summary>
    /// <param name="variant">
    /// A rendition, full, the full size as JPEG, a thumbnail, or a transform. A small transform is not exempt from the watermark, because a crop may be sharper
    /// than low.
    /// </param>
    /// <param name="low">The size of the image's low rendition, which never has a watermark.</param>
    public bool AllowUnmarked(ImageVariant variant, Box low)
    {
        if (variant == ImageVariant.Full || variant == ImageVariant.FullJpeg)
        {
            return AllowFull;
        }

        return !HasWatermark || (variant.Rendition ?? variant) == ImageVariant.Low || (variant is { Transform: null, Number: { } height } && height <= low.Height);
    }
}
