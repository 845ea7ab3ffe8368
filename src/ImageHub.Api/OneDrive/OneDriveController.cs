using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Imports;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Paging;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.OneDrive;

/// <summary>The connected OneDrive and imports from it.</summary>
[Route("api/v1/onedrive")]
[Tags("OneDrive")]
public sealed class OneDriveController : ApiController
{
    private const string SignInCookie = "imagehub_onedrive";

    /// <summary>The web app's page to which a sign-in returns.</summary>
    private const string AppPage = "/admin/onedrive";

    private static readonly TimeSpan SignInLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Gets whether a OneDrive is connected, and its storage use.</summary>
    [HttpGet]
    [ProducesResponseType<OneDriveResponse>(200)]
    [FailsWith(401, 403, 503)]
    public async Task<ActionResult<OneDriveResponse>> Get(CancellationToken cancellationToken) => await Mediator.Send(new GetOneDrive(), cancellationToken);

    /// <summary>Starts connecting a OneDrive. Open the returned address in the same browser to sign in at Microsoft.</summary>
    /// <remarks>The response also sets a cookie that the browser must send when it returns, within 10 minutes.</remarks>
    [HttpPost("connect")]
    [ProducesResponseType<OneDriveSignInUrl>(200)]
    [FailsWith(401, 403, 409, 503)]
    public async Task<ActionResult<OneDriveSignInUrl>> Connect(CancellationToken cancellationToken)
    {
        var start = await Mediator.Send(new ConnectOneDrive(), cancellationToken);
        Response.Cookies.Append(SignInCookie, start.Cookie, CookieOptions(SignInLifetime));
        return start.Url;
    }

    /// <summary>Disconnects the OneDrive and deletes its tokens. Running imports fail.</summary>
    [HttpDelete]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 503)]
    public async Task<NoContentResult> Disconnect(CancellationToken cancellationToken)
    {
        await Mediator.Send(new DisconnectOneDrive(), cancellationToken);
        return NoContent();
    }

    /// <summary>The redirect target after signing in at Microsoft. Redirects to the web app, which shows the result.</summary>
    /// <param name="state">The state of the connection request; valid once.</param>
    /// <param name="code">The authorization code; absent if consent was refused.</param>
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
        Response.Headers.Location = outcome == OneDriveSignInOutcome.Connected ? AppPage : $"{AppPage}?signIn={System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString())}";
        Response.Headers.CacheControl = "no-store";

        // The address contains the code.
        Response.Headers["Referrer-Policy"] = "no-referrer";
        return StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Lists the root folder of the OneDrive by name. Supports cursor paging only.</summary>
    [HttpGet("items")]
    [ProducesResponseType<OneDriveItems>(200)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<OneDriveItems>> ListRoot([FromQuery] ListOneDriveItems query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);

    /// <summary>Lists a folder of the OneDrive by name. Supports cursor paging only.</summary>
    [HttpGet("items/{id}")]
    [ProducesResponseType<OneDriveItems>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<OneDriveItems>> List(string id, [FromQuery] ListOneDriveItems query, CancellationToken cancellationToken) =>
        await Mediator.Send(query.WithFolderId(id), cancellationToken);

    /// <summary>Downloads an item's thumbnail from the address that the list contains.</summary>
    [HttpGet("thumbnails/{token}")]
    [ServesPicture]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<FileContentResult> Thumbnail(string token, CancellationToken cancellationToken)
    {
        var thumbnail = await Mediator.Send(new OpenOneDriveThumbnail(token), cancellationToken);
        Response.Headers.CacheControl = "private, max-age=3600";
        Response.Headers.ContentSecurityPolicy = CommonHeaders.PicturePolicy;
        return File(thumbnail.Bytes, thumbnail.ContentType);
    }

    /// <summary>Creates a folder.</summary>
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

    /// <summary>Creates an upload session: an address to which the client uploads a new file directly, without this server.</summary>
    [HttpPost("items/{id}/upload-session")]
    [ProducesResponseType<OneDriveUploadSession>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<OneDriveUploadSession>> CreateUploadSession(string id, CreateOneDriveUploadSession body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithFolderId(id), cancellationToken);

    /// <summary>Lists imports, newest first. Imports are kept for 30 days after they end.</summary>
    [HttpGet("imports")]
    [ProducesResponseType<Page<ListedImport>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<ListedImport>>> ListImports([FromQuery] ListImports query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Imports files and folders into groups, in the background.</summary>
    /// <remarks>
    /// A folder is imported with all its subfolders; files without an image extension are skipped, as are files whose content already exists in
    /// the group.
    /// </remarks>
    [HttpPost("imports")]
    [ProducesResponseType<ImportResponse>(202)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<ImportResponse>> StartImport(StartImport body, CancellationToken cancellationToken)
    {
        var import = await Mediator.Send(body, cancellationToken);
        return Accepted($"/api/v1/imports/{import.Id}", import);
    }

    /// <summary>Gets the progress of an import. Imports are kept for 30 days after they end.</summary>
    [HttpGet("/api/v1/imports/{id:guid}")]
    [ProducesResponseType<ImportResponse>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<ImportResponse>> GetImport(Guid id, CancellationToken cancellationToken) => await Mediator.Send(new GetImport(id), cancellationToken);

    /// <summary>Cancels an import. Imported images remain.</summary>
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

        // The redirect comes from Microsoft's site, and a browser would not send a strict cookie with it.
        SameSite = SameSiteMode.Lax,
        Secure = HttpContext.RequestServices.GetRequiredService<PublicAddress>().IsSecure(Request),
        Path = OneDriveOptions.CallbackPath,
        MaxAge = lifetime,
    };
}

/// <summary>Tells the OpenAPI document that a route responds with a small image, without ranges.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesPictureAttribute : Attribute, IPassesUnknownParameters;
