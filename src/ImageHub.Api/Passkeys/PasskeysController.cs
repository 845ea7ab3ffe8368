using System.Net.Mime;
using System.Text.Json;
using ImageHub.Api.Accounts;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Accounts;
using ImageHub.Application.Passkeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Passkeys;

/// <summary>Passkeys of accounts, and signing in with them.</summary>
[Tags("Signing in")]
public sealed class PasskeysController : ApiController
{
    /// <summary>The cookie with the encrypted state of a ceremony.</summary>
    private const string StateCookie = "imagehub_passkey";

    /// <summary>Lists the ways to sign in.</summary>
    [AllowAnonymous]
    [HttpGet("/api/v1/auth/methods")]
    [ProducesResponseType<SignInMethods>(200)]
    [FailsWith(401, 503)]
    public async Task<ActionResult<SignInMethods>> ListMethods(CancellationToken cancellationToken) => await Mediator.Send(new ListSignInMethods(), cancellationToken);

    /// <summary>Begins to sign in with a passkey.</summary>
    /// <remarks>
    /// Returns the `PublicKeyCredentialRequestOptions` of Web Authentication as JSON, and a cookie that `POST auth/passkey` needs within five minutes.
    /// </remarks>
    [AllowAnonymous]
    [HttpPost("/api/v1/auth/passkey/options")]
    [ProducesResponseType<JsonElement>(200)]
    [FailsWith(401, 503)]
    public async Task<ContentResult> BeginSignIn(CancellationToken cancellationToken) => Start(await Mediator.Send(new BeginPasskeySignIn(), cancellationToken));

    /// <summary>Signs in with a passkey, as `POST auth/login` does with a password.</summary>
    [AllowAnonymous]
    [HttpPost("/api/v1/auth/passkey")]
    [ProducesResponseType<TokenPair>(200)]
    [FailsWith(400, 401, 429, 503)]
    public async Task<ActionResult<TokenPair>> SignIn(SignInByPasskey body, CancellationToken cancellationToken)
    {
        var pair = await Mediator.Send(body.WithState(Request.Cookies[StateCookie]), cancellationToken);
        HttpContext.RequestServices.GetRequiredService<SessionCookies>().Set(HttpContext, pair);
        return pair;
    }

    /// <summary>Lists the caller's passkeys, oldest first.</summary>
    [Authorize(Access.SignedIn)]
    [HttpGet("/api/v1/me/passkeys")]
    [ProducesResponseType<PasskeyList>(200)]
    [FailsWith(401, 403, 503)]
    public async Task<ActionResult<PasskeyList>> List(CancellationToken cancellationToken) => await Mediator.Send(new ListPasskeys(), cancellationToken);

    /// <summary>Begins to add a passkey to the caller's account. The sign-in must be less than five minutes old.</summary>
    /// <remarks>
    /// Returns the `PublicKeyCredentialCreationOptions` of Web Authentication as JSON, and a cookie that `POST me/passkeys` needs within five minutes.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [HttpPost("/api/v1/me/passkeys/options")]
    [ProducesResponseType<JsonElement>(200)]
    [FailsWith(401, 403, 409, 503)]
    public async Task<ContentResult> BeginAdding(CancellationToken cancellationToken) => Start(await Mediator.Send(new BeginPasskey(), cancellationToken));

    /// <summary>Adds a passkey to the caller's account. The sign-in must be less than five minutes old.</summary>
    /// <remarks>An account has at most 20 passkeys.</remarks>
    [Authorize(Access.SignedIn)]
    [HttpPost("/api/v1/me/passkeys")]
    [ProducesResponseType<PasskeyResponse>(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<PasskeyResponse>> Add(AddPasskey body, CancellationToken cancellationToken)
    {
        var passkey = await Mediator.Send(body.WithState(Request.Cookies[StateCookie]), cancellationToken);
        return Created($"/api/v1/me/passkeys/{passkey.Id}", passkey);
    }

    /// <summary>Deletes one of the caller's passkeys. Sessions that began with it continue.</summary>
    /// <remarks>If the account could no longer sign in, the answer is 409 `lastSignInMethod`.</remarks>
    [Authorize(Access.SignedIn)]
    [HttpDelete("/api/v1/me/passkeys/{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeletePasskey(id), cancellationToken);
        return NoContent();
    }

    private ContentResult Start(StartedCeremony ceremony)
    {
        Response.Cookies.Append(StateCookie, ceremony.State, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = HttpContext.RequestServices.GetRequiredService<PublicAddress>().IsSecure(Request),
            Path = "/api/v1",
            MaxAge = StartedCeremony.Lifetime,
        });
        Response.Headers.CacheControl = "no-store";
        return Content(ceremony.Options, MediaTypeNames.Application.Json);
    }
}
