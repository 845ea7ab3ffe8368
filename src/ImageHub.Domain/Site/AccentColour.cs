using System.Buffers;
using System.Globalization;

namespace ImageHub.Domain.Site;

/// <summary>The site's accent colour for buttons and links: <c>#rrggbb</c> in sRGB.</summary>
public static class AccentColour
{
    /// <summary>The minimum contrast ratio with white text (WCAG 2.2, success criterion 1.4.3).</summary>
    public const double MinContrast = 4.5;

    private const int Length = 7;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Whether a text is a colour: <c>#</c> and six hexadecimal digits, case-insensitive.</summary>
    public static bool IsColour(string text) => text.Length == Length && text[0] == '#' && text.AsSpan(1).IndexOfAnyExcept(Digits) < 0;

    /// <summary>The contrast of white text on a colour, 1 to 21 (WCAG 2.2, "contrast ratio").</summary>
    public static double ContrastWithWhite(string colour)
    {
        var (red, green, blue) = (Channel(colour, 1), Channel(colour, 3), Channel(colour, 5));
        return 1.05 / ((0.2126 * red) + (0.7152 * green) + (0.0722 * blue) + 0.05);
    }

    /// <summary>The linear value of a colour channel (IEC 61966-2-1).</summary>
    private static double Channel(string colour, int at)
    {
        var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
