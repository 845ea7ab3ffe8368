using System.Net;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Web;

/// <summary>
/// Addresses as other sites need them (<see cref="WebOptions.PublicUrl"/>). Without that setting previews are given the address that a request was sent to, where a
/// listed proxy or a browser of this machine has sent it; nothing else is made of it.
/// </summary>
internal sealed class SiteAddresses(IOptions<WebOptions> options)
{
    private const string ForwardedHost = "X-Forwarded-Host";

    private readonly string? root = string.IsNullOrEmpty(options.Value.PublicUrl) ? null : options.Value.PublicUrl.TrimEnd('/');

    /// <summary>Whether it is known where the world reaches this server.</summary>
    public bool AreKnown => root is not null;

    /// <summary>Where the world reaches this server, without a slash at its end; null: that is not known.</summary>
    public string? Root => root;

    /// <summary>The absolute address of a path; the path itself where that is not known.</summary>
    /// <param name="path">It begins with a slash.</param>
    public string To(string path) => root + path;

    /// <summary>What stands before a path in what a request's page says of itself: <see cref="Root"/>, else the address that the request was sent to, where it counts; else nothing.</summary>
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

    /// <summary>The path of an absolute address of this site, or null: it is another's, or none.</summary>
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

/// <summary>A feature of requests that a proxy of <c>ForwardedHeaders:KnownProxies</c> has sent. To be set before the forwarded headers, behind which nobody knows a proxy's address.</summary>
internal sealed class KnownProxy
{
    private static readonly KnownProxy Instance = new();

    /// <summary>Marks such requests.</summary>
    public static void Mark(IApplicationBuilder app, System.Net.IPNetwork[] known) => app.Use((context, next) =>
    {
        if (context.Connection.RemoteIpAddress is { } address && Requests.UnknownProxies.IsKnown(known, address))
        {
            context.Features.Set(Instance);
        }

        return next(context);
    });
}
