using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Links;

namespace ImageHub.Application.Links;

/// <summary>Tokens of links: 128 random bits in base64url (RFC 4648, section 5). Only their hash is kept.</summary>
internal static class LinkTokens
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Link.TokenBytes));

    /// <summary>What finds a link. A token that never was one has a hash as well, which finds nothing.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
