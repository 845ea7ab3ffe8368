namespace ImageHub.Api.Requests;

/// <summary>Finds the known name closest to an unknown one, for error messages.</summary>
internal static class Nearest
{
    /// <summary>Longer unknown names are not compared, because the cost grows with the product of both lengths.</summary>
    private const int MaxLength = 100;

    /// <summary>
    /// The known name with the smallest edit distance, ignoring case, <c>_</c> and <c>-</c>; null if no name is close. The distance must be at most half the
    /// longer name's length and less than the shorter name's length.
    /// </summary>
    public static string? Find(string sent, IEnumerable<string> known)
    {
        if (sent.Length > MaxLength)
        {
            return null;
        }

        var plain = Plain(sent);
        return known
            .Select(name => (Name: name, Distance: Distance(plain, Plain(name)), Most: Math.Min(Math.Max(plain.Length, name.Length) / 2, Math.Min(plain.Length, name.Length) - 1)))
            .Where(other => other.Distance <= other.Most)
            .OrderBy(other => other.Distance)
            .ThenBy(other => other.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;
    }

    /// <summary>"; the nearest is …", or an empty string.</summary>
    public static string Hint(string sent, IEnumerable<string> known, string quote = "'") => Find(sent, known) is { } name ? $"; the nearest is {quote}{name}{quote}" : "";

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>The Levenshtein distance.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
