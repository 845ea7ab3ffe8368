using System.Net;
using ImageHub.Api.Requests;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Net.Http.Headers;
using IPNetwork = System.Net.IPNetwork;

namespace ImageHub.Api.Delivery;

/// <summary>The request came by an nginx that sends objects by itself when it is told which.</summary>
/// <param name="Location">The path of its location, with a slash at its end.</param>
internal sealed record AccelRedirect(string Location)
{
    /// <summary>nginx takes it out of the answer, and sends the file at this path of its own in place of the body.</summary>
    public const string Header = "X-Accel-Redirect";

    /// <summary>What asks for less than everything, or for nothing that the client has already: it is answered here, where it means what RFC 9110 says.</summary>
    private static readonly string[] Conditions =
        [HeaderNames.Range, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince, HeaderNames.IfUnmodifiedSince];

    /// <summary>
    /// Where nginx has the bytes of an answer, or null when they are to be sent from here: to whoever came another way, in part or on a
    /// condition, as answers that are kept in memory, and when they were not compared with their row yet.
    /// </summary>
    /// <exception cref="LostObjectException">They are lost.</exception>
    public static string? Find(HttpContext http, RenditionFile file) =>
        http.Features.Get<AccelRedirect>() is { } accel
        && HttpMethods.IsGet(http.Request.Method)
        && !Array.Exists(Conditions, http.Request.Headers.ContainsKey)
        && http.Features.Get<AnswerRecording>() is null
        && file.IsCompared
        && http.RequestServices.GetRequiredService<IObjectStore>().FindFile(file.Key, file.Bytes) is { } path
            ? accel.Location + path
            : null;
}

/// <summary>Notes which requests came by the nginx in front.</summary>
internal static class AccelRedirects
{
    /// <summary>To stand before the forwarded headers, behind which nobody knows a proxy's address.</summary>
    /// <param name="app">The application.</param>
    /// <param name="location">The path of nginx's location.</param>
    /// <param name="known">The proxies that are listed.</param>
    public static void UseAccelRedirect(this WebApplication app, string location, IPNetwork[] known)
    {
        var accel = new AccelRedirect(location.TrimEnd('/') + "/");
        app.Use((context, next) =>
        {
            // Without the header it is a program on the proxy's machine that asks for itself.
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
