using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Requests;
using ImageHub.Application.Duplicates;
using ImageHub.Application.Paging;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Images;

/// <summary>Near-duplicate images.</summary>
[Route("api/v1/duplicates")]
[Tags("Images")]
public sealed class DuplicatesController : ApiController
{
    /// <summary>Lists sets of near-duplicate images in groups, most similar first. Users' images are not included.</summary>
    /// <remarks>
    /// Each image has a 64-bit perceptual hash, which barely changes when an image is scaled, recompressed or converted. A new image is
    /// compared within a minute. Sets are built from at most the 20,000 most similar pairs; once these are resolved, others follow.
    /// </remarks>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet]
    [ProducesResponseType<Page<DuplicateSet>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<DuplicateSet>>> List([FromQuery] ListDuplicates query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Marks images as not being duplicates of each other, so that they are no longer listed, or removes the mark.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("keep")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<NoContentResult> Keep(KeepDuplicates body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body, cancellationToken);
        return NoContent();
    }
}
