using System.Globalization;
using System.Text;

namespace ImageHub.Domain.Groups;

/// <summary>
/// The name of a group's folder: the title, in which control characters, characters that Windows forbids, a final dot, and percent signs before two hexadecimal
/// digits are percent-encoded. The database derives names in the same way, and numbers equal names.
/// </summary>
public static class FolderName
{
    private const string Forbidden = "\"*/:<>?\\|";

    /// <summary>Converts the name that a client sends to the form in which names are stored. Removes spaces at both ends, as titles have none there.</summary>
    public static string Normalize(string sent) => FromTitle(ToTitle(sent).Trim());

    /// <summary>Decodes the title from a name.</summary>
    public static string ToTitle(string name)
    {
        var title = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (FindCode(name, i) is { } code && (code == '%' || code == '.' || IsForbidden(code)))
            {
                title.Append(code);
                i += 2;
            }
            else
            {
                title.Append(name[i]);
            }
        }

        return title.ToString();
    }

    /// <summary>Encodes a title.</summary>
    private static string FromTitle(string title)
    {
        var name = new StringBuilder(title.Length);
        for (var i = 0; i < title.Length; i++)
        {
            // Windows removes a dot at the end.
            var isEncoded = IsForbidden(title[i]) || FindCode(title, i) is not null || (title[i] == '.' && i == title.Length - 1);
            name.Append(isEncoded ? string.Create(CultureInfo.InvariantCulture, $"%{(int)title[i]:X2}") : title[i]);
        }

        return name.ToString();
    }

    private static bool IsForbidden(char character) => character < ' ' || character == '\x7F' || Forbidden.Contains(character, StringComparison.Ordinal);

    /// <summary>The character that a percent sign and two hexadecimal digits stand for, or null.</summary>
    private static char? FindCode(string text, int index) =>
        text[index] == '%' && index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2])
            ? (char)Convert.ToInt32(text.Substring(index + 1, 2), 16)
            : null;
}
