using System.Net;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Web;

/// <summary>
/// Absolute addresses of this site (<see cref="WebOptions.PublicUrl"/>). Without the setting, previews use the request's address if the request
/// came through a listed proxy or from a browser on this machine.
/// </summary>
internal sealed class SiteAddresses(IOptions<WebOptions> options)
{
    private const string ForwardedHost = "X-Forwarded-Host";

    private readonly string? root = string.IsNullOrEmpty(options.Value.PublicUrl) ? null : options.Value.PublicUrl.TrimEnd('/');

    /// <summary>Whether the public address is configured.</summary>
    public bool AreKnown => root is not null;

    /// <summary>The public address without a trailing slash, or null.</summary>
    public string? Root => root;

    /// <summary>The absolute address of a path, or the path itself without a public address.</summary>
    /// <param name="path">The path, with a leading slash.</param>
    public string To(string path) => root + path;

    /// <summary>
    /// The prefix for paths in a page's metadata: <see cref="Root"/>, otherwise the request's address if trusted, otherwise an empty string.
    /// </summary>
    public string FindRootFor(HttpContext context)
    {
        if (root is not null)
        {
            return root;
        }

        var request = context.Request;
        var isProxied = context.Features.Get<KnownProxy>() is not null;
        var host = isProxied && request.Headers[ForwardedHost].ToString() is { Length: > 0 } forwarded ? forwarded.Split(',')[^1].Trim() : request.Host.Value;
        return Uri.TryCreate($"{request.Scheme}://{host}", UriKind.Absolute, out var address)
            && address is { PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0 }
            && (isProxied || (address.IsLoopback && context.Connection.RemoteIpAddress is { } sender && IPAddress.IsLoopback(sender)))
                ? address.GetLeftPart(UriPartial.Authority)
                : "";
    }

    /// <summary>The path of an absolute address of this site, or null for other addresses.</summary>
    public string? FindPath(string address)
    {
        const UriComponents site = UriComponents.SchemeAndServer;
        return root is not null
            && Uri.TryCreate(address, UriKind.Absolute, out var url)
            && Uri.Compare(url, new Uri(root), site, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? url.AbsolutePath
            : null;
    }
}

/// <summary>
/// Marks requests sent by a proxy of <c>ForwardedHeaders:KnownProxies</c>. Set it before the forwarded-headers middleware, which replaces the
/// proxy's address.
/// </summary>
internal sealed class KnownProxy
{
    private static readonly KnownProxy Instance = new();

    /// <summary>Marks requests from known proxies.</summary>
    public static void Mark(IApplicationBuilder app, System.Net.IPNetwork[] known) => app.Use((context, next) =>
    {
        if (context.Connection.RemoteIpAddress is { } address && Requests.UnknownProxies.IsKnown(known, address))
        {
            context.Features.Set(Instance);
        }

        return next(context);
    });
}
