using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Accounts;

namespace ImageHub.Application.Accounts;

/// <summary>A session's tokens (RFC 6749, section 5.1, in camelCase).</summary>
/// <param name="AccessToken">A JWT for <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">The lifetime of the access token, in seconds.</param>
/// <param name="RefreshToken">The refresh token, valid for one exchange.</param>
public sealed record TokenPair(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

/// <summary>Refresh tokens: 256 random bits, stored only as a hash.</summary>
internal static class RefreshTokens
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static TokenPair Pair(this IAccessTokens tokens, Session session, string refreshToken, DateTimeOffset now, JwtOptions options) => new(
        tokens.Issue(session.UserId, session.Id, now, TimeSpan.FromSeconds(options.AccessTokenSeconds)),
        "Bearer",
        options.AccessTokenSeconds,
        refreshToken);
}
