namespace ImageHub.Domain;

/// <summary>Lengths of texts in characters, which are Unicode code points: as PostgreSQL counts them.</summary>
public static class Characters
{
    /// <summary>How many characters a text has.</summary>
    public static int Count(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    /// <summary>The first characters of a text, or the whole text where it has no more.</summary>
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
