namespace ImageHub.Domain;

/// <summary>Counts characters as Unicode code points, as PostgreSQL does.</summary>
public static class Characters
{
    /// <summary>The number of characters in a text.</summary>
    public static int Count(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    /// <summary>The first characters of a text, or the whole text if it is shorter.</summary>
    public static string Take(string text, int count)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count-- == 0)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }
}
