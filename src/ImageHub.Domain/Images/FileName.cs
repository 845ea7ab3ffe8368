using System.Globalization;
using System.Text;

namespace ImageHub.Domain.Images;

/// <summary>Names of files as they are kept: safe on every system, in a header and on a page.</summary>
public static class FileName
{
    /// <summary>The longest name kept, in characters; longer ones lose the end of their stem, never their extension.</summary>
    public const int MaxLength = 200;

    /// <summary>The longest extension that survives a cut, dot included.</summary>
    private const int MaxExtensionLength = 12;

    private const string Fallback = "image";

    /// <summary>The extensions of each format, the usual one first.</summary>
    private static readonly Dictionary<ImageFormat, string[]> Extensions = new()
    {
        [ImageFormat.Jpeg] = ["jpg", "jpeg", "jpe", "jfif", "jif", "mpo"],
        [ImageFormat.Png] = ["png", "apng"],
        [ImageFormat.WebP] = ["webp"],
        [ImageFormat.Avif] = ["avif", "avifs"],
        [ImageFormat.Gif] = ["gif"],
        [ImageFormat.Tiff] = ["tif", "tiff"],
        [ImageFormat.Heic] = ["heic", "heif", "heics", "heifs", "hif"],
    };

    /// <summary>Extensions by which systems and people tell what a file contains. What follows the last dot of <c>beach.v2</c> is none.</summary>
    private static readonly HashSet<string> ContentExtensions =
    [
        .. Extensions.Values.SelectMany(extensions => extensions),
        "bmp", "ico", "svg", "jxl", "jp2", "psd", "xcf", "eps", "pdf", "txt", "md", "csv", "json", "xml", "htm", "html", "xhtml", "mht", "css", "js", "mjs",
        "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "rtf", "zip", "rar", "7z", "gz", "tar", "exe", "dll", "msi", "bat", "cmd", "com", "scr",
        "ps1", "sh", "vbs", "jar", "apk", "app", "lnk", "mp3", "wav", "flac", "ogg", "m4a", "mp4", "m4v", "mov", "avi", "mkv", "webm", "php", "py",
    ];

    /// <summary>The extensions of all accepted formats.</summary>
    private static readonly HashSet<string> ImageExtensions = new(Extensions.Values.SelectMany(extensions => extensions), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is one that images of accepted formats have. What a file is, only its content tells.</summary>
    public static bool IsImage(string name) => name.LastIndexOf('.') is > 0 and var dot && ImageExtensions.Contains(name[(dot + 1)..]);

    /// <summary>A safe name of at most <see cref="MaxLength"/> characters.</summary>
    /// <param name="sent">The name as sent; null or blank gives <c>image</c>.</param>
    public static string Sanitize(string? sent) => Shorten(MakeSafe(sent));

    /// <summary>
    /// Makes a safe name of whatever a client sent: the last path segment, without control and formatting characters (right-to-left
    /// marks among them) and without the characters that Windows forbids.
    /// </summary>
    /// <param name="sent">The name as sent; null or blank gives <c>image</c>.</param>
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

        // Leading dots hide a file, trailing dots and spaces are dropped by Windows.
        var safe = name.ToString().Trim().Trim('.', ' ').Trim();
        return safe.Length == 0 ? Fallback : safe;
    }

    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>The usual extension of a format, without a dot.</summary>
    public static string ExtensionOf(ImageFormat format) => Extensions[format][0];

    /// <summary>Replaces an extension that says something else than the content is; one that says nothing of the content stays.</summary>
    /// <param name="name">A safe name.</param>
    /// <param name="format">What the file is.</param>
    public static string WithExtensionFor(string name, ImageFormat format)
    {
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 ? name[(dot + 1)..].ToLowerInvariant() : "";
        var own = Extensions[format];
        return !ContentExtensions.Contains(extension) || own.Contains(extension) ? name : Shorten($"{name[..dot]}.{own[0]}");
    }

    /// <summary>A name with a number before its extension: <c>IMG_0001 (2).jpg</c>. A long stem is cut to make space for it.</summary>
    /// <param name="name">A safe name.</param>
    /// <param name="number">The number.</param>
    public static string WithNumber(string name, int number)
    {
        var extension = ExtensionThatStays(name);
        var suffix = string.Create(CultureInfo.InvariantCulture, $" ({number}){extension}");
        return Characters.Take(name[..^extension.Length], MaxLength - Characters.Count(suffix)) + suffix;
    }

    /// <summary>Cuts a safe name to <see cref="MaxLength"/> characters: it loses the end of its stem, never its extension.</summary>
    public static string Shorten(string name)
    {
        if (Characters.Count(name) <= MaxLength)
        {
            return name;
        }

        var extension = ExtensionThatStays(name);
        return Characters.Take(name, MaxLength - Characters.Count(extension)).TrimEnd(' ', '.') + extension;
    }

    /// <summary>The extension with its dot, or nothing where it is too long to be kept.</summary>
    private static string ExtensionThatStays(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 && name.Length - dot <= MaxExtensionLength ? name[dot..] : "";
    }
}
