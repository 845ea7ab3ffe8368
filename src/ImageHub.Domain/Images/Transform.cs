using System.Globalization;

namespace ImageHub.Domain.Images;

/// <summary>
/// The size, the crop and the encoding of a transformed picture. All options are resolved to their effect on one image, so that requests with the same effect
/// have the same transform and share one file.
/// </summary>
/// <param name="Size">The size of the file's picture.</param>
/// <param name="Crop">
/// The part of the picture to keep: 0 to <see cref="EndCrop"/> for the position of the kept part's center, in thousandths of the side that is cut, <see
/// cref="AttentionCrop"/>, or <see cref="NoCrop"/>.
/// </param>
/// <param name="Format">JPEG, WebP, AVIF or PNG.</param>
/// <param name="Quality">1–100; 0 for PNG.</param>
public sealed record Transform(Box Size, int Crop, ImageFormat Format, int Quality)
{
    /// <summary>The maximum width and height, in pixels.</summary>
    public const int MaxSide = 4_000;

    /// <summary>Keeps the end of the side that is cut.</summary>
    public const int EndCrop = 1_000;

    /// <summary>Keeps the part that attracts the most attention.</summary>
    public const int AttentionCrop = 1_001;

    /// <summary>Keeps the whole picture, which is scaled to exactly the size.</summary>
    public const int NoCrop = 1_002;

    // How many values each part of a packed number can have. All are powers of two.
    private const long Sides = 4_096;
    private const long Crops = 1_024;
    private const long Qualities = 128;

    /// <summary>The formats.</summary>
    public static readonly IReadOnlyList<ImageFormat> Formats = [ImageFormat.Jpeg, ImageFormat.WebP, ImageFormat.Avif, ImageFormat.Png];

    /// <summary>The name in object keys: <c>800x600-500-80-webp</c>. It consists of the size, the crop, the quality and the format.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Size.Width}x{Size.Height}-{Crop}-{Quality}-{Format.Name()}");

    /// <summary>The size to which the whole picture is scaled before the crop.</summary>
    /// <param name="picture">The picture's size.</param>
    public Box FindScaled(Box picture)
    {
        if (Crop == NoCrop)
        {
            return Size;
        }

        var scale = Math.Max((double)Size.Width / picture.Width, (double)Size.Height / picture.Height);
        return new Box(Scale(picture.Width, Size.Width), Scale(picture.Height, Size.Height));

        int Scale(int side, int least) => Math.Max(least, (int)Math.Round(side * scale, MidpointRounding.AwayFromZero));
    }

    /// <summary>The offset of the kept part on one side of the scaled picture. Only for a crop by position.</summary>
    /// <param name="scaled">The side of the scaled picture.</param>
    /// <param name="kept">The same side of <see cref="Size"/>.</param>
    public int FindOffset(int scaled, int kept) =>
        Math.Clamp((int)Math.Round((scaled * Crop / (double)EndCrop) - (kept / 2.0), MidpointRounding.AwayFromZero), 0, scaled - kept);

    /// <summary>The negative number that contains all values and the number of a watermark.</summary>
    /// <param name="mark">The number of the watermark; 0 for none.</param>
    internal long ToNumber(int mark)
    {
        var packed = (((((((((mark * Sides) + Size.Width) * Sides) + Size.Height) * Crops) + Crop) * Formats.Count) + Formats.Index().Single(one => one.Item == Format).Index) * Qualities) + Quality;
        return -1 - packed;
    }

    /// <summary>The inverse of <see cref="ToNumber"/>.</summary>
    internal static (Transform Transform, int Mark) FromNumber(long number)
    {
        var (rest, quality) = Math.DivRem(-1 - number, Qualities);
        (rest, var format) = Math.DivRem(rest, Formats.Count);
        (rest, var crop) = Math.DivRem(rest, Crops);
        (rest, var height) = Math.DivRem(rest, Sides);
        var (mark, width) = Math.DivRem(rest, Sides);
        return (new Transform(new Box((int)width, (int)height), (int)crop, Formats[(int)format], (int)quality), (int)mark);
    }

    /// <summary>The transform with this <see cref="Name"/>; null for another name.</summary>
    internal static Transform? Parse(string name)
    {
        if (name.Split('-') is not [var size, var crop, var quality, var format] || size.Split('x') is not [var width, var height]
            || !Formats.Any(one => one.Name() == format))
        {
            return null;
        }

        return TryParse(width, MaxSide, out var w) && TryParse(height, MaxSide, out var h) && TryParse(crop, NoCrop, out var c) && TryParse(quality, 100, out var q)
            && new Transform(new Box(w, h), c, ImageFormats.Parse(format)!.Value, q) is { } transform && transform.Name == name ? transform : null;

        static bool TryParse(string text, int max, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;
    }
}
