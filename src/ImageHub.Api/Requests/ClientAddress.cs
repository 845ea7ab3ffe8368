using System.Net;
using System.Net.Sockets;

namespace ImageHub.Api.Requests;

/// <summary>The address by which clients are counted.</summary>
internal static class ClientAddress
{
    /// <summary>An IPv4 address, or the /64 prefix that an IPv6 client is assigned (RFC 6177).</summary>
    public static string Find(IPAddress? address)
    {
        if (address is null)
        {
            return "none";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
