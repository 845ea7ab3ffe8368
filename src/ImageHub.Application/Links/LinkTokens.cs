using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Links;

namespace ImageHub.Application.Links;

/// <summary>
/// Tokens of links and archives: 128 random bits in base64url (RFC 4648, section 5). Rows are found by the hash; only group links also store the encrypted
/// token.
/// </summary>
internal static class LinkTokens
{
    private const int TokenLength = (Link.TokenBytes * 4 + 2) / 3;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Link.TokenBytes));

    /// <summary>Whether a text has the form of a token.</summary>
    public static bool IsToken([NotNullWhen(true)] string? text) => text is { Length: TokenLength } && Base64Url.IsValid(text);

    /// <summary>Computes the hash that identifies a link, an archive or a guest. The hash of an invalid token matches no row.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
