using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ImageHub.Api.Accounts;

/// <summary>Reads which session signing out is about: from an access token that may have expired, or from the cookies.</summary>
internal sealed class SignedOutTokens(IOptionsMonitor<JwtBearerOptions> options)
{
    private const string Scheme = "Bearer ";

    /// <summary>The session of the access token in the header, or null where there is no such header.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.Unauthorized"/> when the token is not one of this server's.</exception>
    public async Task<Guid?> FindInHeaderAsync(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.Length == 0 ? null : await ReadSessionAsync(header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "") ?? throw Refused();
    }

    /// <summary>What the cookies name. They count only with the header that a foreign page cannot send.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.Unauthorized"/> without cookies, <see cref="Problems.CsrfHeaderMissing"/>.</exception>
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
