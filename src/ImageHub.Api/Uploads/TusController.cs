using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Errors;
using ImageHub.Application.Uploads;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Uploads;

/// <summary>
/// Resumable uploads: tus 1.0 (https://tus.io/protocols/resumable-upload) with the extensions creation, creation-with-upload, checksum,
/// termination and expiration.
/// </summary>
[Route(TusUpload.Path)]
[Tags("Uploads")]
[TusVersion]
public sealed class TusController : ApiController
{
    /// <summary>Returns the supported tus version, extensions and limits.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [HttpOptions]
    [ProducesResponseType(204)]
    [FailsWith(401)]
    public NoContentResult Options([FromServices] IOptions<UploadOptions> options)
    {
        TusHeaders.WriteAbilities(Response.Headers, options.Value.MaxFileBytes);
        return NoContent();
    }

    /// <summary>Starts the upload of one file. The body may contain its first bytes or the whole file.</summary>
    /// <remarks>
    /// `Upload-Length` is the file's size. `Upload-Metadata` contains `filename` and, for admins, editors and keys, `groupId`; `sha256` is optional. If
    /// the body is the whole file, the response follows once the image exists, with its id in `ImageHub-Image-Id`.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPost]
    [DisableRequestSizeLimit]
    [TusCreation]
    [ProducesResponseType(201)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 409, 412, 413, 415, 422, 460, 503)]
    public async Task<IActionResult> Create(CancellationToken cancellationToken)
    {
        var hasBody = TusHeaders.HasBody(Request);
        var upload = await Mediator.Send(TusHeaders.ReadCreation(Request), cancellationToken);
        if (hasBody)
        {
            upload = await AppendOrForgetAsync(upload, cancellationToken);
        }

        TusHeaders.WriteState(Response.Headers, upload);
        Response.Headers.Location = TusUpload.UrlFor(upload.Id);
        return StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>Gets the offset of an upload and, for a day after its completion, the image's id in `ImageHub-Image-Id`.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpHead("{id:guid}")]
    [ProducesResponseType(200)]
    [FailsWith(401, 403, 404, 410, 412, 503)]
    public async Task<OkResult> Head(Guid id, CancellationToken cancellationToken)
    {
        var upload = await Mediator.Send(new GetTusUpload(id), cancellationToken);
        TusHeaders.WriteState(Response.Headers, upload);
        TusHeaders.WriteCreation(Response.Headers, upload);
        Response.Headers.CacheControl = "no-store";
        return Ok();
    }

    /// <summary>Appends bytes at the current offset.</summary>
    /// <remarks>
    /// `Upload-Offset` is the position of the bytes; `Upload-Checksum` may contain their checksum (sha1 or sha256). The response to the last
    /// bytes follows once the image exists, with its id in `ImageHub-Image-Id`; `ImageHub-Duplicate` marks an image with the same content that
    /// already existed. After a temporary error (503), send the last bytes again. A user can send 32 files at once; the next request gets 429.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPatch("{id:guid}")]
    [DisableRequestSizeLimit]
    [TusAppend]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 429, 460, 503)]
    public async Task<NoContentResult> Append(Guid id, CancellationToken cancellationToken)
    {
        TusHeaders.EnsureContentType(Request);
        TusHeaders.WriteState(Response.Headers, await AppendAsync(id, TusHeaders.ReadOffset(Request), cancellationToken));
        return NoContent();
    }

    /// <summary>Cancels an upload and deletes its bytes. An image that was already created remains.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 410, 412, 503)]
    public async Task<NoContentResult> End(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new EndTusUpload(id), cancellationToken);
        return NoContent();
    }

    private Task<TusUpload> AppendAsync(Guid id, long offset, CancellationToken cancellationToken) =>
        Mediator.Send(new AppendToTusUpload(id, offset, Request.Body, Request.ContentLength, TusHeaders.ReadChecksum(Request)), cancellationToken);

    /// <summary>
    /// Appends the body of a creation request. If that fails, deletes the upload unless it has already ended, because the client never learns its address.
    /// </summary>
    private async Task<TusUpload> AppendOrForgetAsync(TusUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            return await AppendAsync(upload.Id, 0, cancellationToken);
        }
        catch
        {
            try
            {
                await Mediator.Send(new EndTusUpload(upload.Id), CancellationToken.None);
            }
            catch (ProblemException)
            {
                // The upload was rejected and has already ended.
            }

            throw;
        }
    }
}
