using System.IdentityModel.Tokens.Jwt;
using ImageHub.Application.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>JWT access tokens (RFC 9068), signed with HS256 and nothing else (RFC 8725, section 3.1).</summary>
internal sealed class JwtAccessTokens(IOptions<JwtOptions> options) : IAccessTokens
{
    private readonly SigningCredentials credentials =
        new(new SymmetricSecurityKey(options.Value.KeyBytes()), SecurityAlgorithms.HmacSha256);

    public string Issue(Guid userId, Guid sessionId, DateTimeOffset now, TimeSpan lifetime)
    {
        var header = new JwtHeader(credentials);
        header["typ"] = JwtOptions.TokenType;
        var payload = new JwtPayload
        {
            ["iss"] = options.Value.Issuer,
            ["aud"] = options.Value.Audience,
            ["sub"] = userId.ToString(),
            ["sid"] = sessionId.ToString(),
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        };
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(header, payload));
    }
}
