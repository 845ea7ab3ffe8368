using System.Net;
using System.Net.Sockets;
using ImageHub.Infrastructure;

namespace ImageHub.Api.Requests;

/// <summary>The reverse proxies whose <c>X-Forwarded-*</c> headers count: setting <c>ForwardedHeaders:KnownProxies</c>.</summary>
internal static class KnownProxies
{
    private const string Key = "ForwardedHeaders:KnownProxies";

    /// <summary>Reads the setting: addresses and networks, as a list or with commas between.</summary>
    /// <exception cref="SettingException">An entry is neither.</exception>
    public static IReadOnlyList<IPNetwork> Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Key);
        var entries = section.Value is { } list
            ? list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : section.Get<string[]>() ?? [];
        return [.. entries.Select(Parse)];
    }

    private static IPNetwork Parse(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(entry, out var address)
            ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)
            : throw new SettingException(Key, $"'{entry}' is no IP address and no network; list your proxies as 192.0.2.7 or 10.0.0.0/8, with commas between");
    }
}
