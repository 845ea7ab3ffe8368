using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Cleans the texts of captions.</summary>
internal static class CaptionText
{
    // Texts that cameras and programs write by default. Some versions of digiKam write the language in place of the text; Huawei's phones write the camera's
    // mode.
    private static readonly HashSet<string> Automatic = new(StringComparer.OrdinalIgnoreCase)
    {
        "x-default", "OLYMPUS DIGITAL CAMERA", "SONY DSC", "SAMSUNG CAMERA PICTURES", "SAMSUNG DIGITAL CAMERA", "MINOLTA DIGITAL CAMERA", "KONICA MINOLTA DIGITAL CAMERA",
        "KODAK Digital Still Camera", "PENTAX DIGITAL CAMERA", "DIGITAL CAMERA", "DIGITAL IMAGE", "Digital StillCamera", "Digital Still Camera", "Exif_JPEG_PICTURE", "Exif JPEG",
        "JPEG Picture", "DCIM", "Default", "Untitled", "Created with GIMP", "Created with The GIMP", "LEAD Technologies Inc. V1.01", "cof", "oznor", "ozedf", "rhdr",
    };

    /// <summary>Returns a text without control characters, cut to a maximum number of code points; null if nothing is left.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="maxLength">The maximum length in code points.</param>
    /// <param name="keepsLines">Whether line breaks are kept, as <c>\n</c>. Otherwise a space replaces them.</param>
    internal static string? Clean(string? text, int maxLength, bool keepsLines = false)
    {
        var clean = new StringBuilder();
        var (count, previous) = (0, default(Rune));
        foreach (var rune in (text ?? "").Trim().EnumerateRunes())
        {
            if (count == maxLength)
            {
                break;
            }

            var isLineBreak = rune.Value is '\r' or '\n' || rune.Value == '\t';
            if ((Rune.IsControl(rune) && !isLineBreak) || (rune.Value == '\n' && previous.Value == '\r'))
            {
                previous = rune;
                continue;
            }

            clean.Append(!isLineBreak ? rune.ToString() : keepsLines && rune.Value != '\t' ? "\n" : " ");
            count++;
            previous = rune;
        }

        var result = clean.ToString().Trim();
        return result.Length == 0 ? null : result;
    }

    /// <summary>Whether a camera or program writes the text by default. Drones write the file's path, which starts with <c>DCIM\</c>.</summary>
    internal static bool IsAutomatic(string text) => Automatic.Contains(text) || text.StartsWith(@"DCIM\", StringComparison.OrdinalIgnoreCase);

    /// <summary>Joins several names to one text; null if there are none.</summary>
    internal static string? Join(IEnumerable<string> names)
    {
        var joined = string.Join("; ", names.Select(name => name.Trim()).Where(name => name.Length > 0));
        return joined.Length == 0 ? null : joined;
    }
}
