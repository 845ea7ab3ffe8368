using System.Net.Mime;
using ImageHub.Api.Accounts;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Errors;
using ImageHub.Application.Oidc;
using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Oidc;

/// <summary>Signing in by OpenID Connect.</summary>
[Tags("Signing in")]
public sealed class OidcController : ApiController
{
    /// <summary>The cookie of the browser that began a join.</summary>
    private const string JoinCookie = "imagehub_oidc_join";

    /// <summary>The cookie that tells the sign-in page that a session has begun. Scripts cannot read the session's own cookies.</summary>
    private const string SignedInCookie = "imagehub_signed_in";

    /// <summary>The maximum size of the body of a logout request, in bytes.</summary>
    private const int MaxLogoutBytes = 64 * 1024;

    /// <summary>Sends the browser to the OpenID Connect provider to sign in.</summary>
    /// <remarks>If the provider does not respond, the browser is sent to `/sign-in?error=providerUnavailable`.</remarks>
    /// <param name="returnTo">A path of this site, to which the browser returns. Without such a path, the browser returns to `/account`.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [HttpGet("/api/v1/auth/oidc")]
    [ProducesResponseType(303)]
    [FailsWith(401, 404, 503)]
    public async Task<StatusCodeResult> Begin([FromQuery] string? returnTo, CancellationToken cancellationToken)
    {
        var location = await Mediator.Send(new BeginOidcSignIn(returnTo), cancellationToken);
        if (HttpMethods.IsHead(Request.Method))
        {
            // HEAD begins no sign-in.
            Response.Headers.SetCookie = default;
        }

        return SeeOther(location);
    }

    /// <summary>The redirect target after signing in at the provider. Sets the session's cookies, and redirects to the `returnTo` of the sign-in.</summary>
    /// <remarks>
    /// After a failure the browser is sent to `/sign-in?error={code}`: `providerUnavailable`, `providerRefused`, `signInExpired`, `answerInvalid`, `noAccount`,
    /// `tooManyAttempts` or `publicUrlMissing`. A join returns to `/account/password`, after a failure with `?error={code}`, which may also be `identityTaken`.
    /// </remarks>
    [AllowAnonymous]
    [WithoutHead]
    [HttpGet("/api/v1/auth/oidc/callback")]
    [PassesUnknownParameters]
    [ProducesResponseType(303)]
    [FailsWith(401, 404, 503)]
    public async Task<StatusCodeResult> Callback(CancellationToken cancellationToken)
    {
        var completed = await Mediator.Send(new CompleteOidc(Request.Cookies[JoinCookie]), cancellationToken);
        Response.Cookies.Delete(JoinCookie, JoinCookieOptions(null));
        if (completed.Tokens is { } pair)
        {
            HttpContext.RequestServices.GetRequiredService<SessionCookies>().Set(HttpContext, pair);
            Response.Cookies.Append(SignedInCookie, "1", new CookieOptions { Path = "/", SameSite = SameSiteMode.Lax, Secure = IsSecure(), MaxAge = TimeSpan.FromMinutes(1) });
        }

        return SeeOther(completed.Location);
    }

    /// <summary>
    /// Ends the sessions here that belong to a person or a session at the provider (OpenID Connect Back-Channel Logout 1.0). Only the provider calls this
    /// route.
    /// </summary>
    /// <remarks>An invalid or repeated logout token is a 400.</remarks>
    [AllowAnonymous]
    [HttpPost("/api/v1/auth/oidc/backchannel-logout")]
    [LogoutTokenBody]
    [RequestSizeLimit(MaxLogoutBytes)]
    [ProducesResponseType(200)]
    [FailsWith(400, 401, 404, 503)]
    public async Task<OkResult> EndSessions(CancellationToken cancellationToken)
    {
        Response.Headers.CacheControl = "no-store";
        HttpContext.RequestServices.GetRequiredService<IOptions<OidcOptions>>().Value.EnsureConfigured();
        await Mediator.Send(new EndOidcSessions(await ReadLogoutTokenAsync(cancellationToken)), cancellationToken);
        return Ok();
    }

    /// <summary>Gets whether the caller's account is joined to the OpenID Connect provider.</summary>
    [Authorize(Access.SignedIn)]
    [HttpGet("/api/v1/me/oidc")]
    [ProducesResponseType<OidcJoin>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<OidcJoin>> Get(CancellationToken cancellationToken) => await Mediator.Send(new GetOidcJoin(), cancellationToken);

    /// <summary>Begins to join the caller's account to a person at the provider. Open the returned address in the same browser.</summary>
    /// <remarks>
    /// The sign-in must be less than five minutes old. The response also sets cookies that the browser must send when it returns, within 10 minutes.
    /// Afterwards, the account can sign in at the provider.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [HttpPost("/api/v1/me/oidc")]
    [ProducesResponseType<OidcJoinUrl>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<OidcJoinUrl>> Join(CancellationToken cancellationToken)
    {
        var start = await Mediator.Send(new BeginOidcJoin(), cancellationToken);
        Response.Cookies.Append(JoinCookie, start.Cookie, JoinCookieOptions(OidcJoinIntent.Lifetime));
        Response.Headers.CacheControl = "no-store";
        return start.Url;
    }

    /// <summary>Removes the join of the caller's account. Sessions that began at the provider continue.</summary>
    /// <remarks>If the account could no longer sign in, the answer is 409 `lastSignInMethod`.</remarks>
    [Authorize(Access.SignedIn)]
    [HttpDelete("/api/v1/me/oidc")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 409, 503)]
    public async Task<NoContentResult> Leave(CancellationToken cancellationToken)
    {
        await Mediator.Send(new DisconnectOidc(), cancellationToken);
        return NoContent();
    }

    private async Task<string> ReadLogoutTokenAsync(CancellationToken cancellationToken)
    {
        const string field = "logout_token";
        try
        {
            if (Request.HasFormContentType && Request.ContentType?.Split(';')[0].Trim().Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase) == true
                && (await Request.ReadFormAsync(new FormOptions { ValueCountLimit = 16, ValueLengthLimit = MaxLogoutBytes }, cancellationToken))[field] is [{ Length: > 0 } token])
            {
                return token;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            throw ProblemException.Invalid(field, $"The form cannot be read; at most {MaxLogoutBytes} bytes are allowed.");
        }

        throw ProblemException.Invalid(field, $"{field} is missing; send it once, as {MediaTypeNames.Application.FormUrlEncoded}.");
    }

    private StatusCodeResult SeeOther(string location)
    {
        Response.Headers.Location = location;
        Response.Headers.CacheControl = "no-store";

        // The address of the callback contains the code.
        Response.Headers["Referrer-Policy"] = "no-referrer";
        return StatusCode(StatusCodes.Status303SeeOther);
    }

    private bool IsSecure() => HttpContext.RequestServices.GetRequiredService<PublicAddress>().IsSecure(Request);

    private CookieOptions JoinCookieOptions(TimeSpan? lifetime) => new()
    {
        HttpOnly = true,

        // The redirect comes from the provider's site, and a browser would not send a strict cookie with it.
        SameSite = SameSiteMode.Lax,
        Secure = IsSecure(),
        Path = OidcOptions.CallbackPath,
        MaxAge = lifetime,
    };
}

/// <summary>Tells the OpenAPI document that a route reads a logout token from a form.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LogoutTokenBodyAttribute : Attribute;
