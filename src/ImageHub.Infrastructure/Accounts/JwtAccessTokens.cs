using ImageHub.Application.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>JWT access tokens (RFC 9068), signed with HS256 only (RFC 8725, section 3.1).</summary>
internal sealed class JwtAccessTokens(IOptions<JwtOptions> options) : IAccessTokens
{
    private readonly SigningCredentials credentials =
        new(new SymmetricSecurityKey(options.Value.KeyBytes()), SecurityAlgorithms.HmacSha256);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string Issue(Guid userId, Guid sessionId, DateTimeOffset now, TimeSpan lifetime) => handler.CreateToken(new SecurityTokenDescriptor
    {
        TokenType = JwtOptions.TokenType,
        SigningCredentials = credentials,
        Issuer = options.Value.Issuer,
        Audience = options.Value.Audience,
        IssuedAt = now.UtcDateTime,
        Expires = (now + lifetime).UtcDateTime,
        Claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = userId.ToString(),
            ["sid"] = sessionId.ToString(),
            ["jti"] = Guid.NewGuid().ToString("N"),
        },
    });
}
