namespace ImageHub.Domain.Images;

/// <summary>
/// The maximum size of a rendition, in pixels. An image is scaled down to fit the box and keeps its aspect ratio; smaller images are not enlarged.
/// </summary>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public readonly record struct Box(int Width, int Height)
{
    /// <summary>The size of a picture scaled to fit the box.</summary>
    /// <param name="picture">The picture's size.</param>
    public Box Fit(Box picture)
    {
        var scale = Math.Min(1, Math.Min((double)Width / picture.Width, (double)Height / picture.Height));
        return new Box(Scale(picture.Width), Scale(picture.Height));

        // At least one pixel, for extreme panoramas.
        int Scale(int side) => Math.Max(1, (int)Math.Round(side * scale, MidpointRounding.AwayFromZero));
    }
}
