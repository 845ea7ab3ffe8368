using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Images;
using ImageHub.Api.OpenApi;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Errors;
using ImageHub.Application.Paging;
using ImageHub.Application.Uploads;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Uploads;

/// <summary>Upload batches and their receipts.</summary>
[Route("api/v1/uploads")]
[Tags("Uploads")]
public sealed class UploadsController : ApiController
{
    /// <summary>Announces a batch of files. The response states which files are needed.</summary>
    /// <remarks>
    /// Send the content of each needed file to its `uploadUrl` (tus 1.0); a file sent in one PATCH needs no other request. The images keep the
    /// announced order, regardless of the order in which they arrive.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPost]
    [ProducesResponseType<CreatedUpload>(201)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<CreatedUpload>> Create(CreateUpload body, CancellationToken cancellationToken)
    {
        var upload = await Mediator.Send(body, cancellationToken);
        return Created($"/api/v1/uploads/{upload.Id}", upload);
    }

    /// <summary>Announces further files of one of the caller's own batches. The files are appended to the batch's receipt.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPost("{id:guid}/files")]
    [ProducesResponseType<CreatedUpload>(200)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<CreatedUpload>> Add(Guid id, AddUploadFiles body, CancellationToken cancellationToken) => await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>Sends several announced files, each complete, in one request: efficient for small files.</summary>
    /// <remarks>
    /// Each file is a part with a file name; its field name is the last segment of its `uploadUrl`. Files with the status `uploaded` are durable; files still
    /// `needed`, with the reason in `code`, can be sent to their `uploadUrl`. Sending a file again returns its result again, for a day. 503 if no file could be
    /// accepted.
    /// </remarks>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpPost("files")]
    [DisableRequestSizeLimit]
    [AnnouncedFiles]
    [ProducesResponseType<SentFiles>(200)]
    [FailsWith(400, 401, 403, 415, 503)]
    public async Task<ActionResult<SentFiles>> Send(CancellationToken cancellationToken) =>
        await Mediator.Send(new SendAnnouncedFiles(MultipartFiles.Read(Request)), cancellationToken);

    /// <summary>Lists the receipts of the caller's own upload batches, newest first.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpGet]
    [ProducesResponseType<Page<UploadReceipt>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<UploadReceipt>>> List([FromQuery] ListUploads query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Reads the receipt of one of the caller's own upload batches.</summary>
    /// <param name="id">The batch's id.</param>
    /// <param name="query">The filter for its files.</param>
    /// <param name="format">`json`, or `csv` for a table of all files.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpGet("{id:guid}")]
    [ProducesResponseType<UploadDetails>(200)]
    [ServesTable]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<ActionResult<UploadDetails>> Get(Guid id, [FromQuery] GetUpload query, [FromQuery, OneOf("UploadFormat", "json", "csv")] string? format, CancellationToken cancellationToken) => format switch
    {
        null or "json" => await Mediator.Send(query.WithId(id), cancellationToken),
        ReceiptTable.Format => await ReceiptTable.BeginAsync(Mediator, query.WithId(id), cancellationToken),
        _ => throw ProblemException.Invalid("format", $"format is '{format}'; json and csv are allowed."),
    };

    /// <summary>Ends one of the caller's own upload batches and deletes its receipt. Its images remain.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Upload)]
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteUpload(id), cancellationToken);
        return NoContent();
    }
}
