using System.Globalization;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Transforms;

/// <summary>How a picture fills the width and height of a transform.</summary>
internal enum TransformFit
{
    /// <summary>The whole picture, inside the box.</summary>
    Contain,

    /// <summary>The whole box, filled by a part of the picture.</summary>
    Cover,

    /// <summary>The whole box, filled by the whole picture, which is distorted.</summary>
    Fill,
}

/// <summary>The options of a transform as they are written in its address.</summary>
internal sealed record TransformOptions
{
    private const string WidthName = "w";
    private const string HeightName = "h";
    private const string FitName = "fit";
    private const string GravityName = "g";
    private const string QualityName = "q";
    private const string RatioName = "dpr";
    private const string ExpiryName = "exp";
    private const string FormatName = "extension";

    // The same qualities as for renditions in these formats (docs/adr/0034).
    private const int DefaultQuality = 80;
    private const int DefaultWebPQuality = 84;
    private const int DefaultAvifQuality = 62;

    private const int Start = 0;
    private const int Middle = Transform.EndCrop / 2;

    private static readonly string[] Names = [WidthName, HeightName, FitName, GravityName, QualityName, RatioName, ExpiryName];

    /// <summary>The position of the kept part along the picture's width and height, by the name of the gravity.</summary>
    private static readonly Dictionary<string, (int X, int Y)> Gravities = new(StringComparer.Ordinal)
    {
        ["ce"] = (Middle, Middle),
        ["no"] = (Middle, Start),
        ["so"] = (Middle, Transform.EndCrop),
        ["ea"] = (Transform.EndCrop, Middle),
        ["we"] = (Start, Middle),
        ["sm"] = (Transform.AttentionCrop, Transform.AttentionCrop),
    };

    /// <summary>The width in device pixels (<c>w</c> times <c>dpr</c>), or null.</summary>
    public int? Width { get; private init; }

    /// <summary>The height in device pixels (<c>h</c> times <c>dpr</c>), or null.</summary>
    public int? Height { get; private init; }

    /// <summary>How the picture fills the box.</summary>
    public TransformFit Fit { get; private init; }

    /// <summary>The name of the part that <see cref="TransformFit.Cover"/> keeps; null for the image's focus, or for the centre without a focus.</summary>
    public string? Gravity { get; private init; }

    /// <summary>The format.</summary>
    public ImageFormat Format { get; private init; }

    /// <summary>The quality; 0 for PNG.</summary>
    public int Quality { get; private init; }

    /// <summary>When the address expires, in Unix seconds, or null.</summary>
    public long? Expiry { get; private init; }

    /// <summary>Reads the options.</summary>
    /// <param name="options">The options, such as <c>w:800,h:600,fit:cover</c>.</param>
    /// <param name="extension">The extension of the address.</param>
    /// <exception cref="ProblemException">400 that names the option.</exception>
    public static TransformOptions Parse(string options, string extension)
    {
        var values = ReadValues(options);
        var format = Transform.Formats.Where(format => format.Name() == extension).Cast<ImageFormat?>().SingleOrDefault()
            ?? throw Invalid(FormatName, extension, "it must be jpeg, webp, avif or png");
        if (format == ImageFormat.Png && values.TryGetValue(QualityName, out var lossy))
        {
            throw Invalid(QualityName, lossy, "png has no quality: omit q, or use jpeg, webp or avif");
        }

        var ratio = ReadRatio(values);
        var (width, height) = (ReadSide(values, WidthName, ratio), ReadSide(values, HeightName, ratio));
        if (width is null && height is null)
        {
            throw ProblemException.Invalid(WidthName, $"w and h are both absent; at least one is needed, from 1 to {Transform.MaxSide}.");
        }

        return new TransformOptions
        {
            Width = width,
            Height = height,
            Fit = ReadName(values, FitName, ["contain", "cover", "fill"]) switch
            {
                "cover" => TransformFit.Cover,
                "fill" => TransformFit.Fill,
                _ => TransformFit.Contain,
            },
            Gravity = ReadName(values, GravityName, [.. Gravities.Keys]),
            Format = format,
            Quality = (int?)ReadNumber(values, QualityName, 1, 100) ?? FindDefaultQuality(format),
            Expiry = ReadNumber(values, ExpiryName, 1, DateTimeOffset.MaxValue.ToUnixTimeSeconds()),
        };
    }

    /// <summary>Resolves the options to their effect on a picture.</summary>
    /// <param name="picture">The size of the largest picture that the caller may have.</param>
    /// <param name="focus">The image's focus, or null.</param>
    public Transform Resolve(Box picture, FocusPoint? focus)
    {
        if (Fit == TransformFit.Contain || Width is not { } width || Height is not { } height)
        {
            return new Transform(new Box(Width ?? Transform.MaxSide, Height ?? Transform.MaxSide).Fit(picture), Transform.NoCrop, Format, Quality);
        }

        // A box that is larger than the picture shrinks until it fits. Its aspect ratio remains the same.
        var size = picture.Fit(new Box(width, height));
        if (Fit == TransformFit.Fill)
        {
            return new Transform(size, Transform.NoCrop, Format, Quality);
        }

        var whole = new Transform(size, Middle, Format, Quality);
        var scaled = whole.FindScaled(picture);
        var (x, y) = Gravity is not null ? Gravities[Gravity] : focus is not null ? (ToPosition(focus.X), ToPosition(focus.Y)) : (Middle, Middle);
        return whole with { Crop = scaled.Width > size.Width ? x : scaled.Height > size.Height ? y : Transform.NoCrop };

        static int ToPosition(double fraction) => (int)Math.Round(fraction * Transform.EndCrop, MidpointRounding.AwayFromZero);
    }

    /// <summary>Reads the values by their names, which must be known, in order and unique.</summary>
    private static Dictionary<string, string> ReadValues(string options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var last = -1;
        foreach (var option in options.Split(','))
        {
            var parts = option.Split(':', 2);
            var (name, place) = (parts[0], Array.IndexOf(Names, parts[0]));
            if (place < 0 || parts.Length < 2)
            {
                throw ProblemException.Invalid("options", $"'{option}' is not an option; allowed are {string.Join(", ", Names.Select(known => known + ":"))}, joined by commas.");
            }

            if (place <= last)
            {
                throw Invalid(name, parts[1], values.ContainsKey(name) ? "the option is given twice; once is allowed" : $"the option comes too late; the order is {string.Join(", ", Names)}");
            }

            values[name] = parts[1];
            last = place;
        }

        return values;
    }

    private static int? ReadSide(Dictionary<string, string> values, string name, decimal ratio)
    {
        if (ReadNumber(values, name, 1, Transform.MaxSide) is not { } side)
        {
            return null;
        }

        var pixels = (int)Math.Round(side * ratio, MidpointRounding.AwayFromZero);
        return pixels <= Transform.MaxSide
            ? pixels
            : throw Invalid(name, values[name], $"multiplied by dpr, it is {pixels}, but at most {Transform.MaxSide} are allowed");
    }

    private static decimal ReadRatio(Dictionary<string, string> values)
    {
        if (!values.TryGetValue(RatioName, out var text))
        {
            return 1;
        }

        return text.Length <= 4 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 1 and <= 3
            ? ratio
            : throw Invalid(RatioName, text, "it must be 1 to 3, with at most two decimals");
    }

    private static long? ReadNumber(Dictionary<string, string> values, string name, long min, long max)
    {
        if (!values.TryGetValue(name, out var text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Invalid(name, text, string.Create(CultureInfo.InvariantCulture, $"it must be a whole number from {min} to {max}"));
    }

    private static string? ReadName(Dictionary<string, string> values, string name, string[] allowed) =>
        !values.TryGetValue(name, out var text) ? null
        : allowed.Contains(text, StringComparer.Ordinal) ? text
        : throw Invalid(name, text, $"it must be {string.Join(", ", allowed[..^1])} or {allowed[^1]}");

    private static int FindDefaultQuality(ImageFormat format) => format switch
    {
        ImageFormat.WebP => DefaultWebPQuality,
        ImageFormat.Avif => DefaultAvifQuality,
        ImageFormat.Png => 0,
        _ => DefaultQuality,
    };

    private static ProblemException Invalid(string name, string value, string allowed) => ProblemException.Invalid(name, $"{name} is '{value}'; {allowed}.");
}
