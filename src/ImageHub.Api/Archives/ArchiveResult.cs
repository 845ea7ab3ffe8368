using ImageHub.Api.Requests;
using ImageHub.Application.Archives;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Archives;

/// <summary>Tells the OpenAPI document that a route answers with an archive.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesArchiveAttribute : Attribute, IPassesUnknownParameters
{
    /// <summary>Whether the route also answers range requests.</summary>
    public bool IsResumable { get; init; }
}

/// <summary>Sends an archive. If sending fails halfway, aborts the connection so that no client mistakes a part for the whole archive.</summary>
/// <param name="archive">The archive.</param>
/// <param name="isResumable">
/// Whether the address returns the same bytes for its whole lifetime, so that ranges of separate responses fit together.
/// </param>
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

        // Archives of published groups are private, too: the next upload changes the archive, and a shared cache would store it for a single visitor.
        response.Headers.CacheControl = "private, no-store";
        try
        {
            await context.HttpContext.RequestServices.GetRequiredService<IActionResultExecutor<FileStreamResult>>().ExecuteAsync(context, result);
            if (response.StatusCode >= StatusCodes.Status400BadRequest && !response.HasStarted)
            {
                // ProblemMapping writes an error body only for a response without a content type.
                response.ContentType = null;
                response.ContentLength = null;
            }
        }
        catch (Exception exception)
        {
            var hasStarted = response.HasStarted;

            // The restoration starts before the connection is aborted, so that the client's next request does not read the damaged bytes again.
            var restoring = exception is LostObjectException lost ? archive.RestoreAsync(lost) : Task.CompletedTask;
            if (hasStarted)
            {
                if (!context.HttpContext.RequestAborted.IsCancellationRequested)
                {
                    var log = context.HttpContext.RequestServices.GetRequiredService<ILogger<ArchiveResult>>();
                    log.LogError(exception is ProblemException ? null : DatabaseOutage.ForLog(exception), "Sending an archive failed: {Reason}", DatabaseOutage.FindReason(exception));
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
