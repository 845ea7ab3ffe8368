namespace ImageHub.Domain.Images;

/// <summary>A box in pixels into which a rendition is scaled, keeping its aspect ratio and without enlarging it.</summary>
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

        // An extreme panorama keeps at least one pixel.
        int Scale(int side) => Math.Max(1, (int)Math.Round(side * scale, MidpointRounding.AwayFromZero));
    }
}
