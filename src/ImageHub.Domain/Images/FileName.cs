using System.Globalization;
using System.Text;

namespace ImageHub.Domain.Images;

/// <summary>File names as stored: safe on every operating system, in headers and on pages.</summary>
public static class FileName
{
    /// <summary>The maximum length in characters. A longer name is shortened before its extension.</summary>
    public const int MaxLength = 200;

    /// <summary>The maximum length of an extension that truncation keeps, including the dot.</summary>
    private const int MaxExtensionLength = 12;

    private const string Fallback = "image";

    /// <summary>The extensions of all accepted formats.</summary>
    private static readonly HashSet<string> ImageExtensions = new(Enum.GetValues<ImageFormat>().SelectMany(ImageFormats.Extensions), StringComparer.OrdinalIgnoreCase);

    /// <summary>Extensions that identify a file's content. Other text after the last dot, as in <c>beach.v2</c>, is part of the name.</summary>
    private static readonly HashSet<string> ContentExtensions =
    [
        .. ImageExtensions,
        "bmp", "ico", "svg", "jxl", "jp2", "psd", "xcf", "eps", "pdf", "txt", "md", "csv", "json", "xml", "htm", "html", "xhtml", "mht", "css", "js", "mjs",
        "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "rtf", "zip", "rar", "7z", "gz", "tar", "exe", "dll", "msi", "bat", "cmd", "com", "scr",
        "ps1", "sh", "vbs", "jar", "apk", "app", "lnk", "mp3", "wav", "flac", "ogg", "m4a", "mp4", "m4v", "mov", "avi", "mkv", "webm", "php", "py",
    ];

    /// <summary>Whether the name has an extension of an accepted format. Only the content determines the actual format.</summary>
    public static bool IsImage(string name) => name.LastIndexOf('.') is > 0 and var dot && ImageExtensions.Contains(name[(dot + 1)..]);

    /// <summary>Returns a safe name of at most <see cref="MaxLength"/> characters.</summary>
    /// <param name="sent">The name as sent; null or blank results in <c>image</c>.</param>
    public static string Sanitize(string? sent) => Shorten(MakeSafe(sent));

    /// <summary>
    /// Makes a client's file name safe: keeps the last path segment, removes control and formatting characters (such as right-to-left marks), removes dots and
    /// spaces at the ends, and puts an underscore in place of each character that Windows forbids.
    /// </summary>
    /// <param name="sent">The name as sent; null or blank results in <c>image</c>.</param>
    public static string MakeSafe(string? sent)
    {
        var name = new StringBuilder();
        foreach (var rune in (sent ?? "").EnumerateRunes())
        {
            if (rune.Value is '/' or '\\')
            {
                name.Clear();
                continue;
            }

            if (IsAllowed(rune))
            {
                name.Append(rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*' ? "_" : rune.ToString());
            }
        }

        // Leading dots hide a file; Windows drops trailing dots and spaces.
        var whole = name.ToString();
        var safe = whole[WithoutEnds(whole)];
        return safe.Length == 0 ? Fallback : safe;
    }

    /// <summary>
    /// Puts an underscore in place of each character that <see cref="MakeSafe"/> would remove. Otherwise a temporary file <c>.photo.jpg</c> would replace the
    /// file <c>photo.jpg</c>.
    /// </summary>
    /// <param name="segment">A decoded segment of an address.</param>
    public static string FromSegment(string segment)
    {
        var name = string.Concat(segment.EnumerateRunes().Select(rune => rune.Value is '/' or '\\' || !IsAllowed(rune) ? "_" : rune.ToString()));
        var kept = WithoutEnds(name);
        return new string('_', kept.Start.Value) + name[kept] + new string('_', name.Length - kept.End.Value);
    }

    /// <summary>Finds the part of a name that is left without the dots and spaces at its ends.</summary>
    private static Range WithoutEnds(string name)
    {
        var start = name.TakeWhile(IsDroppedAtEnds).Count();
        return start..Math.Max(start, name.Length - name.Reverse().TakeWhile(IsDroppedAtEnds).Count());
    }

    private static bool IsDroppedAtEnds(char character) => character == '.' || char.IsWhiteSpace(character);

    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>Replaces an extension that contradicts the content; an unknown extension is kept.</summary>
    /// <param name="name">A safe name.</param>
    /// <param name="format">The file's actual format.</param>
    public static string WithExtensionFor(string name, ImageFormat format)
    {
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 ? name[(dot + 1)..].ToLowerInvariant() : "";
        var own = format.Extensions();
        return !ContentExtensions.Contains(extension) || own.Contains(extension, StringComparer.Ordinal) ? name : Shorten($"{name[..dot]}.{own[0]}");
    }

    /// <summary>Inserts a number before the extension: <c>IMG_0001 (2).jpg</c>. A long stem is shortened to make room.</summary>
    /// <param name="name">A safe name.</param>
    /// <param name="number">The number.</param>
    public static string WithNumber(string name, int number)
    {
        var extension = ExtensionThatStays(name);
        var suffix = string.Create(CultureInfo.InvariantCulture, $" ({number}){extension}");
        return Characters.Take(name[..^extension.Length], MaxLength - Characters.Count(suffix)) + suffix;
    }

    /// <summary>Truncates a safe name to <see cref="MaxLength"/> characters before its extension.</summary>
    public static string Shorten(string name)
    {
        if (Characters.Count(name) <= MaxLength)
        {
            return name;
        }

        var extension = ExtensionThatStays(name);
        return Characters.Take(name, MaxLength - Characters.Count(extension)).TrimEnd(' ', '.') + extension;
    }

    /// <summary>The extension with its dot, or an empty string if it is too long to be kept.</summary>
    private static string ExtensionThatStays(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 && name.Length - dot <= MaxExtensionLength ? name[dot..] : "";
    }
}
