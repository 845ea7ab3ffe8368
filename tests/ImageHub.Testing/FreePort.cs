using System.Net;
using System.Net.Sockets;

namespace ImageHub.Testing;

/// <summary>Ports for servers that must know theirs before they start.</summary>
public static class FreePort
{
    /// <summary>A port of this machine that nobody listens on now.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
