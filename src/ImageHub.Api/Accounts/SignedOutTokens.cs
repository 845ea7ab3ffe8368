using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ImageHub.Api.Accounts;

/// <summary>Determines the session to sign out from an access token, which may have expired, or from the cookies.</summary>
internal sealed class SignedOutTokens(IOptionsMonitor<JwtBearerOptions> options)
{
    private const string Scheme = "Bearer ";

    /// <summary>The session of the access token in the header, or null without the header.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.Unauthorized"/> if this server did not issue the token.</exception>
    public async Task<Guid?> FindInHeaderAsync(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.Length == 0 ? null : await ReadSessionAsync(header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "") ?? throw Refused();
    }

    /// <summary>The session that the cookies identify. Cookies require the header that a page of another origin cannot send.</summary>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.Unauthorized"/> without cookies, <see cref="Problems.CsrfHeaderMissing"/> without the header.
    /// </exception>
    public async Task<Logout> FromCookiesAsync(HttpRequest request)
    {
        var (access, refresh) = (request.Cookies[SessionCookies.AccessToken], request.Cookies[SessionCookies.RefreshToken]);
        if (string.IsNullOrEmpty(access) && string.IsNullOrEmpty(refresh))
        {
            throw Refused();
        }

        BearerAuthentication.EnsureNotForged(request);
        return new Logout(refresh).WithSession(await ReadSessionAsync(access ?? ""));
    }

    private async Task<Guid?> ReadSessionAsync(string token)
    {
        var parameters = options.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters.Clone();
        parameters.ValidateLifetime = false;
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters);
        return read.IsValid && Guid.TryParse(read.ClaimsIdentity.FindFirst("sid")?.Value, out var session) ? session : null;
    }

    private static ProblemException Refused() => new(
        Problems.Unauthorized, "Send the session's access token as Authorization: Bearer, its refresh token as refreshToken, or one of its cookies.");
}
