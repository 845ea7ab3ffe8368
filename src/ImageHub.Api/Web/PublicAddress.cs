using ImageHub.Api.Links;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>Handles the public https address: redirection, HSTS (RFC 6797) and secure cookies (RFC 6265, section 4.1.2.5).</summary>
internal sealed partial class PublicAddress(IOptions<WebOptions> options, ILogger<PublicAddress> logger)
{
    private const string ForAYear = "max-age=31536000";
    private const string ForwardedScheme = "X-Forwarded-Proto";

    private readonly Uri? address = HttpsAddress(options.Value.PublicUrl);

    // In Unicode, because the hosts of requests are decoded, too.
    private readonly HostString? host = HttpsAddress(options.Value.PublicUrl) is { } known ? HostString.FromUriComponent(known.IsDefaultPort ? known.Host : known.Authority) : null;

    private int hasWarned;

    /// <summary>Whether cookies for the request's sender must be sent over https only.</summary>
    public bool IsSecure(HttpRequest request) => request.IsHttps || IsPublic(request);

    /// <summary>Redirects http requests for the public address to https, and sends HSTS. Call after the forwarded-headers middleware.</summary>
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
                // HSTS for localhost would make the machine's other http services unreachable in its browsers.
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
            // Without this warning, the cause of the redirect loop would be hard to find.
            ComesByUnknownProxy(context.Connection.RemoteIpAddress);
        }

        // The redirect must not be cached: its address may contain a link's token, and the setting may change.
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
