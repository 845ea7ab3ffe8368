using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>What holds where the world reaches the service by https: redirection, HSTS (RFC 6797) and cookies that are sent by https only (RFC 6265, section 4.1.2.5).</summary>
internal sealed partial class PublicAddress(IOptions<WebOptions> options, ILogger<PublicAddress> logger)
{
    private const string ForAYear = "max-age=31536000";
    private const string ForwardedScheme = "X-Forwarded-Proto";

    private readonly HostString? host = Uri.TryCreate(options.Value.PublicUrl, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
        ? url.IsDefaultPort ? new HostString(url.Host) : new HostString(url.Host, url.Port)
        : null;

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
            // Otherwise the browser is redirected in a circle, and nobody knows why.
            ComesByUnknownProxy(context.Connection.RemoteIpAddress);
        }

        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = UriHelper.BuildAbsolute(Uri.UriSchemeHttps, host!.Value, request.PathBase, request.Path, request.QueryString);
        return Task.CompletedTask;
    }

    private bool IsPublic(HttpRequest request) => host is { } known && string.Equals(request.Host.Host, known.Host, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(LogLevel.Warning, "A proxy at {Address} forwards https, but is none that is known: browsers are redirected in a circle. Name it in ForwardedHeaders__KnownProxies")]
    private partial void ComesByUnknownProxy(System.Net.IPAddress? address);
}
