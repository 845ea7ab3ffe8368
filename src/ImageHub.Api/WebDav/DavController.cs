using System.Globalization;
using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Images;
using ImageHub.Api.Requests;
using ImageHub.Application.Errors;
using ImageHub.Application.WebDav;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.WebDav;

/// <summary>
/// WebDAV (RFC 4918, classes 1, 2 and 3): groups as folders, images as files. Its methods are not part of the OpenAPI document, which cannot describe them.
/// </summary>
[Route("/dav/{**path}")]
[ApiExplorerSettings(IgnoreApi = true)]
[Authorize(Access.SignedIn)]
[AllowKeys(KeyScope.Upload, KeyScope.Admin)]
[PassesUnknownParameters]
public sealed class DavController(TimeProvider clock) : ApiController
{
    private const string Classes = "1, 2, 3";
    private const string Methods = "OPTIONS, PROPFIND, PROPPATCH, GET, HEAD, PUT, DELETE, MKCOL, MOVE, COPY, LOCK, UNLOCK";

    /// <summary>Names the supported classes and methods.</summary>
    [HttpOptions]
    public OkResult Options()
    {
        Response.Headers["DAV"] = Classes;
        Response.Headers.Allow = Methods;

        // Windows sends further requests only to a server with this header.
        Response.Headers["MS-Author-Via"] = "DAV";
        return Ok();
    }

    /// <summary>Lists a folder, or reads the properties of a folder or file.</summary>
    [AcceptVerbs("PROPFIND")]
    [RequestSizeLimit(DavXml.MaxBytes)]
    public async Task<IActionResult> Propfind(CancellationToken cancellationToken)
    {
        var query = await DavXml.ReadPropfindAsync(Request);
        Response.Headers["DAV"] = Classes;
        return new Multistatus(await Mediator.Send(new FindDavProperties(DavHeaders.ReadPath(Request), DavHeaders.ReadDepth(Request), query.WithLocks, query.NamesOfClients), cancellationToken), query, clock);
    }

    /// <summary>Sets and removes properties of a folder or file.</summary>
    [AcceptVerbs("PROPPATCH")]
    [RequestSizeLimit(DavXml.MaxBytes)]
    public async Task<EmptyResult> Proppatch(CancellationToken cancellationToken)
    {
        var changes = await DavXml.ReadProppatchAsync(Request);
        var changed = await Mediator.Send(new ChangeDavProperties(DavHeaders.ReadPath(Request), changes, DavHeaders.ReadConditions(Request)), cancellationToken);
        await Multistatus.WriteChangedAsync(Response, changed.Resource.Href, changes, changed.AreMade);
        return new EmptyResult();
    }

    /// <summary>Downloads a file: an image as sent, or a placeholder. For a folder, returns a line of text.</summary>
    [HttpGet]
    public async Task<IActionResult> Get(CancellationToken cancellationToken)
    {
        var opened = await Mediator.Send(new OpenDavFile(DavHeaders.ReadPath(Request), HttpMethods.IsHead(Request.Method)), cancellationToken);
        if (opened.Resource.File is not { } file)
        {
            return Content($"{opened.Resource.Folder.Title}: a folder for WebDAV clients.", "text/plain; charset=utf-8");
        }

        if (opened.Image is { } image)
        {
            return new ImageContentResult(image, isDownload: true);
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        Response.Headers.ContentDisposition = disposition.ToString();
        if (opened.Placeholder is not null)
        {
            return new FileStreamResult(opened.Placeholder, file.ContentType) { EntityTag = Tag(file.ETag), LastModified = file.ChangedAt, EnableRangeProcessing = true };
        }

        Response.ContentType = file.ContentType;
        Response.ContentLength = file.Bytes;
        Response.GetTypedHeaders().ETag = Tag(file.ETag);
        Response.GetTypedHeaders().LastModified = file.ChangedAt;
        return new EmptyResult();
    }

    /// <summary>Writes a file.</summary>
    [HttpPut]
    [DisableRequestSizeLimit]
    public async Task<StatusCodeResult> Put(CancellationToken cancellationToken)
    {
        var path = DavHeaders.ReadPath(Request);
        DavConditions? conditions = null;
        WrittenDavFile written;
        try
        {
            if (Request.Headers.ContentRange.Count > 0)
            {
                throw ProblemException.Invalid(HeaderNames.ContentRange, "A file is written as a whole; send it without Content-Range.");
            }

            conditions = DavHeaders.ReadConditions(Request);
            written = await Mediator.Send(new PutDavFile(path, Request.Body, Request.ContentLength, conditions), cancellationToken);
        }
        catch (Exception exception)
        {
            var isKnown = conditions is { HasETags: true } && exception is ProblemException { Problem.Status: StatusCodes.Status412PreconditionFailed };
            await Mediator.Send(new RecordFailedUpload(path, isKnown), CancellationToken.None);
            throw;
        }

        if (written.Href is not null)
        {
            Response.Headers.Location = written.Href;
        }

        if (written.ETag is not null)
        {
            Response.GetTypedHeaders().ETag = Tag(written.ETag);
        }

        return StatusCode(written.IsNew ? StatusCodes.Status201Created : StatusCodes.Status204NoContent);
    }

    /// <summary>Moves a folder or an image to the trash, or deletes a placeholder.</summary>
    [HttpDelete]
    public async Task<NoContentResult> Delete(CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteDavResource(DavHeaders.ReadPath(Request), DavHeaders.ReadConditions(Request)), cancellationToken);
        return NoContent();
    }

    /// <summary>Creates a folder: a hidden group.</summary>
    [AcceptVerbs("MKCOL")]
    public async Task<StatusCodeResult> Mkcol(CancellationToken cancellationToken)
    {
        if (Request.ContentLength > 0 || Request.Headers.TransferEncoding.Count > 0)
        {
            throw new ProblemException(Problems.UnsupportedMediaType, "MKCOL has a body; a folder is created without one.");
        }

        await Mediator.Send(new CreateDavFolder(DavHeaders.ReadPath(Request), DavHeaders.ReadConditions(Request)), cancellationToken);
        return StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>Moves or renames a folder or file.</summary>
    [AcceptVerbs("MOVE")]
    public async Task<StatusCodeResult> Move(CancellationToken cancellationToken) => Moved(await Mediator.Send(
        new MoveDavResource(DavHeaders.ReadPath(Request), DavHeaders.ReadDestination(Request), DavHeaders.ReadOverwrite(Request), DavHeaders.ReadConditions(Request)), cancellationToken));

    /// <summary>Copies a folder or file.</summary>
    [AcceptVerbs("COPY")]
    public async Task<StatusCodeResult> Copy(CancellationToken cancellationToken) => Moved(await Mediator.Send(
        new CopyDavResource(DavHeaders.ReadPath(Request), DavHeaders.ReadDestination(Request), DavHeaders.ReadOverwrite(Request), DavHeaders.ReadIsDeep(Request), DavHeaders.ReadConditions(Request)),
        cancellationToken));

    /// <summary>Locks a folder or file, or refreshes a lock.</summary>
    [AcceptVerbs("LOCK")]
    [RequestSizeLimit(DavXml.MaxBytes)]
    public async Task<EmptyResult> Lock(CancellationToken cancellationToken)
    {
        var requested = await DavXml.ReadLockAsync(Request, DavHeaders.ReadIsDeep(Request));
        var granted = await Mediator.Send(new LockDavResource(DavHeaders.ReadPath(Request), requested, DavHeaders.ReadTimeout(Request), DavHeaders.ReadConditions(Request)), cancellationToken);
        if (requested is not null)
        {
            Response.Headers["Lock-Token"] = string.Create(CultureInfo.InvariantCulture, $"<{granted.Lock.Token}>");
        }

        Response.StatusCode = granted.HasCreatedFile ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await Multistatus.WriteLockAsync(Response, granted.Lock, clock.GetUtcNow());
        return new EmptyResult();
    }

    /// <summary>Ends a lock.</summary>
    [AcceptVerbs("UNLOCK")]
    public async Task<NoContentResult> Unlock(CancellationToken cancellationToken)
    {
        await Mediator.Send(new UnlockDavResource(DavHeaders.ReadPath(Request), DavHeaders.ReadLockToken(Request)), cancellationToken);
        return NoContent();
    }

    private static EntityTagHeaderValue Tag(string etag) => new($"\"{etag}\"");

    private StatusCodeResult Moved(DavTransferResult moved) => StatusCode(moved.IsNew ? StatusCodes.Status201Created : StatusCodes.Status204NoContent);
}
