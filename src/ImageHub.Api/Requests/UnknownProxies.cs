using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace ImageHub.Api.Requests;

/// <summary>Warns of a reverse proxy that is not listed.</summary>
internal static partial class UnknownProxies
{
    /// <summary>Warns once of who sends <c>X-Forwarded-For</c> without being listed: all that comes through it counts as one client. To stand before the forwarded headers.</summary>
    /// <param name="app">The application.</param>
    /// <param name="known">The proxies that are listed.</param>
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

    /// <summary>Whether an address is one of the proxies that are listed.</summary>
    public static bool IsKnown(IPNetwork[] known, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(known, network => network.Contains(plain) || network.Contains(address));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Address} sends X-Forwarded-For, but is not listed in ForwardedHeaders__KnownProxies: the header is ignored, and all who come through it count as one client. If it is your proxy, list it")]
    private static partial void ComesByUnknownProxy(ILogger logger, IPAddress address);
}
