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

    /// <summary>
    /// Makes a safe name of whatever a client sent: the last path segment, without control and formatting characters (right-to-left
    /// marks among them) and without the characters that Windows forbids.
    /// </summary>
    /// <param name="sent">The name as sent; null or blank gives <c>image</c>.</param>
    public static string Sanitize(string? sent)
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
        return safe.Length == 0 ? Fallback : Shorten(safe);
    }

    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Shorten(string name)
    {
        if (Characters.Count(name) <= MaxLength)
        {
            return name;
        }

        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && name.Length - dot <= MaxExtensionLength ? name[dot..] : "";
        return Characters.Take(name, MaxLength - Characters.Count(extension)).TrimEnd() + extension;
    }
}
