using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.OneDrive;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.OneDrive;

/// <summary>The connected OneDrive, and imports from it.</summary>
[Route("api/v1/onedrive")]
[Tags("OneDrive")]
public sealed class OneDriveController : ApiController
{
    private const string SignInCookie = "imagehub_onedrive";

    /// <summary>The page of the web app that a sign-in comes back to.</summary>
    private const string Page = "/admin/onedrive";

    private static readonly TimeSpan SignInLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Gets whether a OneDrive is connected, and how full it is.</summary>
    [HttpGet]
    [ProducesResponseType<OneDriveResponse>(200)]
    [FailsWith(401, 403, 503)]
    public async Task<ActionResult<OneDriveResponse>> Get(CancellationToken cancellationToken) => await Mediator.Send(new GetOneDrive(), cancellationToken);

    /// <summary>Begins to connect a OneDrive: open the address in this browser to sign in at Microsoft.</summary>
    /// <remarks>The answer also sets a cookie that the browser must show when it comes back, within 10 minutes.</remarks>
    [HttpPost("connect")]
    [ProducesResponseType<OneDriveSignInUrl>(200)]
    [FailsWith(401, 403, 409, 503)]
    public async Task<ActionResult<OneDriveSignInUrl>> Connect(CancellationToken cancellationToken)
    {
        var start = await Mediator.Send(new ConnectOneDrive(), cancellationToken);
        Response.Cookies.Append(SignInCookie, start.Cookie, CookieOptions(SignInLifetime));
        return start.Url;
    }

    /// <summary>Disconnects the OneDrive: forgets its tokens. Imports that run fail.</summary>
    [HttpDelete]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 503)]
    public async Task<NoContentResult> Disconnect(CancellationToken cancellationToken)
    {
        await Mediator.Send(new DisconnectOneDrive(), cancellationToken);
        return NoContent();
    }

    /// <summary>Where Microsoft sends the browser back to. It leads on to the desk, which says how the sign-in has ended.</summary>
    /// <param name="state">What connecting sent along; works once.</param>
    /// <param name="code">What tokens are given for; absent where consent was refused.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [WithoutHead]
    [HttpGet("callback")]
    [PassesUnknownParameters]
    [ProducesResponseType(303)]
    [FailsWith(401, 503)]
    public async Task<StatusCodeResult> Callback([FromQuery] string? state, [FromQuery] string? code, CancellationToken cancellationToken)
    {
        var outcome = await Mediator.Send(new CompleteOneDriveSignIn(state, code, Request.Cookies[SignInCookie]), cancellationToken);
        Response.Cookies.Delete(SignInCookie, CookieOptions(null));
        Response.Headers.Location = outcome == OneDriveSignInOutcome.Connected ? Page : $"{Page}?signIn={System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString())}";
        Response.Headers.CacheControl = "no-store";

        // The code stands in the address.
        Response.Headers["Referrer-Policy"] = "no-referrer";
        return StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Lists the root folder of the OneDrive, by name. By cursor only.</summary>
    [HttpGet("items")]
    [ProducesResponseType<OneDriveItems>(200)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<OneDriveItems>> ListRoot([FromQuery] ListOneDriveItems query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);

    /// <summary>Lists a folder of the OneDrive, by name. By cursor only.</summary>
    [HttpGet("items/{id}")]
    [ProducesResponseType<OneDriveItems>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<OneDriveItems>> List(string id, [FromQuery] ListOneDriveItems query, CancellationToken cancellationToken) =>
        await Mediator.Send(query.WithFolderId(id), cancellationToken);

    /// <summary>A small picture of an item, at the address that the list gives.</summary>
    [HttpGet("thumbnails/{token}")]
    [ServesPicture]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<FileContentResult> Thumbnail(string token, CancellationToken cancellationToken)
    {
        var thumbnail = await Mediator.Send(new OpenOneDriveThumbnail(token), cancellationToken);
        Response.Headers.CacheControl = "private, max-age=3600";
        Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return File(thumbnail.Bytes, thumbnail.ContentType);
    }

    /// <summary>Makes a folder.</summary>
    [HttpPost("folders")]
    [ProducesResponseType<OneDriveItem>(201)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<OneDriveItem>> CreateFolder(CreateOneDriveFolder body, CancellationToken cancellationToken)
    {
        var folder = await Mediator.Send(body, cancellationToken);
        return Created($"/api/v1/onedrive/items/{Uri.EscapeDataString(folder.Id)}", folder);
    }

    /// <summary>Renames a file or folder.</summary>
    [HttpPatch("items/{id}")]
    [ProducesResponseType<OneDriveItem>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<OneDriveItem>> Rename(string id, RenameOneDriveItem body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>Moves a file or folder to OneDrive's recycle bin.</summary>
    [HttpDelete("items/{id}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Delete(string id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteOneDriveItem(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Has OneDrive make an address that a new file of a folder is uploaded to, past this server.</summary>
    [HttpPost("items/{id}/upload-session")]
    [ProducesResponseType<OneDriveUploadSession>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<OneDriveUploadSession>> CreateUploadSession(string id, CreateOneDriveUploadSession body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithFolderId(id), cancellationToken);

    /// <summary>Imports files and folders into groups, in the background.</summary>
    /// <remarks>Of folders all files whose names are those of images, and the folders in them. Equal bytes that are in the group already are skipped.</remarks>
    [HttpPost("imports")]
    [ProducesResponseType<ImportResponse>(202)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<ImportResponse>> StartImport(StartImport body, CancellationToken cancellationToken)
    {
        var import = await Mediator.Send(body, cancellationToken);
        return Accepted($"/api/v1/imports/{import.Id}", import);
    }

    /// <summary>Gets how far an import is. It is kept for 30 days after its end.</summary>
    [HttpGet("/api/v1/imports/{id:guid}")]
    [ProducesResponseType<ImportResponse>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<ImportResponse>> GetImport(Guid id, CancellationToken cancellationToken) => await Mediator.Send(new GetImport(id), cancellationToken);

    /// <summary>Cancels an import. What was imported stays.</summary>
    [HttpDelete("/api/v1/imports/{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> CancelImport(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new CancelImport(id), cancellationToken);
        return NoContent();
    }

    private CookieOptions CookieOptions(TimeSpan? lifetime) => new()
    {
        HttpOnly = true,

        // Microsoft's page leads back here: a strict cookie would stay at home.
        SameSite = SameSiteMode.Lax,
        Secure = HttpContext.RequestServices.GetRequiredService<PublicAddress>().IsSecure(Request),
        Path = OneDriveOptions.CallbackPath,
        MaxAge = lifetime,
    };
}

/// <summary>Tells the OpenAPI document that a route answers with a small picture, whole.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesPictureAttribute : Attribute, IPassesUnknownParameters;
