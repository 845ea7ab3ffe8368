using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Requests;
using ImageHub.Application.Paging;
using ImageHub.Application.Storage;
using ImageHub.Application.Trash;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Trash;

/// <summary>Deleted items, and storage use.</summary>
[Route("api/v1")]
[Tags("Trash and storage")]
public sealed class TrashController : ApiController
{
    /// <summary>Lists the trash, newest first.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("trash")]
    [ProducesResponseType<Page<TrashItem>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<TrashItem>>> List([FromQuery] ListTrash query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Permanently deletes everything in the trash.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpDelete("trash")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 503)]
    public async Task<NoContentResult> Purge(CancellationToken cancellationToken)
    {
        await Mediator.Send(new EmptyTrash(), cancellationToken);
        return NoContent();
    }

    /// <summary>Gets the storage use of all images, including those in the trash.</summary>
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("storage")]
    [ProducesResponseType<StorageUse>(200)]
    [FailsWith(401, 403, 503)]
    public async Task<ActionResult<StorageUse>> Storage(CancellationToken cancellationToken) =>
        await Mediator.Send(new GetStorage(), cancellationToken);

    /// <summary>Lists objects that are lost or corrupt and could not be restored, in the order of their discovery.</summary>
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("storage/damaged")]
    [ProducesResponseType<Page<DamagedObjectResponse>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<DamagedObjectResponse>>> Damaged([FromQuery] ListDamagedObjects query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));
}
