using ImageHub.Application.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>The headers of pages and their resources.</summary>
internal sealed class WebHeaders(IObjectStore store, IOptions<StorageOptions> storage)
{
    private static readonly PathString Assets = WebApp.Assets;
    private static readonly PathString Shared = "/shared";

    private readonly string contentSecurityPolicy = ContentSecurityPolicy(RedirectOrigin(store, storage.Value));

    /// <summary>Sends a file.</summary>
    public Task SendAsync(HttpContext context, WebFile file)
    {
        // Names of assets contain a content hash; other files may change with the next build.
        Set(context, context.Request.Path.StartsWithSegments(Assets, StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache");
        var form = file.For(context.Request.Headers.AcceptEncoding);
        if (file.Forms.Count > 1)
        {
            context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        }

        if (form.Encoding is not null)
        {
            context.Response.Headers.ContentEncoding = form.Encoding;
        }

        return TypedResults.PhysicalFile(form.Path, file.ContentType, entityTag: form.ETag).ExecuteAsync(context);
    }

    /// <summary>Sets the headers.</summary>
    public void Set(HttpContext context, string cacheControl)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = contentSecurityPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        if (context.Request.Path.StartsWithSegments(Shared, StringComparison.OrdinalIgnoreCase))
        {
            // The address contains a token.
            headers["Referrer-Policy"] = "no-referrer";
            headers["X-Robots-Tag"] = "noindex";
            headers.CacheControl = "no-store";
        }
        else
        {
            headers["Referrer-Policy"] = "same-origin";
            headers.CacheControl = cacheControl;
        }
    }

    private static string ContentSecurityPolicy(string? redirectOrigin)
    {
        // Content Security Policy also checks a redirect's target, for pages and for the service worker.
        var images = redirectOrigin is null ? "" : " " + redirectOrigin;
        return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
            + $"img-src 'self' data: blob:{images}; connect-src 'self'{images}; worker-src 'self'; manifest-src 'self'; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>The origin of the store's presigned URLs, to which image requests are redirected; null without redirects.</summary>
    private static string? RedirectOrigin(IObjectStore store, StorageOptions options) => options.S3?.Delivery == S3Delivery.Redirect
        ? store.Presign("any", TimeSpan.FromSeconds(1), "image/jpeg")?.GetLeftPart(UriPartial.Authority)
        : null;
}
