using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Requests;

/// <summary>The headers of every response, unless the endpoint has set them.</summary>
internal static class CommonHeaders
{
    /// <summary>The request's id, as in the log.</summary>
    public const string RequestId = "X-Request-Id";

    /// <summary>Responses other than pages may not load resources or be framed (CSP 3).</summary>
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    public static void UseCommonHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // On starting, because the exception handler clears headers set earlier.
        context.Response.OnStarting(Add, context);
        return next(context);
    });

    private static Task Add(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers[RequestId] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        if (context.Response.StatusCode != StatusCodes.Status304NotModified)
        {
            // A 304's headers replace those in the browser's cache (RFC 9111, section 3.2), and the 304 of a cached page lacks the page's own
            // policy.
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, Nothing);
        }

        if (headers.CacheControl.Count == 0)
        {
            // Responses to authenticated callers are private; other responses may change at any time.
            headers.CacheControl = context.User.Identity?.IsAuthenticated == true ? "private, no-store" : "no-cache";
        }

        return Task.CompletedTask;
    }
}
