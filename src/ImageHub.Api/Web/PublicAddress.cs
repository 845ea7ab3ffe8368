using ImageHub.Api.Links;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>What holds where the world reaches the service by https: redirection, HSTS (RFC 6797) and cookies that are sent by https only (RFC 6265, section 4.1.2.5).</summary>
internal sealed partial class PublicAddress(IOptions<WebOptions> options, ILogger<PublicAddress> logger)
{
    private const string ForAYear = "max-age=31536000";
    private const string ForwardedScheme = "X-Forwarded-Proto";

    private readonly Uri? address = HttpsAddress(options.Value.PublicUrl);

    // Requests' hosts come decoded, too: an international name is compared in Unicode.
    private readonly HostString? host = HttpsAddress(options.Value.PublicUrl) is { } known ? HostString.FromUriComponent(known.IsDefaultPort ? known.Host : known.Authority) : null;

    private int hasWarned;

    /// <summary>Whether a cookie for a request's sender may be sent by https only.</summary>
    public bool IsSecure(HttpRequest request) => request.IsHttps || IsPublic(request);

    /// <summary>Redirects what came to the public address by http, and tells browsers to come by https. To stand behind the forwarded headers.</summary>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!IsPublic(request))
        {
            return next(context);
        }

        if (request.IsHttps)
        {
            if (address!.IsLoopback)
            {
                // Pinned to https, everything else that this machine offers its own browsers by http would be out of reach.
                return next(context);
            }

            context.Response.OnStarting(
                static state =>
                {
                    ((HttpResponse)state).Headers[HeaderNames.StrictTransportSecurity] = ForAYear;
                    return Task.CompletedTask;
                },
                context.Response);
            return next(context);
        }

        if (request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase))
        {
            return next(context);
        }

        if (request.Headers[ForwardedScheme] == Uri.UriSchemeHttps && Interlocked.Exchange(ref hasWarned, 1) == 0)
        {
            // Otherwise the browser is redirected in a loop, and nobody knows why.
            ComesByUnknownProxy(context.Connection.RemoteIpAddress);
        }

        // A link's token is for no cache, and the setting may change.
        context.Response.Headers.CacheControl = "no-store";
        UnderLinkAttribute.HideReferrer(context);
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = UriHelper.BuildAbsolute(Uri.UriSchemeHttps, host!.Value, request.PathBase, request.Path, request.QueryString);
        return Task.CompletedTask;
    }

    private static Uri? HttpsAddress(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : null;

    private bool IsPublic(HttpRequest request) => host is { } known && string.Equals(request.Host.Host, known.Host, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(LogLevel.Warning, "A proxy at {Address} forwards https, but is not listed in ForwardedHeaders__KnownProxies: browsers are redirected in a loop")]
    private partial void ComesByUnknownProxy(System.Net.IPAddress? address);
}
