using System.Buffers;

namespace ImageHub.Application.Requests;

/// <summary>Ids in the format of responses (RFC 9562, section 4): 32 hexadecimal digits, case-insensitive, and four hyphens.</summary>
public static class IdText
{
    private const int Length = 36;

    /// <summary>
    /// Excludes characters that <see cref="Guid.TryParseExact(string, string, out Guid)"/> also accepts: surrounding spaces, signs and
    /// <c>0x</c>.
    /// </summary>
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>Parses an id. Braces, spaces and missing hyphens are not accepted.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(Characters) && Guid.TryParseExact(text, "D", out id);
    }
}
