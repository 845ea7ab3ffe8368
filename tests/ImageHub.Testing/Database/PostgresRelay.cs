using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ImageHub.Testing.Database;

/// <summary>
/// Relays the connections of a server to PostgreSQL. It can add a message to PostgreSQL's answers that does not belong to the statement.
/// </summary>
public sealed class PostgresRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly EndPoint target;
    private readonly ConcurrentDictionary<Socket, Socket> connections = new();
    private readonly Task accepting;

    /// <param name="connectionString">The connection string of a database.</param>
    public PostgresRelay(string connectionString)
    {
        listener.Start();
        var relayed = new NpgsqlConnectionStringBuilder(connectionString);
        target = relayed.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint(Path.Combine(relayed.Host, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{relayed.Port}")))
            : new DnsEndPoint(relayed.Host, relayed.Port);

        // The relay cannot read encrypted answers.
        (relayed.Host, relayed.Port, relayed.SslMode) = ("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, SslMode.Disable);
        ConnectionString = relayed.ConnectionString;
        accepting = AcceptAsync();
    }

    /// <summary>The connection string of the database behind the relay.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether a row without columns follows each accepted statement, before the description of its result.</summary>
    public bool MixesUp { get; set; }

    /// <summary>Ends all connections. New ones are accepted.</summary>
    public void EndConnections()
    {
        foreach (var (client, server) in connections)
        {
            client.Dispose();
            server.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        EndConnections();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync();
                _ = RelayAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
        {
            // The relay has been disposed.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = target is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            connections[client] = server;
            try
            {
                await server.ConnectAsync(target);
                await Task.WhenAny(CopyAsync(client, server, isAnswer: false), CopyAsync(server, client, isAnswer: true));
            }
            catch (SocketException)
            {
                // PostgreSQL does not accept the connection, so the server's connection ends, too.
            }

            connections.TryRemove(client, out _);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                await SendAsync(to, isAnswer && MixesUp ? MixUp(buffer.AsSpan(0, count)) : buffer.AsMemory(0, count));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // One of the two sides has ended the connection.
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes)..];
        }
    }

    /// <summary>Adds a DataRow after the first BindComplete (PostgreSQL documentation, "Message Formats").</summary>
    private static byte[] MixUp(ReadOnlySpan<byte> answer)
    {
        var bindComplete = "2\0\0\0\u0004"u8;
        var row = "D\0\0\0\u0006\0\0"u8;
        var at = answer.IndexOf(bindComplete);
        return at < 0 ? answer.ToArray() : [.. answer[..(at + bindComplete.Length)], .. row, .. answer[(at + bindComplete.Length)..]];
    }
}
