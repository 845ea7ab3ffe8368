using System.Net;
using ImageHub.Api.Requests;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Net.Http.Headers;
using IPNetwork = System.Net.IPNetwork;

namespace ImageHub.Api.Delivery;

/// <summary>Marks a request that arrived through an nginx proxy that can send objects itself.</summary>
/// <param name="Location">The path of the nginx location, with a trailing slash.</param>
internal sealed record AccelRedirect(string Location)
{
    /// <summary>nginx removes this header from the response and sends the file at the header's path as the body.</summary>
    public const string Header = "X-Accel-Redirect";

    /// <summary>The headers of range and conditional requests, which this process answers itself as RFC 9110 specifies.</summary>
    private static readonly string[] Conditions =
        [HeaderNames.Range, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince, HeaderNames.IfUnmodifiedSince];

    /// <summary>
    /// The path at which nginx finds the response's bytes, or null if this process sends them: for HEAD, requests that bypass nginx, range and conditional
    /// requests, recorded responses, and objects without a file or not yet compared with their row.
    /// </summary>
    /// <exception cref="LostObjectException">The bytes are lost.</exception>
    public static string? Find(HttpContext http, ImageContent file) =>
        http.Features.Get<AccelRedirect>() is { } accel
        && HttpMethods.IsGet(http.Request.Method)
        && !Array.Exists(Conditions, http.Request.Headers.ContainsKey)
        && http.Features.Get<AnswerRecording>() is null
        && file.IsCompared
        && http.RequestServices.GetRequiredService<IObjectStore>().FindFile(file.Key, file.Bytes) is { } path
            ? accel.Location + path
            : null;
}

/// <summary>Marks requests that arrived through the nginx proxy.</summary>
internal static class AccelRedirects
{
    /// <summary>Call before the forwarded-headers middleware, which replaces the proxy's address.</summary>
    /// <param name="app">The application.</param>
    /// <param name="location">The path of the nginx location.</param>
    /// <param name="known">The known proxies.</param>
    public static void UseAccelRedirect(this WebApplication app, string location, IPNetwork[] known)
    {
        var accel = new AccelRedirect(location.TrimEnd('/') + "/");
        app.Use((context, next) =>
        {
            // A request without the forwarded header comes from another program on the proxy's machine.
            if (context.Connection.RemoteIpAddress is IPAddress address
                && UnknownProxies.IsKnown(known, address)
                && context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName))
            {
                context.Features.Set(accel);
            }

            return next(context);
        });
    }
}
