using ImageHub.Application.Imaging;
using ImageHub.Domain.Site;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Places a watermark on a picture.</summary>
internal static class Marking
{
    // The distance from the picture's edges, as a fraction of its shorter side.
    private const double Margin = 0.03;

    // The distance between tiles, as a fraction of the mark's width and height.
    private const double Gap = 0.6;

    /// <summary>Returns the picture with the mark. The picture keeps its size, and its alpha if it has any.</summary>
    /// <param name="picture">The picture in sRGB, 8 bits.</param>
    /// <param name="mark">The mark.</param>
    internal static VipsImage Place(VipsImage picture, RenderedMark mark)
    {
        using var prepared = Prepare(mark, picture.Width, picture.Height);
        using var colours = picture.Bands < 3 ? picture.Colourspace(Enums.Interpretation.Srgb) : picture.Copy();
        using var layer = mark.Position == WatermarkPosition.Tile ? Tile(prepared, picture.Width, picture.Height) : prepared.Copy();
        var (left, top) = FindPlace(mark.Position, layer, picture);
        using var composed = colours.Composite2(layer, Enums.BlendMode.Over, x: left, y: top);
        using var sized = composed.Cast(Enums.BandFormat.Uchar);

        // Composing adds an alpha channel, which is opaque for a picture without one.
        using var visible = picture.HasAlpha() ? sized.Copy() : sized.ExtractBand(0, n: 3);
        return visible.CopyMemory();
    }

    private static VipsImage Prepare(RenderedMark mark, int width, int height)
    {
        var room = Math.Max(1, (int)(height - (2 * Margin * Math.Min(width, height))));
        using var resized = VipsImage.Thumbnail(mark.Path, Math.Max(1, mark.Width), height: room, size: Enums.Size.Both);
        using var colours = resized.Colourspace(Enums.Interpretation.Srgb);
        using var bytes = colours.Cast(Enums.BandFormat.Uchar);
        using var layer = bytes.HasAlpha() ? bytes.Copy() : bytes.Bandjoin(byte.MaxValue);
        using var fading = layer.Linear([1, 1, 1, mark.Opacity], [0, 0, 0, 0], uchar: true);
        using var tagged = fading.Copy(interpretation: Enums.Interpretation.Srgb);
        return tagged.CopyMemory();
    }

    /// <summary>Repeats the mark over the whole picture. Every second row is shifted by half the distance between two marks.</summary>
    private static VipsImage Tile(VipsImage mark, int width, int height)
    {
        var (stepX, stepY) = ((int)Math.Ceiling(mark.Width * (1 + Gap)), (int)Math.Ceiling(mark.Height * (1 + Gap)));
        using var even = mark.Embed((stepX - mark.Width) / 2, (stepY - mark.Height) / 2, stepX, stepY);
        using var wrapped = even.Wrap(x: stepX / 2, y: 0);
        using var pair = even.Join(wrapped, Enums.Direction.Vertical);
        using var repeated = pair.Replicate((width / stepX) + 2, (height / (2 * stepY)) + 2);
        return repeated.ExtractArea((repeated.Width - width) / 2, (repeated.Height - height) / 2, width, height);
    }

    private static (int Left, int Top) FindPlace(WatermarkPosition position, VipsImage layer, VipsImage picture)
    {
        var margin = (int)Math.Round(Margin * Math.Min(picture.Width, picture.Height));
        return position switch
        {
            WatermarkPosition.Tile => (0, 0),
            WatermarkPosition.BottomRight => (Math.Max(0, picture.Width - layer.Width - margin), Math.Max(0, picture.Height - layer.Height - margin)),
            _ => ((picture.Width - layer.Width) / 2, (picture.Height - layer.Height) / 2),
        };
    }
}
