using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Accounts;

/// <summary>Signing in and out.</summary>
[Route("api/v1/auth")]
[Tags("Signing in")]
public sealed class AuthController : ApiController
{
    /// <summary>Signs in.</summary>
    /// <remarks>
    /// The response body contains the tokens; browsers also receive them as HttpOnly cookies. There is no sign-up. If passwords are switched off, refused
    /// credentials are 403 `passwordsDisabled`.
    /// </remarks>
    [AllowAnonymous]
    [Uncounted] // Password checks have a separate queue.
    [HttpPost("login")]
    [ProducesResponseType<TokenPair>(200)]
    [FailsWith(400, 401, 403, 429, 503)]
    public async Task<ActionResult<TokenPair>> Login(Login body, CancellationToken cancellationToken) =>
        SignedIn(await Mediator.Send(body, cancellationToken));

    /// <summary>Exchanges a refresh token, from the body or the cookie, for a new pair. The old token becomes invalid.</summary>
    /// <remarks>Reusing the old token within 30 s fails with `refreshRaced` and keeps the session; reusing it later ends the session.</remarks>
    [AllowAnonymous]
    [HttpPost("refresh")]
    [ProducesResponseType<TokenPair>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<TokenPair>> Refresh(
        RefreshSession body, CancellationToken cancellationToken)
    {
        var token = body.RefreshToken;
        if (string.IsNullOrEmpty(token) && Request.Cookies[SessionCookies.RefreshToken] is { } cookie)
        {
            BearerAuthentication.EnsureNotForged(Request);
            token = cookie;
        }

        return SignedIn(await Mediator.Send(new RefreshSession(token), cancellationToken));
    }

    /// <summary>Signs out and ends the session on the server.</summary>
    /// <remarks>Send the access token, the refresh token or either cookie to identify the session. An expired access token is sufficient.</remarks>
    [AllowAnonymous]
    [HttpPost("logout")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<NoContentResult> Logout(Logout body, CancellationToken cancellationToken)
    {
        var tokens = HttpContext.RequestServices.GetRequiredService<SignedOutTokens>();
        var logout = Request.Headers.Authorization.Count > 0 || !string.IsNullOrEmpty(body.RefreshToken)
            ? body.WithSession(await tokens.FindInHeaderAsync(Request))
            : await tokens.FromCookiesAsync(Request);
        await Mediator.Send(logout, cancellationToken);
        SessionCookies.Delete(HttpContext);
        return NoContent();
    }

    /// <summary>Gets the caller's account.</summary>
    [Authorize(Access.SignedIn)]
    [HttpGet("me")]
    [ProducesResponseType<Me>(200)]
    [FailsWith(401, 503)]
    public async Task<ActionResult<Me>> Me(CancellationToken cancellationToken) => await Mediator.Send(new GetMe(), cancellationToken);

    private TokenPair SignedIn(TokenPair pair)
    {
        HttpContext.RequestServices.GetRequiredService<SessionCookies>().Set(HttpContext, pair);
        return pair;
    }
}
