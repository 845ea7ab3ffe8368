namespace ImageHub.Domain.Images;

/// <summary>A box in pixels that a rendition must fit inside, keeping its aspect and never being enlarged.</summary>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public readonly record struct Box(int Width, int Height)
{
    /// <summary>The size at which a picture fits inside.</summary>
    /// <param name="picture">Its own size.</param>
    public Box Fit(Box picture)
    {
        var scale = Math.Min(1, Math.Min((double)Width / picture.Width, (double)Height / picture.Height));
        return new Box(Scale(picture.Width), Scale(picture.Height));

        // A panorama keeps a pixel.
        int Scale(int side) => Math.Max(1, (int)Math.Round(side * scale, MidpointRounding.AwayFromZero));
    }
}
