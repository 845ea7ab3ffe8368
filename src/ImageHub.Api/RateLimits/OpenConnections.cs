using System.Net;
using ImageHub.Api.Requests;
using ImageHub.Application.RateLimits;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.RateLimits;

/// <summary>
/// Limits the open connections of an address. A connection occupies memory of the server and of the kernel while its client reads slowly, and requests for
/// images are not limited otherwise. The server closes further connections without a response. Known proxies are not limited.
/// </summary>
internal sealed partial class OpenConnections(IOptions<RateLimitOptions> options, IOptions<ForwardedHeadersOptions> proxies, ILogger<OpenConnections> logger)
{
    private readonly int max = options.Value.ConnectionsPerAddress;
    private readonly System.Net.IPNetwork[] known = [.. proxies.Value.KnownIPNetworks];
    private readonly Lock gate = new();
    private readonly Dictionary<string, Count> counts = new(StringComparer.Ordinal);

    /// <summary>Counts a connection before the next step handles it.</summary>
    public ConnectionDelegate Limit(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || UnknownProxies.IsKnown(known, address))
        {
            await next(connection);
            return;
        }

        var client = ClientAddress.Find(address);
        if (!TryOpen(client))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Close(client);
        }
    };

    private bool TryOpen(string client)
    {
        lock (gate)
        {
            if (!counts.TryGetValue(client, out var count))
            {
                counts[client] = count = new Count();
            }

            if (count.Open < max)
            {
                count.Open++;
                return true;
            }

            if (!count.IsReported)
            {
                count.IsReported = true;
                LogRefusal(logger, client, max);
            }

            return false;
        }
    }

    private void Close(string client)
    {
        lock (gate)
        {
            var count = counts[client];
            if (--count.Open == 0)
            {
                counts.Remove(client);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Address} has {Max} open connections; further ones are closed. If it is a proxy, list it in ForwardedHeaders__KnownProxies; otherwise see RateLimits__ConnectionsPerAddress")]
    private static partial void LogRefusal(ILogger logger, string address, int max);

    private sealed class Count
    {
        public int Open { get; set; }

        /// <summary>Whether the log has a line about the limit.</summary>
        public bool IsReported { get; set; }
    }
}
