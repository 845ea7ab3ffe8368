using ImageHub.Application.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>
/// Serves the web app: its files, and its first page at every path that may be one of its own. It stands behind routing and takes
/// only what no endpoint does; what it serves is for anyone.
/// </summary>
internal sealed class WebApp(RequestDelegate next, IWebHostEnvironment environment, IObjectStore store, IOptions<StorageOptions> storage)
{
    /// <summary>The folder beside the program that holds the web app as it was built.</summary>
    public const string Folder = "web";

    private const string FirstPage = "/index.html";
    private const string Assets = "/assets";

    /// <summary>Below these an unknown path is an error, not a page of the web app.</summary>
    private static readonly PathString[] Others = ["/api", "/health", "/openapi", "/docs", "/s", Assets];

    private readonly WebFiles files = new(environment.WebRootPath);
    private readonly string contentSecurityPolicy = ContentSecurityPolicy(RedirectOrigin(store, storage.Value));

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return isRead && context.GetEndpoint() is null && Find(request.Path) is { } file ? SendAsync(context, file) : next(context);
    }

    private static string ContentSecurityPolicy(string? redirectOrigin)
    {
        // A redirect's target counts as the image's source, for pages and for the service worker that fetches one.
        var images = redirectOrigin is null ? "" : " " + redirectOrigin;
        return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
            + $"img-src 'self' data: blob:{images}; connect-src 'self'{images}; worker-src 'self'; manifest-src 'self'; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>Where browsers are redirected to for images: whatever the store signs.</summary>
    private static string? RedirectOrigin(IObjectStore store, StorageOptions options) => options.S3?.Delivery == S3Delivery.Redirect
        ? store.Presign("any", TimeSpan.FromSeconds(1), "image/jpeg")?.GetLeftPart(UriPartial.Authority)
        : null;

    private WebFile? Find(PathString path) => files.Find(path.Value ?? "") ?? (MayBePage(path) ? files.Find(FirstPage) : null);

    private static bool MayBePage(PathString path) =>
        !Path.HasExtension(path.Value) && !Array.Exists(Others, other => path.StartsWithSegments(other, StringComparison.OrdinalIgnoreCase));

    private Task SendAsync(HttpContext context, WebFile file)
    {
        var form = file.For(context.Request.Headers.AcceptEncoding);
        var headers = context.Response.Headers;

        // The build names assets by their content; everything else may be different after the next one.
        headers.CacheControl = context.Request.Path.StartsWithSegments(Assets, StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ContentSecurityPolicy = contentSecurityPolicy;

        // The address of a shared group's page holds its token.
        headers["Referrer-Policy"] = context.Request.Path.StartsWithSegments("/shared", StringComparison.OrdinalIgnoreCase) ? "no-referrer" : "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        if (file.Forms.Count > 1)
        {
            headers.Vary = HeaderNames.AcceptEncoding;
        }

        if (form.Encoding is not null)
        {
            headers.ContentEncoding = form.Encoding;
        }

        return TypedResults.PhysicalFile(form.Path, file.ContentType, entityTag: form.ETag).ExecuteAsync(context);
    }
}
