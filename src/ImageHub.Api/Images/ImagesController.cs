using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Delivery;
using ImageHub.Api.OpenApi;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Delivery;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Application.Tags;
using ImageHub.Application.Thumbnails;
using ImageHub.Application.Variants;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Images;

/// <summary>Images and their renditions.</summary>
[Route("api/v1/images")]
[Tags("Images")]
public sealed class ImagesController : ApiController
{
    /// <summary>Lists images of all groups. Visitors see images of published groups; admins and editors also see users' images.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Images, "page", "pageSize", "cursor", "limit", "offset", "groupId", "tag", "format", "takenFrom", "takenTo", "sort")]
    [HttpGet]
    [ProducesResponseType<Page<ImageSummary>>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<Page<ImageSummary>>> List([FromQuery] ListImages query, CancellationToken cancellationToken)
    {
        var images = await Mediator.Send(query, cancellationToken);
        if (images.Items.Count == 0)
        {
            // Visitors could otherwise fill the cache with any number of unused tags, ids and cursors.
            HttpContext.Features.Get<AnswerRecording>()?.GiveUp();
        }

        return Paged(images);
    }

    /// <summary>Lists the months in which images of all groups were taken, latest first, with the number of images: at most 1,200 months.</summary>
    /// <remarks>
    /// A month is in the camera's local time or, if unknown, the upload time in UTC. List the images of a month with `GET
    /// images?takenFrom=2026-07-01&amp;takenTo=2026-08-01&amp;sort=-takenAt`. Visitors see the months of published groups; admins and editors also see the
    /// months of users' images, unless `withUsersImages=false`.
    /// </remarks>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Images)]
    [HttpGet("months")]
    [ProducesResponseType<MonthList>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<MonthList>> Months([FromQuery] ListMonths query, CancellationToken cancellationToken) => await Mediator.Send(query, cancellationToken);

    /// <summary>Reads an image.</summary>
    /// <remarks>
    /// A user's image is visible only to its owner, admins and editors. It has `owner` and `links` instead of `low`, `medium`, `high`, `large` and `full`.
    /// </remarks>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Image)]
    [HttpGet("{id:guid}")]
    [ProducesResponseType<ImageDetails>(200)]
    [FailsWith(401, 404, 503)]
    public async Task<ActionResult<ImageDetails>> Get(Guid id, CancellationToken cancellationToken) =>
        await Mediator.Send(new GetImage(id), cancellationToken);

    /// <summary>
    /// Downloads a rendition: the image scaled down to fit the width and height configured for this size. If an image has no large rendition, or not yet,
    /// `large` returns the high rendition, which caches must revalidate.
    /// </summary>
    /// <param name="id">The image's id.</param>
    /// <param name="r">The revision, as in the addresses of a summary. The current revision is cacheable; an older one redirects to it.</param>
    /// <param name="mark">
    /// The number of the watermark, as in the addresses of a summary. Without `mark`, an address with `r` is 404 for visitors who get pictures with a
    /// watermark.
    /// </param>
    /// <param name="download">Whether to send the file as an attachment, named after the image with the format's extension.</param>
    /// <param name="format">
    /// `avif` or `webp`: the rendition in this format, if listed in `alternates`; otherwise the default rendition, which caches must revalidate. Without `r`
    /// and `format`, `Accept` decides; the smallest file is sent if several formats are equally preferred.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Image, "r", "mark", "format")]
    [HttpGet("{id:guid}/{rendition}")]
    [ServesImage]
    [FailsWith(400, 401, 403, 404, 412, 416, 503)]
    public Task<IActionResult> Rendition(
        Guid id, [FromQuery] int? r, [FromQuery] int? mark, [FromQuery] bool download, [FromQuery, OneOf("AlternateFormat", "avif", "webp")] string? format, CancellationToken cancellationToken) =>
        Serve(id, new WantedBytes(RenditionRoutes.Find(ControllerContext), format, AcceptedFormats.Find(Request), r, mark, download), cancellationToken);

    /// <summary>Downloads the full-resolution image: the pixels as uploaded, bit for bit, with public metadata only.</summary>
    /// <param name="id">The image's id.</param>
    /// <param name="r">The revision, as in the addresses of a summary. The current revision is cacheable; an older one redirects to it.</param>
    /// <param name="download">Whether to send the file as an attachment, under the image's file name.</param>
    /// <param name="format">
    /// `jpeg`: full size as JPEG, upright, in sRGB and without metadata, for formats that browsers do not show (HEIC and TIFF). It is rendered on the first
    /// request and deleted after a week without requests. A JPEG is returned as it is; images in other formats are a 400.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [AllowKeys]
    [HttpGet("{id:guid}/full")]
    [ServesImage]
    [FailsWith(400, 401, 403, 404, 412, 415, 416, 422, 503)]
    public Task<IActionResult> Full(Guid id, [FromQuery] int? r, [FromQuery] bool download, [FromQuery, OneOf("FullFormat", "jpeg")] string? format, CancellationToken cancellationToken) =>
        Serve(id, new WantedBytes(ImageVariant.Full, format, Revision: r, IsDownload: download), cancellationToken);

    /// <summary>
    /// Downloads the file as uploaded, with all metadata. If the server does not keep originals (<c>Storage__KeepOriginals</c>), returns the
    /// bytes of <c>full</c>.
    /// </summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("{id:guid}/original")]
    [ServesImage]
    [FailsWith(401, 403, 404, 412, 416, 503)]
    public Task<IActionResult> Original(Guid id, CancellationToken cancellationToken) => Serve(id, new WantedBytes(ImageVariant.Original, IsDownload: true), cancellationToken);

    /// <summary>
    /// Downloads a thumbnail of the given height. It is rendered on the first request, never enlarged, and deleted after a week without
    /// requests.
    /// </summary>
    /// <param name="id">The image's id.</param>
    /// <param name="height">The height in pixels, 16–2,000; for owners one of their tier's heights.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("{id:guid}/thumbnails/{height:int}")]
    [ServesImage]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 412, 416, 503)]
    public async Task<IActionResult> Thumbnail(Guid id, [Between(Tier.MinThumbnailHeight, Tier.MaxThumbnailHeight)] int height, CancellationToken cancellationToken) =>
        new ImageContentResult(await Mediator.Send(new OpenThumbnail(id, height), cancellationToken));

    /// <summary>Updates an image. Absent fields keep their values; null clears a field.</summary>
    /// <remarks>
    /// Contributors of a group update the images that they have added to it, except `groupId` and `rating`. `ownerId` transfers a user's image to another user,
    /// whose quota it then counts against.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPatch("{id:guid}")]
    [ProducesResponseType<ImageDetails>(200)]
    [FailsWith(400, 401, 403, 404, 409, 413, 422, 503)]
    public async Task<ActionResult<ImageDetails>> Update(Guid id, UpdateImage body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>
    /// Replaces the caption, the time taken and the location with the values in a sidecar. The sidecar is an XMP packet, or the JSON that Google Takeout writes
    /// beside each photo (`description`, `photoTakenTime`, `geoData`; its `title` is a file name).
    /// </summary>
    /// <remarks>
    /// Fields that the sidecar does not name keep their values. Only admins and editors change the rating. A key with the scope `upload` changes only images
    /// that the key's account has uploaded.
    /// </remarks>
    /// <param name="id">The image's id.</param>
    /// <param name="onlyMissing">Whether to fill in only fields that have no value in the image.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload, KeyScope.Admin)]
    [HttpPut("{id:guid}/sidecar")]
    [RequestSizeLimit(Application.Images.PutSidecar.MaxBytes)]
    [SidecarBody]
    [ProducesResponseType<ImageDetails>(200)]
    [FailsWith(401, 403, 404, 413, 415, 422, 503)]
    public async Task<ActionResult<ImageDetails>> PutSidecar(Guid id, [FromQuery] bool onlyMissing, CancellationToken cancellationToken) =>
        await Mediator.Send(await SidecarBodies.ReadAsync(Request, id, onlyMissing, cancellationToken), cancellationToken);

    /// <summary>Downloads a sidecar: the caption, the rating, the time taken and the location as an XMP packet.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("{id:guid}/sidecar")]
    [ServesText(SidecarBodies.Xmp, "An XMP packet.")]
    [FailsWith(401, 403, 404, 503)]
    public async Task<FileContentResult> GetSidecar(Guid id, CancellationToken cancellationToken)
    {
        var sidecar = await Mediator.Send(new GetSidecar(id), cancellationToken);
        return File(sidecar.Content, SidecarBodies.Xmp, sidecar.FileName);
    }

    /// <summary>Moves an image to the trash. Contributors of a group delete the images that they have added to it.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteImage(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Restores an image from the trash.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("{id:guid}/restore")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 413, 503)]
    public async Task<NoContentResult> Restore(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new RestoreImage(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Applies one action to up to 1,000 images. A failure for one image does not affect the others.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("bulk")]
    [ProducesResponseType<BulkResult>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<BulkResult>> Bulk(BulkImages body, CancellationToken cancellationToken) =>
        await Mediator.Send(body, cancellationToken);

    private async Task<IActionResult> Serve(Guid id, WantedBytes wanted, CancellationToken cancellationToken)
    {
        var request = new OpenRendition(id, wanted, MayRedirect: !wanted.IsDownload, IsDescriptionOnly: HttpMethods.IsHead(Request.Method));
        return new ImageContentResult(await Mediator.Send(request, cancellationToken), wanted.Revision, wanted.Mark, wanted.IsDownload);
    }
}
