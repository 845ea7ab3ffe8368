using ImageHub.Api.ApiKeys;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Api.Uploads;
using ImageHub.Application.Uploads;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Links;

/// <summary>Resumable uploads of a link's guests: tus 1.0 as for accounts, but without creation, because guests announce their photos first.</summary>
[Route("api/v1/shared/{token}/uploads/tus/{id:guid}")]
[Tags("Links")]
[UnderLink]
[TusVersion]
[Uncounted]
[AllowAnonymous]
[AllowKeys]
public sealed class SharedTusController : ApiController
{
    /// <summary>Gets the offset of one of this guest's uploads.</summary>
    [HttpHead]
    [ProducesResponseType(200)]
    [FailsWith(401, 404, 410, 412, 503)]
    public async Task<OkResult> Head(string token, Guid id, CancellationToken cancellationToken)
    {
        var upload = await Mediator.Send(new GetTusUpload(id).WithVisit(SharedController.ReadVisit(Request, token)), cancellationToken);
        TusHeaders.WriteState(Response.Headers, upload);
        TusHeaders.WriteCreation(Response.Headers, upload);
        return Ok();
    }

    /// <summary>Appends bytes at the current offset. The response to the last bytes follows once the photo is stored.</summary>
    /// <remarks>A guest can send 6 files at once; the next request gets 429.</remarks>
    [HttpPatch]
    [DisableRequestSizeLimit]
    [TusAppend]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 404, 409, 410, 412, 413, 415, 422, 429, 460, 503)]
    public async Task<NoContentResult> Append(string token, Guid id, CancellationToken cancellationToken)
    {
        TusHeaders.EnsureContentType(Request);
        var append = new AppendToTusUpload(id, TusHeaders.ReadOffset(Request), Request.Body, Request.ContentLength, TusHeaders.ReadChecksum(Request));
        TusHeaders.WriteState(Response.Headers, await Mediator.Send(append.WithVisit(SharedController.ReadVisit(Request, token)), cancellationToken));
        return NoContent();
    }

    /// <summary>Cancels one of this guest's uploads and deletes its bytes. A photo that was already stored remains.</summary>
    [HttpDelete]
    [ProducesResponseType(204)]
    [FailsWith(401, 404, 410, 412, 503)]
    public async Task<NoContentResult> End(string token, Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new EndTusUpload(id).WithVisit(SharedController.ReadVisit(Request, token)), cancellationToken);
        return NoContent();
    }
}
