using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Choices;

/// <summary>
/// The cookies that distinguish a link's guests: 128 random bits and an HMAC-SHA256 over these bits and the link's id, in base64url. The HMAC's key
/// is derived from the signing key of access tokens (RFC 5869), which all instances share.
/// </summary>
internal sealed class GuestTokens(IOptions<JwtOptions> options)
{
    /// <summary>The maximum length of a cookie that is looked up, in characters.</summary>
    public const int MaxLength = 200;

    private const int RandomLength = 16;
    private const int LinkIdLength = 16;
    private const int TextLength = ((RandomLength + HMACSHA256.HashSizeInBytes) * 4 + 2) / 3;

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.Value.KeyBytes(), 32, info: "imagehub guest"u8.ToArray());

    /// <summary>Creates a cookie for a new guest of a link.</summary>
    public string Create(Guid linkId)
    {
        var random = RandomNumberGenerator.GetBytes(RandomLength);
        return Base64Url.EncodeToString([.. random, .. Sign(random, linkId)]);
    }

    /// <summary>Whether this server created the cookie for this link.</summary>
    public bool IsSigned(string? cookie, Guid linkId)
    {
        if (cookie is not { Length: TextLength } || !Base64Url.IsValid(cookie))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(cookie);
        return CryptographicOperations.FixedTimeEquals(Sign(bytes.AsSpan(0, RandomLength), linkId), bytes.AsSpan(RandomLength));
    }

    /// <exception cref="ProblemException">400 if this server did not sign the cookie for this link, or the cookie is missing.</exception>
    public void EnsureSigned([NotNull] string? cookie, Guid linkId)
    {
        if (cookie is null || !IsSigned(cookie, linkId))
        {
            throw ProblemException.Invalid("cookie", "The request has no guest cookie: GET the shared group first, which sets the cookie, and send the cookie with this request.");
        }
    }

    private byte[] Sign(ReadOnlySpan<byte> random, Guid linkId)
    {
        Span<byte> content = stackalloc byte[RandomLength + LinkIdLength];
        random.CopyTo(content);
        linkId.TryWriteBytes(content[RandomLength..]);
        return HMACSHA256.HashData(key, content);
    }
}
