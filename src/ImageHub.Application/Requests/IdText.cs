using System.Buffers;

namespace ImageHub.Application.Requests;

/// <summary>Ids as answers write them (RFC 9562, section 4): 32 hexadecimal digits in any case and four dashes.</summary>
public static class IdText
{
    private const int Length = 36;

    /// <summary>What <see cref="Guid.TryParseExact(string, string, out Guid)"/> takes besides: spaces around it, and signs and <c>0x</c> in its parts.</summary>
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>Reads an id; braces, spaces and missing dashes make it none.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(Characters) && Guid.TryParseExact(text, "D", out id);
    }
}
