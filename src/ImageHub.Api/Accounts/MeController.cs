using ImageHub.Api.Images;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Application.Uploads;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Accounts;

/// <summary>The caller's own account and images.</summary>
[Route("api/v1/me")]
public sealed class MeController : ApiController
{
    private const string Images = "My images";

    /// <summary>Changes the caller's password and ends the caller's other sessions.</summary>
    /// <remarks>A wrong current password is a 400 that names `currentPassword`, and counts as a failed sign-in.</remarks>
    [Authorize(Access.SignedIn)]
    [HttpPut("password")]
    [Tags("Signing in")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 429, 503)]
    public async Task<NoContentResult> ChangePassword(ChangePassword body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body, cancellationToken);
        return NoContent();
    }

    /// <summary>Lists the groups of which the caller was made a member, published or not, newest first.</summary>
    /// <remarks>
    /// With `parentId`, lists the caller's groups directly below this group, in the gallery's order. A member of a group is also a member of all groups below
    /// it.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [HttpGet("groups")]
    [Tags("Groups")]
    [ProducesResponseType<Page<GroupResponse>>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<Page<GroupResponse>>> ListGroups([FromQuery] ListMyGroups query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Lists the caller's own images, newest first.</summary>
    [Authorize(Access.User)]
    [HttpGet("images")]
    [Tags(Images)]
    [ProducesResponseType<Page<ImageSummary>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<ImageSummary>>> ListImages([FromQuery] ListOwnImages query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Uploads any number of files to the caller's own images. The request and the response are the same as for a group.</summary>
    /// <remarks>A file that exceeds the quota fails with `quotaExceeded` and the number of bytes left; the other files are still processed.</remarks>
    [Authorize(Access.User)]
    [HttpPost("images")]
    [Tags(Images)]
    [DisableRequestSizeLimit]
    [MultipartUpload]
    [ProducesResponseType<UploadReport>(200)]
    [ProducesResponseType<UploadReport>(201)]
    [ProducesResponseType<UploadReport>(422)]
    [Throttled]
    [FailsWith(400, 401, 403, 415, 503)]
    public async Task<ActionResult<UploadReport>> Upload(CancellationToken cancellationToken)
    {
        var files = MultipartFiles.Read(Request);
        return Reported(await Mediator.Send(new UploadImages(GroupId: null, files, () => files.TagsForAll), cancellationToken));
    }

    /// <summary>Uploads one file to the caller's own images. The request body is the file's content.</summary>
    /// <param name="fileName">The file name.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [Authorize(Access.User)]
    [HttpPut("images/{image}")]
    [Tags(Images)]
    [DisableRequestSizeLimit]
    [RawUpload]
    [ProducesResponseType<ImageSummary>(201)]
    [Throttled]
    [FailsWith(400, 401, 403, 409, 413, 415, 422, 503)]
    public async Task<ActionResult<ImageSummary>> Put([FromRoute(Name = "image"), ModelBinder<LastSegment>] string fileName, CancellationToken cancellationToken)
    {
        var file = new IncomingFile(fileName, [], Request.Body) { DeclaredBytes = Request.ContentLength };
        var image = await Mediator.Send(new PutImage(GroupId: null, file), cancellationToken);
        return Created($"/api/v1/images/{image.Id}", image);
    }

    /// <summary>Moves one of the caller's own images to the trash.</summary>
    /// <param name="id">The image's id.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [Authorize(Access.User)]
    [HttpDelete("images/{image}")]
    [Tags(Images)]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> DeleteImage([FromRoute(Name = "image")] string id, CancellationToken cancellationToken)
    {
        // The route has no id constraint: uploads by name use the same path, and a constraint would turn a malformed id into a 405.
        var imageId = IdText.TryParse(id, out var parsed) ? parsed : throw ProblemException.NotFound("image");
        await Mediator.Send(new DeleteImage(imageId, IsOwn: true), cancellationToken);
        return NoContent();
    }
}
