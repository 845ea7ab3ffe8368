using System.Net;
using System.Net.Sockets;
using System.Text;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>The limit of open connections per address.</summary>
public sealed class OpenConnectionTests(PostgresServer postgres) : IAsyncLifetime
{
    private const int Max = 5;
    private const string Proxy = "127.0.0.8";

    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(
        postgres,
        new(StringComparer.Ordinal) { ["RateLimits:ConnectionsPerAddress"] = $"{Max}", ["ForwardedHeaders:KnownProxies"] = Proxy });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Further_connections_of_an_address_are_closed_and_other_addresses_and_proxies_are_not_affected()
    {
        var open = new List<TcpClient>();
        for (var number = 0; number < Max; number++)
        {
            open.Add(await ConnectAsync("127.0.0.9"));
            (await IsAnsweredAsync(open[^1])).ShouldBeTrue();
        }

        using (var further = await ConnectAsync("127.0.0.9"))
        {
            (await IsAnsweredAsync(further)).ShouldBeFalse();
        }

        using (var other = await ConnectAsync("127.0.0.10"))
        {
            (await IsAnsweredAsync(other)).ShouldBeTrue();
        }

        for (var number = 0; number <= Max; number++)
        {
            open.Add(await ConnectAsync(Proxy));
            (await IsAnsweredAsync(open[^1])).ShouldBeTrue();
        }

        open[0].Dispose();
        await Polling.EventuallyAsync(async () =>
        {
            using var next = await ConnectAsync("127.0.0.9");
            return await IsAnsweredAsync(next);
        });
        open.ForEach(client => client.Dispose());
    }

    private async Task<TcpClient> ConnectAsync(string from)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        return client;
    }

    /// <summary>Sends a request, keeps the connection open, and returns whether the answer is 200.</summary>
    private static async Task<bool> IsAnsweredAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            var buffer = new byte[1024];
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
