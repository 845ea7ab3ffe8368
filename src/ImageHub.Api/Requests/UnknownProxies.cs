using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace ImageHub.Api.Requests;

/// <summary>Warns about reverse proxies that are not listed.</summary>
internal static partial class UnknownProxies
{
    /// <summary>
    /// Warns once about an unlisted address that sends <c>X-Forwarded-For</c>. All clients of an unlisted proxy count as one client. Call before
    /// the forwarded-headers middleware.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="known">The known proxies.</param>
    public static void WarnOfUnknownProxies(this WebApplication app, IPNetwork[] known)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UnknownProxies));
        var hasWarned = 0;
        app.Use((context, next) =>
        {
            if (Volatile.Read(ref hasWarned) == 0
                && context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
                && context.Connection.RemoteIpAddress is { } address
                && !IsKnown(known, address)
                && Interlocked.Exchange(ref hasWarned, 1) == 0)
            {
                ComesByUnknownProxy(logger, address);
            }

            return next(context);
        });
    }

    /// <summary>Whether an address belongs to a known proxy.</summary>
    public static bool IsKnown(IPNetwork[] known, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(known, network => network.Contains(plain) || network.Contains(address));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Address} sends X-Forwarded-For, but is not listed in ForwardedHeaders__KnownProxies: the header is ignored, and all its clients count as one. If it is your proxy, list it")]
    private static partial void ComesByUnknownProxy(ILogger logger, IPAddress address);
}
