using System.Net;
using System.Net.Sockets;

namespace ImageHub.Infrastructure.Http;

/// <summary>
/// Restricts connections to public addresses (IANA special-purpose address registries, RFC 6890), so that clients cannot make this server contact internal
/// services (SSRF). The check applies to the address of the connection, so neither DNS changes nor unusual notations bypass it.
/// </summary>
/// <param name="allowed">Additional networks to allow.</param>
/// <param name="resolve">Resolves a host name.</param>
internal sealed class PublicAddresses(IReadOnlyList<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private static readonly IPNetwork[] SpecialV4 =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ]).Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>The global unicast addresses, which exclude loopback, private, link-local, multicast, IPv4-mapped and NAT64 addresses.</summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    // Protocol assignments including Teredo, documentation, 6to4 (embedded IPv4 addresses), documentation.
    private static readonly IPNetwork[] SpecialV6 = [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(text => IPNetwork.Parse(text))];

    /// <summary>Allows public addresses and the given networks.</summary>
    public PublicAddresses(IReadOnlyList<IPNetwork> allowed)
        : this(allowed, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>Whether connecting to an address is allowed.</summary>
    public bool Allows(IPAddress address)
    {
        // An IPv4-mapped address (RFC 4291, section 2.5.5.2) would bypass the IPv4 rules. It is allowed only if a setting allows its IPv4 address.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Any(network => network.Contains(plain)) || (!address.IsIPv4MappedToIPv6 && IsPublic(address));
    }

    /// <summary>Connects to one of a host's allowed addresses. Used as <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="AddressRefusedException">None of the host's addresses is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        var reachable = addresses.Where(Allows).ToArray();
        if (reachable.Length == 0)
        {
            throw new AddressRefusedException(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Array.Exists(SpecialV4, network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => GlobalV6.Contains(address) && !Array.Exists(SpecialV6, network => network.Contains(address)),
        _ => false,
    };
}

/// <summary>Thrown if a host has no allowed address.</summary>
/// <param name="host">The host.</param>
internal sealed class AddressRefusedException(string host) : IOException($"{host} has no public address; this server connects to other addresses only if a setting allows them.");
