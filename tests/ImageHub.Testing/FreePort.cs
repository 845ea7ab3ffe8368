using System.Net;
using System.Net.Sockets;

namespace ImageHub.Testing;

/// <summary>Ports for servers that must know their port before they start.</summary>
public static class FreePort
{
    /// <summary>Finds a port of this machine that is not in use.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
