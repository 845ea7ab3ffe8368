using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Archives;
using ImageHub.Api.Delivery;
using ImageHub.Api.Images;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Archives;
using ImageHub.Application.Delivery;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Application.Uploads;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Groups;

/// <summary>Groups of images. A group shows one thing from several sides.</summary>
[Route("api/v1/groups")]
[Tags("Groups")]
public sealed class GroupsController : ApiController
{
    /// <summary>Lists groups in the order that curators have set, new ones first. Visitors see published groups only.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Groups, "page", "pageSize", "cursor", "slug", "parentId")]
    [HttpGet]
    [ProducesResponseType<Page<GroupResponse>>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<Page<GroupResponse>>> List([FromQuery] ListGroups query, CancellationToken cancellationToken)
    {
        var groups = await Mediator.Send(query, cancellationToken);
        if ((query.Slug is not null || query.ParentId is not null) && groups.Items.Count == 0)
        {
            // Visitors could otherwise fill the cache with any number of unused slugs and ids.
            HttpContext.Features.Get<AnswerRecording>()?.GiveUp();
        }

        return Paged(groups);
    }

    /// <summary>Creates a group and places it before all others.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Upload, KeyScope.Admin)]
    [HttpPost]
    [ProducesResponseType<GroupResponse>(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<GroupResponse>> Create(CreateGroup body, CancellationToken cancellationToken)
    {
        var group = await Mediator.Send(body, cancellationToken);
        return Created($"/api/v1/groups/{group.Id}", group);
    }

    /// <summary>Reads a group.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Group)]
    [HttpGet("{id:guid}")]
    [ProducesResponseType<GroupResponse>(200)]
    [FailsWith(401, 404, 503)]
    public async Task<ActionResult<GroupResponse>> Get(Guid id, CancellationToken cancellationToken) =>
        await Mediator.Send(new GetGroup(id), cancellationToken);

    /// <summary>Updates a group. Absent fields keep their values; null clears a field.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPatch("{id:guid}")]
    [ProducesResponseType<GroupResponse>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<GroupResponse>> Update(Guid id, UpdateGroup body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>
    /// Moves a group, the groups below it and their images to the trash. A key with the scope `upload` may delete a new hidden group without images.
    /// </summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Upload, KeyScope.Admin)]
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteGroup(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Restores a group, and the groups below it and images that were moved to the trash with it.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("{id:guid}/restore")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Restore(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new RestoreGroup(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Moves the groups, in the given order, directly after `after`, or to the front.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPut("order")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<NoContentResult> Order(OrderGroups body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body, cancellationToken);
        return NoContent();
    }

    /// <summary>Moves images of a group, in the given order, directly after `after`, or to the front.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPut("{id:guid}/order")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<NoContentResult> OrderImages(Guid id, OrderGroupImages body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body.WithGroupId(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Sorts a group's images once, by the time taken, file name or upload time.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("{id:guid}/order")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<NoContentResult> SortImages(Guid id, SortGroupImages body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body.WithGroupId(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Lists a group's images in the order that curators have set, new ones last.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Group, "page", "pageSize", "cursor")]
    [HttpGet("{id:guid}/images")]
    [ProducesResponseType<Page<ImageSummary>>(200)]
    [FailsWith(400, 401, 404, 503)]
    public async Task<ActionResult<Page<ImageSummary>>> ListImages(Guid id, [FromQuery] ListGroupImages query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query.WithGroupId(id), cancellationToken));

    /// <summary>Reads an image by its file name in a group.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Group)]
    [HttpGet("{id:guid}/images/{fileName}")]
    [ProducesResponseType<ImageDetails>(200)]
    [FailsWith(401, 404, 503)]
    public async Task<ActionResult<ImageDetails>> GetImage(Guid id, [FromRoute, ModelBinder<LastSegment>] string fileName, CancellationToken cancellationToken) =>
        await Mediator.Send(new GetImageByName(id, fileName), cancellationToken);

    /// <summary>Lists the members of a group by name. Members of the groups above are members, too, but are not in this list.</summary>
    [Authorize(Access.Curator)]
    [HttpGet("{id:guid}/members")]
    [ProducesResponseType<GroupMembers>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<GroupMembers>> ListMembers(Guid id, CancellationToken cancellationToken) =>
        await Mediator.Send(new ListGroupMembers(id), cancellationToken);

    /// <summary>Replaces the members of a group: users who see it and all groups below it, published or not.</summary>
    /// <remarks>
    /// A `viewer` sees what visitors would see. A `contributor` also uploads images, which count against the contributor's quota, and edits and deletes these
    /// images. Users who are not in the list lose access with their next request.
    /// </remarks>
    [Authorize(Access.Curator)]
    [HttpPut("{id:guid}/members")]
    [ProducesResponseType<GroupMembers>(200)]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<ActionResult<GroupMembers>> SetMembers(Guid id, SetGroupMembers body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithGroupId(id), cancellationToken);

    /// <summary>Downloads a ZIP of a group's images at full resolution, with the images of the groups below in folders.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [HttpGet("{id:guid}/archive")]
    [ServesArchive]
    [FailsWith(401, 403, 404, 503)]
    public async Task<IActionResult> Archive(Guid id, CancellationToken cancellationToken) =>
        new ArchiveResult(await Mediator.Send(new OpenGroupArchive(id), cancellationToken));

    /// <summary>Uploads any number of files into a group, as an admin, an editor or a contributor of the group.</summary>
    /// <remarks>
    /// Parts with a file name are images, regardless of the field's name. A field `tags` or `category` (comma-separated or repeated) applies to
    /// the files after it; if no file follows, it applies to all files. A failed file does not affect the others. Returns 201 if any file was
    /// uploaded, 200 if all files already existed, 422 if no file was uploaded and at least one failed.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPost("{id:guid}/images")]
    [DisableRequestSizeLimit]
    [MultipartUpload]
    [ProducesResponseType<UploadReport>(200)]
    [ProducesResponseType<UploadReport>(201)]
    [ProducesResponseType<UploadReport>(422)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 415, 503)]
    public async Task<ActionResult<UploadReport>> Upload(Guid id, CancellationToken cancellationToken)
    {
        var files = MultipartFiles.Read(Request);
        return Reported(await Mediator.Send(new UploadImages(id, files, () => files.TagsForAll), cancellationToken));
    }

    /// <summary>Uploads one file into a group. The request body is the file's content.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPut("{id:guid}/images/{fileName}")]
    [DisableRequestSizeLimit]
    [RawUpload]
    [ProducesResponseType<ImageSummary>(201)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 409, 413, 415, 422, 503)]
    public async Task<ActionResult<ImageSummary>> Put(Guid id, [FromRoute, ModelBinder<LastSegment>] string fileName, CancellationToken cancellationToken)
    {
        var file = new IncomingFile(fileName, [], Request.Body) { DeclaredBytes = Request.ContentLength };
        var image = await Mediator.Send(new PutImage(id, file), cancellationToken);
        return Created($"/api/v1/images/{image.Id}", image);
    }
}
