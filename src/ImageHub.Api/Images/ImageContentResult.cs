using System.Globalization;
using ImageHub.Api.Delivery;
using ImageHub.Api.Requests;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>Tells the OpenAPI document that a route responds with an image's bytes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesImageAttribute : Attribute, IPassesUnknownParameters;

/// <summary>
/// Serves an object with validators, ranges and caching (RFC 9110, RFC 9111, RFC 8246), or redirects: to the current address if the requested revision or
/// watermark is not the current one, or to the store's presigned URL.
/// </summary>
/// <param name="file">The object.</param>
/// <param name="revision">The requested revision; null for the current one.</param>
/// <param name="mark">The number of the watermark in the address; null to use the current watermark, if there is one.</param>
/// <param name="isDownload">Whether to send the object as an attachment under the image's file name.</param>
internal sealed class ImageContentResult(ImageContent file, int? revision = null, int? mark = null, bool isDownload = false) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var response = http.Response;
        if (file.IsNegotiated)
        {
            response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        }

        var isOutdated = (revision is not null && revision != file.Revision) || (mark is not null && mark != file.Mark);
        if ((isOutdated ? CurrentAddress(http.Request, file) : file.Redirect?.AbsoluteUri) is { } target)
        {
            Redirect(response, target);
            return;
        }

        response.Headers.CacheControl = CacheControl(http, file);
        response.Headers.ContentSecurityPolicy = CommonHeaders.PicturePolicy;
        var disposition = new ContentDispositionHeaderValue(isDownload ? "attachment" : "inline");
        disposition.SetHttpFileName(file.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        if (file.BeforeWhole is { } onWhole && HttpMethods.IsGet(http.Request.Method))
        {
            response.OnStarting(() => response.StatusCode == StatusCodes.Status200OK ? onWhole() : Task.CompletedTask);
        }

        await SendAsync(context);
    }

    /// <summary>
    /// Only an address with a revision is cacheable without revalidation, because the bytes at other addresses may change. Caches must also revalidate a
    /// substitute for a missing rendition.
    /// </summary>
    private string CacheControl(HttpContext http, ImageContent sent) => sent.IsPublic switch
    {
        false => "private, no-store",
        true when revision is null || sent.IsStandIn => "no-cache",
        true => string.Create(CultureInfo.InvariantCulture, $"public, max-age={http.RequestServices.GetRequiredService<IOptions<DeliveryOptions>>().Value.PublicMaxAgeSeconds}, immutable"),
    };

    /// <summary>The request's address with the current revision and watermark.</summary>
    private static string CurrentAddress(HttpRequest request, ImageContent current)
    {
        var query = QueryHelpers.ParseQuery(request.QueryString.Value);
        query["r"] = current.Revision.ToString(CultureInfo.InvariantCulture);
        query.Remove("mark");
        if (current.Mark is { } number)
        {
            query["mark"] = number.ToString(CultureInfo.InvariantCulture);
        }

        return UriHelper.BuildRelative(request.PathBase, request.Path, QueryString.Create(query));
    }

    private static void Redirect(HttpResponse response, string target)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Location = target;
        response.StatusCode = StatusCodes.Status302Found;
    }

    /// <summary>
    /// Sends the object. If its bytes are lost, restores and sends them. If the response has already started, aborts the connection instead, so
    /// that no client mistakes a part for the image.
    /// </summary>
    private async Task SendAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        try
        {
            await SendAsync(context, file);
        }
        catch (LostObjectException lost) when (file.Restore is not null)
        {
            if (response.HasStarted)
            {
                await AbortAsync(context.HttpContext, lost);
                return;
            }

            var restored = await file.Restore();
            if (revision is not null && revision != restored.Revision)
            {
                // The restored bytes have a new revision, and therefore another address.
                response.Headers.Remove(HeaderNames.ContentSecurityPolicy);
                response.Headers.Remove(HeaderNames.ContentDisposition);
                Forget(response);
                Redirect(response, CurrentAddress(context.HttpContext.Request, restored));
                return;
            }

            Forget(response);

            // A substitute may be served in place of the lost rendition.
            response.Headers.CacheControl = CacheControl(context.HttpContext, restored);
            await SendAsync(context, restored);
        }

        if (response.StatusCode >= StatusCodes.Status400BadRequest && !response.HasStarted)
        {
            // ProblemMapping writes an error body only for a response without a content type.
            response.ContentType = null;
            response.ContentLength = null;
        }
    }

    private static async Task SendAsync(ActionContext context, ImageContent sent)
    {
        var http = context.HttpContext;

        // Last-Modified must not be in the future (RFC 9110, section 8.8.2.1): Kestrel's Date lags by up to a second, and the clock of the
        // instance that stored the file may be ahead.
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        var result = new FileStreamResult(sent.Content, sent.ContentType)
        {
            EntityTag = new EntityTagHeaderValue($"\"{sent.ETag}\""),
            LastModified = sent.LastModified > now ? now : sent.LastModified,
            EnableRangeProcessing = true,
        };
        if (AccelRedirect.Find(http, sent) is { } address)
        {
            var headers = http.Response.GetTypedHeaders();
            headers.ETag = result.EntityTag;
            headers.LastModified = result.LastModified;
            http.Response.ContentType = result.ContentType;
            http.Response.Headers[AccelRedirect.Header] = address;
            return;
        }

        if (sent.LastModified is null && http.Request.GetTypedHeaders().IfRange is { LastModified: not null })
        {
            // Without a date to compare, the condition is false (RFC 9110, section 13.1.5). The framework would send the range.
            http.Request.Headers.Remove(HeaderNames.Range);
        }

        await http.RequestServices.GetRequiredService<IActionResultExecutor<FileStreamResult>>().ExecuteAsync(context, result);
        if (HttpMethods.IsHead(http.Request.Method) && sent.Restore is not null && http.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status206PartialContent)
        {
            await ReadFirstByteAsync(sent.Content, http.RequestAborted);
        }
    }

    /// <summary>Reads one byte of an object in the store, so that HEAD fails for a lost object as GET does.</summary>
    private static async Task ReadFirstByteAsync(Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        await using (content)
        {
            await content.ReadExactlyAsync(new byte[1], cancellationToken);
        }
    }

    /// <summary>Removes the headers that describe the lost bytes.</summary>
    private static void Forget(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = null;
        response.ContentLength = null;
        foreach (var name in (string[])[HeaderNames.ContentRange, HeaderNames.ETag, HeaderNames.LastModified, HeaderNames.AcceptRanges])
        {
            response.Headers.Remove(name);
        }
    }

    /// <summary>Aborts the connection and restores the bytes for the next request.</summary>
    private async Task AbortAsync(HttpContext http, LostObjectException lost)
    {
        var log = http.RequestServices.GetRequiredService<ILogger<ImageContentResult>>();
        log.LogWarning("A response was aborted: the object {Key} is lost or corrupt", lost.Key);

        // The restoration starts before the client learns of the failure, so that its next request does not read the damaged bytes again. Only an object
        // that is rendered on request may still be missing then.
        var restoring = file.Restore!();
        http.Abort();
        try
        {
            await restoring;
        }
        catch (ProblemException problem)
        {
            log.LogWarning("The object {Key} could not be restored: {Reason}", lost.Key, problem.Message);
        }
    }
}
