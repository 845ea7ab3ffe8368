using ImageHub.Api.ApiKeys;
using ImageHub.Api.Delivery;
using ImageHub.Api.Images;
using ImageHub.Api.Requests;
using ImageHub.Application.Delivery;
using ImageHub.Application.Site;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Site;

/// <summary>The site's title, texts and appearance.</summary>
[Route("api/v1/site")]
[Tags("Site")]
public sealed class SiteController : ApiController
{
    /// <summary>Reads the site as visitors see it.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Site)]
    [HttpGet]
    [ProducesResponseType<SiteResponse>(200)]
    [FailsWith(401, 503)]
    public async Task<ActionResult<SiteResponse>> Get(CancellationToken cancellationToken) =>
        WithSettings(await Mediator.Send(new GetSite(), cancellationToken));

    /// <summary>Updates the site. Absent fields keep their values; null clears a field.</summary>
    [HttpPatch]
    [ProducesResponseType<SiteResponse>(200)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<SiteResponse>> Update(UpdateSite body, CancellationToken cancellationToken) =>
        WithSettings(await Mediator.Send(body, cancellationToken));

    /// <summary>Downloads the logo.</summary>
    /// <param name="r">The revision, as in the site's `logo.url`. The current revision is cacheable; an older one redirects to it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Site, "r")]
    [HttpGet("logo")]
    [ServesImage]
    [FailsWith(400, 401, 404, 412, 416, 503)]
    public Task<IActionResult> Logo([FromQuery] int? r, CancellationToken cancellationToken) => Serve(isDark: false, r, cancellationToken);

    /// <summary>Downloads the logo for dark pages.</summary>
    /// <param name="r">The revision, as in the site's `logoDark.url`. The current revision is cacheable; an older one redirects to it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Site, "r")]
    [HttpGet("logo/dark")]
    [ServesImage]
    [FailsWith(400, 401, 404, 412, 416, 503)]
    public Task<IActionResult> LogoDark([FromQuery] int? r, CancellationToken cancellationToken) => Serve(isDark: true, r, cancellationToken);

    /// <summary>Replaces the logo. The request body is the file's content: PNG, WebP, JPEG or AVIF of at most 5 MiB.</summary>
    /// <remarks>The server renders the file again, at most 1,200 pixels wide and 600 pixels high.</remarks>
    [HttpPut("logo")]
    [DisableRequestSizeLimit]
    [RawUpload]
    [ProducesResponseType<SiteResponse>(200)]
    [FailsWith(400, 401, 403, 413, 415, 422, 503)]
    public Task<ActionResult<SiteResponse>> PutLogo(CancellationToken cancellationToken) => Replace(isDark: false, cancellationToken);

    /// <summary>Replaces the logo for dark pages. The request body is the file's content: PNG, WebP, JPEG or AVIF of at most 5 MiB.</summary>
    /// <remarks>The server renders the file again, at most 1,200 pixels wide and 600 pixels high.</remarks>
    [HttpPut("logo/dark")]
    [DisableRequestSizeLimit]
    [RawUpload]
    [ProducesResponseType<SiteResponse>(200)]
    [FailsWith(400, 401, 403, 413, 415, 422, 503)]
    public Task<ActionResult<SiteResponse>> PutLogoDark(CancellationToken cancellationToken) => Replace(isDark: true, cancellationToken);

    /// <summary>Deletes the logo, if there is one.</summary>
    [HttpDelete("logo")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 503)]
    public Task<NoContentResult> DeleteLogo(CancellationToken cancellationToken) => Remove(isDark: false, cancellationToken);

    /// <summary>Deletes the logo for dark pages, if there is one.</summary>
    [HttpDelete("logo/dark")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 503)]
    public Task<NoContentResult> DeleteLogoDark(CancellationToken cancellationToken) => Remove(isDark: true, cancellationToken);

    private async Task<IActionResult> Serve(bool isDark, int? revision, CancellationToken cancellationToken) =>
        new ImageContentResult(await Mediator.Send(new OpenLogo(isDark), cancellationToken), revision);

    private async Task<ActionResult<SiteResponse>> Replace(bool isDark, CancellationToken cancellationToken) =>
        WithSettings(await Mediator.Send(new ReplaceLogo(isDark, Request.Body, Request.ContentLength), cancellationToken));

    private async Task<NoContentResult> Remove(bool isDark, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteLogo(isDark), cancellationToken);
        return NoContent();
    }

    private SiteResponse WithSettings(SiteResponse site) => HttpContext.RequestServices.GetRequiredService<SiteSettings>().AddTo(site);
}
