using Microsoft.AspNetCore.Http.Features;

namespace ImageHub.Api.Requests;

/// <summary>
/// Lets Kestrel discard the body of a request that was rejected before its body was read, for 5 s at most. Otherwise Kestrel closes the connection while
/// the client still sends a body above the size limit, and the client sees a broken connection in place of the response (RFC 9112, section 9.6).
/// </summary>
internal static class UnreadBodies
{
    public static void UseUnreadBodies(this IApplicationBuilder app) =>
        app.Use(static (context, next) => context.Request.ContentLength > 0 ? DiscardAsync(context, next) : next(context));

    private static async Task DiscardAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }
}
