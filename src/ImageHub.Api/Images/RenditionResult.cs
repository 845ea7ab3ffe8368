using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>Tells the OpenAPI document that a route answers with an image's bytes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesImageAttribute : Attribute;

/// <summary>Serves an object with validators, ranges and caching (RFC 9110, RFC 9111, RFC 8246), or redirects to where it is.</summary>
internal sealed class RenditionResult(RenditionFile file, bool isDownload) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        if (file.Redirect is { } target)
        {
            response.Headers.CacheControl = "no-store";
            response.Headers.Location = target.AbsoluteUri;
            response.StatusCode = StatusCodes.Status302Found;
            return;
        }

        var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<DeliveryOptions>>().Value;
        response.Headers.CacheControl = file.IsPublic ? $"public, max-age={options.PublicMaxAgeSeconds}, immutable" : "private, no-store";

        // An image that is opened by itself runs nothing, whatever its bytes claim to be.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (isDownload)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(file.FileName);
            response.Headers.ContentDisposition = disposition.ToString();
        }

        var result = new FileStreamResult(file.Content, file.ContentType)
        {
            EntityTag = new EntityTagHeaderValue($"\"{file.ETag}\""),
            LastModified = file.LastModified,
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
