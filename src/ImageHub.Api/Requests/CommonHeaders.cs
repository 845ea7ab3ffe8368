using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Requests;

/// <summary>Adds the headers common to all responses. An endpoint's own policies and caching rules remain.</summary>
internal static class CommonHeaders
{
    /// <summary>The request's id, as in the log.</summary>
    public const string RequestId = "X-Request-Id";

    /// <summary>Responses other than pages may not load resources or be framed (CSP 3).</summary>
    private const string Nothing = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The policy of pictures: an image opened as a document must not run scripts, regardless of its bytes.</summary>
    public const string PicturePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public static void UseCommonHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // The headers are added when the response starts, because the exception handler clears headers set earlier.
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
            // The headers of a 304 replace the cached headers in the browser (RFC 9111, section 3.2). These defaults would replace a page's own
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
