using System.Globalization;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>Tells the OpenAPI document that a route answers with an image's bytes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesImageAttribute : Attribute;

/// <summary>
/// Serves an object with validators, ranges and caching (RFC 9110, RFC 9111, RFC 8246), or redirects: to the current revision's address
/// when another one was asked for, or to where the store signs the object.
/// </summary>
/// <param name="file">The object.</param>
/// <param name="revision">The revision that was asked for; null: whichever is current.</param>
/// <param name="isDownload">Whether it is to be saved under the image's file name.</param>
internal sealed class RenditionResult(RenditionFile file, int? revision = null, bool isDownload = false) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var response = http.Response;
        if ((revision is not null && revision != file.Revision ? CurrentAddress(http.Request) : file.Redirect?.AbsoluteUri) is { } target)
        {
            response.Headers.CacheControl = "no-store";
            response.Headers.Location = target;
            response.StatusCode = StatusCodes.Status302Found;
            return;
        }

        response.Headers.CacheControl = CacheControl(http.RequestServices.GetRequiredService<IOptions<DeliveryOptions>>().Value);

        // An image that is opened by itself runs nothing, whatever its bytes claim to be.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var disposition = new ContentDispositionHeaderValue(isDownload ? "attachment" : "inline");
        disposition.SetHttpFileName(file.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        if (file.OnWhole is { } onWhole && HttpMethods.IsGet(http.Request.Method))
        {
            response.OnStarting(() => response.StatusCode == StatusCodes.Status200OK ? onWhole() : Task.CompletedTask);
        }

        await SendAsync(context);
    }

    /// <summary>Only the address of a revision may be kept without asking again; without one the bytes behind it may change.</summary>
    private string CacheControl(DeliveryOptions options) => file.IsPublic switch
    {
        false => "private, no-store",
        true when revision is null => "no-cache",
        true => string.Create(CultureInfo.InvariantCulture, $"public, max-age={options.PublicMaxAgeSeconds}, immutable"),
    };

    /// <summary>The address that was asked for, with the current revision.</summary>
    private string CurrentAddress(HttpRequest request)
    {
        var query = QueryHelpers.ParseQuery(request.QueryString.Value);
        query["r"] = file.Revision?.ToString(CultureInfo.InvariantCulture);
        return UriHelper.BuildRelative(request.PathBase, request.Path, QueryString.Create(query));
    }

    private async Task SendAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;

        // A server says of nothing that it changed later than now (RFC 9110, section 8.8.2.1): Kestrel's Date lags by up to a second, and the
        // clock of the instance that took the file may be ahead.
        var now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        var result = new FileStreamResult(file.Content, file.ContentType)
        {
            EntityTag = new EntityTagHeaderValue($"\"{file.ETag}\""),
            LastModified = file.LastModified < now ? file.LastModified : now,
            EnableRangeProcessing = true,
        };
        try
        {
            await context.HttpContext.RequestServices.GetRequiredService<IActionResultExecutor<FileStreamResult>>().ExecuteAsync(context, result);
        }
        catch (MissingObjectException) when (file.OnMissing is not null)
        {
            await file.OnMissing();
            throw new ProblemException(Problems.StorageUnavailable, "The file was lost; the next request makes it again.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        if (response.StatusCode >= StatusCodes.Status400BadRequest && !response.HasStarted)
        {
            // Without these it counts as a status without a body, which ProblemMapping gives one.
            response.ContentType = null;
            response.ContentLength = null;
        }
    }
}
