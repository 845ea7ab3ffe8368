using ImageHub.Application.Archives;
using ImageHub.Application.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Archives;

/// <summary>Tells the OpenAPI document that a route answers with an archive.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesArchiveAttribute : Attribute;

/// <summary>Streams an archive. When that fails half-way the connection is broken off, so that no client takes a part for the whole.</summary>
internal sealed class ArchiveResult(GroupArchive archive) : IActionResult
{
    public const string ContentType = "application/zip";

    public async Task ExecuteResultAsync(ActionContext context)
    {
        await using var _ = archive;
        var response = context.HttpContext.Response;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(archive.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = ContentType;
        response.ContentLength = archive.Bytes;
        response.Headers.AcceptRanges = "none";
        response.Headers.ETag = $"\"{archive.ETag}\"";

        // Even a published group's: it is different after the next upload, has no validator to ask with, and would fill a cache for one visitor.
        response.Headers.CacheControl = "private, no-store";
        if (HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            return;
        }

        try
        {
            await archive.WriteToAsync(response.Body, context.HttpContext.RequestAborted);
        }
        catch (Exception exception)
        {
            var hasStarted = response.HasStarted;

            // Begun before the client hears of it: its next request must not meet the same bytes.
            var restoring = exception is LostObjectException lost ? archive.RestoreAsync(lost) : Task.CompletedTask;
            if (hasStarted)
            {
                if (!context.HttpContext.RequestAborted.IsCancellationRequested)
                {
                    var log = context.HttpContext.RequestServices.GetRequiredService<ILogger<ArchiveResult>>();
                    log.LogError("An archive broke off: {Reason}", exception.Message);
                }

                context.HttpContext.Abort();
            }

            await restoring;
            if (!hasStarted)
            {
                throw;
            }
        }
    }
}
