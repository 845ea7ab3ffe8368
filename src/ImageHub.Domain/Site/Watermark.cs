namespace ImageHub.Domain.Site;

/// <summary>The places of a watermark.</summary>
public enum WatermarkPosition
{
    /// <summary>Once in the centre.</summary>
    Center,

    /// <summary>Once near the lower right corner.</summary>
    BottomRight,

    /// <summary>Repeated over the whole picture.</summary>
    Tile,
}

/// <summary>The watermark that the server places on photos of groups that require one.</summary>
/// <param name="ImageId">The mark: an image of a curated group. An image without alpha is placed as an opaque rectangle.</param>
/// <param name="Position">The place.</param>
/// <param name="Opacity">0.05–1; 1 leaves the mark's own opacity unchanged.</param>
/// <param name="WidthPercent">The mark's width in percent of the picture's width, 1–100. A mark that would be higher than the picture is scaled down.</param>
public sealed record Watermark(Guid ImageId, WatermarkPosition Position, double Opacity, double WidthPercent)
{
    /// <summary>The minimum opacity.</summary>
    public const double MinOpacity = 0.05;

    /// <summary>The minimum width, in percent of the picture's width.</summary>
    public const double MinWidthPercent = 1;

    /// <summary>The maximum width, in percent of the picture's width.</summary>
    public const double MaxWidthPercent = 100;
}
