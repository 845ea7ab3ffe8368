using ImageHub.Api.ApiKeys;
using ImageHub.Api.Requests;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Images;

/// <summary>Images that look nearly the same.</summary>
[Route("api/v1/duplicates")]
[Tags("Images")]
public sealed class DuplicatesController : ApiController
{
    /// <summary>Lists sets of images of groups that look nearly the same, those that differ least first. Users' images are left out.</summary>
    /// <remarks>
    /// Each image has a perceptual hash of 64 bits, which barely changes when a picture is made smaller, compressed anew or converted. A new image is compared within
    /// a minute. At most the 20,000 most similar pairs are put together to sets; when those are settled, others follow.
    /// </remarks>
    [AllowKeys(KeyScope.Admin)]
    [HttpGet]
    [ProducesResponseType<Page<DuplicateSet>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<DuplicateSet>>> List([FromQuery] ListDuplicates query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Says that images are no duplicates of each other, so that they are not listed as such any more, or takes that back.</summary>
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
