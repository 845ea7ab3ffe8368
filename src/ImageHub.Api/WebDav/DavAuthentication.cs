using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using ImageHub.Api.ApiKeys;
using ImageHub.Application.ApiKeys;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.WebDav;

/// <summary>
/// Authenticates WebDAV clients by user name and API key (Basic, RFC 7617), below <c>/dav/</c> only. Passwords are not accepted, because clients send the
/// credentials with each request, and hashing a password is slow.
/// </summary>
internal sealed class DavAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IMediator mediator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "WebDav";

    /// <summary>The value of <c>WWW-Authenticate</c>.</summary>
    public const string Challenge = "Basic realm=\"ImageHub\", charset=\"UTF-8\"";

    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Whether a request is for WebDAV.</summary>
    public static bool IsDav(HttpRequest request) => request.Path.StartsWithSegments("/dav", StringComparison.OrdinalIgnoreCase);

    /// <summary>Rejects requests that other sites cause, requests of other machines without https, and keys without a scope that the route accepts.</summary>
    /// <exception cref="ProblemException">403.</exception>
    public static void Check(HttpContext context, Endpoint endpoint)
    {
        if (!IsDav(context.Request))
        {
            return;
        }

        // A browser that knows the key sends it with the requests of any site.
        if (context.Request.Headers[FetchSite] == "cross-site")
        {
            throw new ProblemException(Problems.CrossSite, $"{FetchSite} is cross-site; WebDAV is for programs, not for pages of other sites.");
        }

        // If a known proxy has forwarded the request, the scheme is the client's.
        if (!context.Request.IsHttps && !(context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)))
        {
            throw new ProblemException(Problems.HttpsRequired, "WebDAV needs https, because each request contains the API key. A proxy that provides https must be listed in ForwardedHeaders__KnownProxies.");
        }

        // Routing answers an unknown method with 405, regardless of the key's scopes.
        if (context.User.Identity?.IsAuthenticated == true && endpoint is RouteEndpoint)
        {
            ApiKeyAuthentication.EnsureScope(context, endpoint);
        }
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Read() is not var (userName, text))
        {
            return AuthenticateResult.NoResult();
        }

        return await mediator.Send(new UseApiKey(text), Context.RequestAborted) is { } key && string.Equals(key.UserName, userName, StringComparison.OrdinalIgnoreCase)
            ? ApiKeyAuthentication.Accept(Context, key, SchemeName)
            : AuthenticateResult.Fail("The user name or the API key is invalid.");
    }

    /// <summary>The user name and the key in the header, or null.</summary>
    private (string UserName, string Key)? Read()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization.ToString(), out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { } parameter)
        {
            return null;
        }

        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return pair.Length == 2 ? (pair[0], pair[1]) : null;
    }
}
