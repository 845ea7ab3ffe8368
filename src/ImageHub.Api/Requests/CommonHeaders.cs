using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Requests;

/// <summary>The headers that every answer has, unless what answers has said otherwise.</summary>
internal static class CommonHeaders
{
    /// <summary>The id that the log's lines of the request have.</summary>
    public const string RequestId = "X-Request-Id";

    /// <summary>Answers that are not pages may load nothing and may not be framed (CSP 3).</summary>
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    public static void UseCommonHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // On starting: an error handler clears what was set before.
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
            // What a 304 says takes the place of what the browser has (RFC 9111, section 3.2), and that of a kept page has not got the page's own policy.
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, Nothing);
        }

        if (headers.CacheControl.Count == 0)
        {
            // What depends on who asks is nobody else's; what does not may change at any time.
            headers.CacheControl = context.User.Identity?.IsAuthenticated == true ? "private, no-store" : "no-cache";
        }

        return Task.CompletedTask;
    }
}
