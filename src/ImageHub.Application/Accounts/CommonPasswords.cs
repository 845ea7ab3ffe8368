using System.Text;

namespace ImageHub.Application.Accounts;

/// <summary>
/// What is guessed first (NIST SP 800-63B, section 5.1.1.2): passwords of nothing but common words, rows of keys, digits and signs,
/// also where letters are written as digits. <c>CommonWords.txt</c> has the words.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>Letters that a password must have beyond what is common, each counted once.</summary>
    private const int MinUncommonLetters = 4;

    private const int MinRow = 4;

    private static readonly string[] Rows = WithReverse(
        "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "qazwsxedcrfvtgbyhnujmikolp",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "zaq12wsxcde34rfvbgt56yhnmju78ik", "zaq1xsw2cde3vfr4bgt5nhy6mju7", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0");

    // The longest first, so that a word is not taken apart by one that it contains.
    private static readonly string[] Words = [.. Read().OrderByDescending(word => word.Length)];

    /// <summary>Whether a password is one of those that are guessed first.</summary>
    public static bool Has(string password)
    {
        var lower = password.ToLowerInvariant();
        return IsCommon(lower) || IsCommon(Spelled(lower));
    }

    private static bool IsCommon(string text)
    {
        // Spaces stay as they are: a word never stands across one.
        var rest = WithoutRows(text);
        foreach (var word in Words)
        {
            rest = rest.Replace(word, " ", StringComparison.Ordinal);
        }

        return rest.Where(char.IsLetter).Distinct().Count() < MinUncommonLetters;
    }

    /// <summary>The text with letters for the digits and signs that often stand for them, but for those at its ends, which are additions.</summary>
    private static string Spelled(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && !char.IsLetter(text[start]) && text[start] is not ('@' or '$'))
        {
            start++;
        }

        while (end > start && !char.IsLetter(text[end - 1]))
        {
            end--;
        }

        return string.Concat(text[start..end].Select(character => character switch
        {
            '0' => 'o',
            '1' or '!' => 'i',
            '3' => 'e',
            '4' or '@' => 'a',
            '5' or '$' => 's',
            '7' => 't',
            _ => character,
        }));
    }

    private static string WithoutRows(string text)
    {
        var rest = new StringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            var length = RowAt(text, at);
            if (length == 0)
            {
                rest.Append(text[at++]);
            }
            else
            {
                rest.Append(' ');
                at += length;
            }
        }

        return rest.ToString();
    }

    /// <summary>How many characters of a row of keys begin there; 0: fewer than make a row.</summary>
    private static int RowAt(string text, int at)
    {
        var longest = 0;
        foreach (var row in Rows)
        {
            var length = 0;
            while (at + length < text.Length && row.Contains(text.Substring(at, length + 1), StringComparison.Ordinal))
            {
                length++;
            }

            longest = Math.Max(longest, length);
        }

        return longest >= MinRow ? longest : 0;
    }

    private static string[] WithReverse(params string[] rows) => [.. rows, .. rows.Select(row => string.Concat(row.Reverse()))];

    private static string[] Read()
    {
        var type = typeof(CommonPasswords);
        using var reader = new StreamReader(type.Assembly.GetManifestResourceStream($"{type.Namespace}.CommonWords.txt")!);
        return reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
