using ImageHub.Api.Requests;
using ImageHub.Application.Archives;
using ImageHub.Application.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Archives;

/// <summary>Tells the OpenAPI document that a route answers with an archive.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesArchiveAttribute : Attribute, IPassesUnknownParameters
{
    /// <summary>Whether it answers with a part of it, too.</summary>
    public bool IsResumable { get; init; }
}

/// <summary>Sends an archive. When that fails half-way the connection is broken off, so that no client takes a part for the whole.</summary>
/// <param name="archive">The archive.</param>
/// <param name="isResumable">Whether its bytes are the same behind the address for as long as there are any, so that parts fit together.</param>
internal sealed class ArchiveResult(GroupArchive archive, bool isResumable = false) : IActionResult
{
    public const string ContentType = "application/zip";

    public async Task ExecuteResultAsync(ActionContext context)
    {
        await using var _ = archive;
        var response = context.HttpContext.Response;
        var result = new FileStreamResult(archive.OpenRead(), ContentType) { FileDownloadName = archive.FileName, EnableRangeProcessing = isResumable };
        var tag = new EntityTagHeaderValue($"\"{archive.ETag}\"");
        if (isResumable)
        {
            result.EntityTag = tag;
        }
        else
        {
            response.Headers.AcceptRanges = "none";
            response.Headers.ETag = tag.ToString();
        }

        // Even a published group's: it is different after the next upload, and would fill a cache for one visitor.
        response.Headers.CacheControl = "private, no-store";
        try
        {
            await context.HttpContext.RequestServices.GetRequiredService<IActionResultExecutor<FileStreamResult>>().ExecuteAsync(context, result);
            if (response.StatusCode >= StatusCodes.Status400BadRequest && !response.HasStarted)
            {
                // Without these it counts as a status without a body, which ProblemMapping gives one.
                response.ContentType = null;
                response.ContentLength = null;
            }
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
