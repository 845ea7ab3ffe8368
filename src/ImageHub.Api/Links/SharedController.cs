using ImageHub.Api.ApiKeys;
using ImageHub.Api.Archives;
using ImageHub.Api.Images;
using ImageHub.Api.OpenApi;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Choices;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Application.Paging;
using ImageHub.Application.Uploads;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Links;

/// <summary>A shared group for anyone with its link: its images, and what guests choose and send.</summary>
[Route("api/v1/shared/{token}")]
[Tags("Links")]
[UnderLink]
[AllowAnonymous]
[AllowKeys]
public sealed class SharedController : ApiController
{
    internal const string CookieName = "imagehub_share";

    private const string GuestCookieName = "imagehub_guest";

    private static readonly TimeSpan GuestCookieLifetime = TimeSpan.FromDays(180);

    /// <summary>
    /// Whether a request to a link's routes has a guest's cookie. It then needs no protection against forgery: other sites cannot send this cookie
    /// (SameSite=Strict), and these routes ignore the session.
    /// </summary>
    internal static bool IsByGuest(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api/v1/shared", StringComparison.OrdinalIgnoreCase)
        && (context.Request.Cookies.ContainsKey(CookieName) || context.Request.Cookies.ContainsKey(GuestCookieName));

    private string? Cookie => Request.Cookies[CookieName];

    private string? GuestToken => Request.Cookies[GuestCookieName];

    /// <summary>The guest of a request below a link.</summary>
    internal static GuestVisit ReadVisit(HttpRequest request, string token) => new(token, request.Cookies[CookieName], request.Cookies[GuestCookieName]);

    /// <summary>Gets a shared group. Counts at most one view of a visitor per hour, and sets a cookie that the link's other routes read.</summary>
    /// <remarks>If the link allows favourites or photos from guests, the response sets another cookie for 180 days that identifies the guest.</remarks>
    [HttpGet]
    [ProducesResponseType<SharedGroup>(200)]
    [FailsWith(401, 404, 503)]
    public async Task<ActionResult<SharedGroup>> Get(string token, CancellationToken cancellationToken)
    {
        var isView = HttpMethods.IsGet(Request.Method);
        var opened = await Mediator.Send(new OpenSharedGroup(token, Cookie, isView, GuestToken), cancellationToken);
        if (isView)
        {
            SetCookie(token, opened.Cookie);
            if (opened.GuestToken is { } guest)
            {
                Response.Cookies.Append(GuestCookieName, guest, CookieOptionsBelow(token, GuestCookieLifetime));
            }
        }

        return opened.Group;
    }

    /// <summary>Unlocks a shared group with its password. The response sets a cookie.</summary>
    [HttpPost("unlock")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 404, 429, 503)]
    public async Task<NoContentResult> Unlock(string token, UnlockSharedGroup body, CancellationToken cancellationToken)
    {
        SetCookie(token, await Mediator.Send(body.WithToken(token, Cookie), cancellationToken));
        return NoContent();
    }

    /// <summary>Lists the images of a shared group.</summary>
    [HttpGet("images")]
    [ProducesResponseType<Page<ImageSummary>>(200)]
    [FailsWith(400, 401, 404, 503)]
    public async Task<ActionResult<Page<ImageSummary>>> ListImages(string token, [FromQuery] ListSharedImages query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query.WithToken(token, Cookie), cancellationToken));

    /// <summary>
    /// Downloads a rendition: the image scaled down to fit the width and height configured for this size. If an image has no large rendition, or not yet,
    /// `large` returns the high rendition, which caches must revalidate.
    /// </summary>
    /// <param name="token">The link's token.</param>
    /// <param name="id">The image's id.</param>
    /// <param name="r">The revision, as in the addresses of a summary. An older revision redirects to the current one.</param>
    /// <param name="mark">
    /// The number of the watermark, as in the addresses of a summary. Without `mark`, an address with `r` is 404 for visitors who get pictures with a
    /// watermark.
    /// </param>
    /// <param name="download">Whether to send the file as an attachment, named after the image with the format's extension.</param>
    /// <param name="format">`avif` or `webp`, as for images outside of links.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [HttpGet("images/{id:guid}/{rendition}")]
    [ServesImage]
    [FailsWith(400, 401, 403, 404, 412, 416, 503)]
    public Task<IActionResult> Rendition(
        string token,
        Guid id,
        [FromQuery] int? r,
        [FromQuery] int? mark,
        [FromQuery] bool download,
        [FromQuery, OneOf("AlternateFormat", "avif", "webp")] string? format,
        CancellationToken cancellationToken) =>
        Serve(token, id, new WantedBytes(RenditionRoutes.Find(ControllerContext), format, AcceptedFormats.Find(Request), r, mark, download), cancellationToken);

    /// <summary>Downloads the full-resolution image with public metadata only.</summary>
    /// <param name="token">The link's token.</param>
    /// <param name="id">The image's id.</param>
    /// <param name="r">The revision, as in the addresses of a summary. An older revision redirects to the current one.</param>
    /// <param name="download">Whether to send the file as an attachment, under the image's file name.</param>
    /// <param name="format">`jpeg`: full size as JPEG, as for images outside of links.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [HttpGet("images/{id:guid}/full")]
    [ServesImage]
    [FailsWith(400, 401, 403, 404, 412, 415, 416, 422, 503)]
    public Task<IActionResult> Full(
        string token, Guid id, [FromQuery] int? r, [FromQuery] bool download, [FromQuery, OneOf("FullFormat", "jpeg")] string? format, CancellationToken cancellationToken) =>
        Serve(token, id, new WantedBytes(ImageVariant.Full, format, Revision: r, IsDownload: download), cancellationToken);

    /// <summary>Downloads the full-resolution images as a streamed ZIP.</summary>
    [HttpGet("archive")]
    [ServesArchive]
    [FailsWith(401, 403, 404, 503)]
    public async Task<IActionResult> Archive(string token, CancellationToken cancellationToken) =>
        new ArchiveResult(await Mediator.Send(new OpenSharedArchive(token, Cookie), cancellationToken));

    /// <summary>Lists this guest's favourites.</summary>
    /// <remarks>Images that are in another group or in the trash are omitted while they are there.</remarks>
    [HttpGet("favourites")]
    [ProducesResponseType<GuestFavourites>(200)]
    [FailsWith(401, 404, 503)]
    public async Task<ActionResult<GuestFavourites>> ListFavourites(string token, CancellationToken cancellationToken) =>
        await Mediator.Send(new ListGuestFavourites(VisitTo(token)), cancellationToken);

    /// <summary>Adds an image to this guest's favourites, or replaces its note.</summary>
    /// <remarks>
    /// Requires the guest's cookie, which `GET` of the shared group sets. A visitor becomes a guest with the first favourite or submission. From
    /// one IP address, a link accepts 60 new guests an hour; the next one gets 429. A link has at most 200 guests (409 `tooManyGuests`), and a
    /// guest at most 10,000 favourites (409 `tooManyFavourites`).
    /// </remarks>
    [HttpPut("favourites/{imageId:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 404, 409, 429, 503)]
    public async Task<NoContentResult> Choose(string token, Guid imageId, ChooseFavourite body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body.WithImageId(VisitTo(token), imageId), cancellationToken);
        return NoContent();
    }

    /// <summary>Removes an image from this guest's favourites. Has no effect if the image is not a favourite.</summary>
    [HttpDelete("favourites/{imageId:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 404, 503)]
    public async Task<NoContentResult> Drop(string token, Guid imageId, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DropFavourite(VisitTo(token), imageId), cancellationToken);
        return NoContent();
    }

    /// <summary>Submits this guest's favourites. They can be changed and submitted again.</summary>
    [HttpPost("favourites/submit")]
    [ProducesResponseType<GuestFavourites>(200)]
    [FailsWith(400, 401, 404, 409, 429, 503)]
    public async Task<ActionResult<GuestFavourites>> Submit(string token, SubmitFavourites body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithVisit(VisitTo(token)), cancellationToken);

    /// <summary>Announces photos that this guest sends. The response states which files are needed.</summary>
    /// <remarks>
    /// Requires the guest's cookie, which `GET` of the shared group sets. Send the content of each needed file to its `uploadUrl` (tus 1.0) with the same
    /// cookie. The photos await the approval of a curator; until then, nobody else sees them. Their locations and the files as sent are not kept. Files beyond
    /// the limits fail with `guestFull` or `linkFull`; if that is every file, the response is 409. A link has at most 1,000 guests who send photos (409
    /// `tooManyGuests`), and accepts 120 new guests an hour from one IP address (429). A guest can announce 5,000 files at once, and then 500 files a minute
    /// (429).
    /// </remarks>
    [HttpPost("uploads")]
    [ProducesResponseType<CreatedUpload>(201)]
    [Throttled]
    [FailsWith(400, 401, 404, 409, 503)]
    public async Task<ActionResult<CreatedUpload>> Upload(string token, CreateGuestUpload body, CancellationToken cancellationToken)
    {
        var upload = await Mediator.Send(body.WithVisit(VisitTo(token)), cancellationToken);
        return Created($"/api/v1/shared/{token}/uploads/{upload.Id}", upload);
    }

    /// <summary>Reads the receipt of one of this guest's uploads.</summary>
    /// <param name="token">The link's token.</param>
    /// <param name="id">The upload's id.</param>
    /// <param name="query">The filter for its files.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [HttpGet("uploads/{id:guid}")]
    [ProducesResponseType<UploadDetails>(200)]
    [FailsWith(400, 401, 404, 503)]
    public async Task<ActionResult<UploadDetails>> GetUpload(string token, Guid id, [FromQuery] GetUpload query, CancellationToken cancellationToken) =>
        await Mediator.Send(query.WithId(id).WithVisit(VisitTo(token)), cancellationToken);

    private GuestVisit VisitTo(string token) => ReadVisit(Request, token);

    private async Task<IActionResult> Serve(string token, Guid id, WantedBytes wanted, CancellationToken cancellationToken) =>
        new ImageContentResult(await Mediator.Send(new OpenSharedRendition(token, Cookie, id, wanted), cancellationToken), wanted.Revision, wanted.Mark, wanted.IsDownload);

    private void SetCookie(string token, ShareCookie cookie) => Response.Cookies.Append(CookieName, cookie.Value, CookieOptionsBelow(token, cookie.Lifetime));

    private CookieOptions CookieOptionsBelow(string token, TimeSpan lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = HttpContext.RequestServices.GetRequiredService<PublicAddress>().IsSecure(Request),
        Path = $"/api/v1/shared/{token}",
        MaxAge = lifetime,
    };
}
