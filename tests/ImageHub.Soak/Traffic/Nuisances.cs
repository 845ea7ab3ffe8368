using System.Net.Sockets;
using System.Text;

namespace ImageHub.Soak.Traffic;

/// <summary>Clients that harm others: readers that take a few bytes a second, and connections that break in the middle.</summary>
internal static class Nuisances
{
    private const int SlowReaders = 40;
    private const int SlowBytes = 512;

    /// <summary>The time after which a slow reader gives up and is replaced.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Keeps the slow readers and the breaking connections going until the load ends.</summary>
    public static Task RunAsync(Gallery gallery, Random random, CancellationToken end) => Task.WhenAll(
        [.. Enumerable.Range(0, SlowReaders).Select(_ => ReadAgainAndAgainAsync(gallery, new Random(random.Next()), end)), RepeatAsync(() => BreakAsync(gallery, end), end)]);

    private static Task ReadAgainAndAgainAsync(Gallery gallery, Random random, CancellationToken end) => RepeatAsync(() => ReadSlowlyAsync(gallery, random.Next(), end), end);

    private static async Task RepeatAsync(Func<Task> act, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await act();
                await Task.Delay(Pause, end);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The server has ended the connection, a slow reader has given up, or the load has ended.
            }
        }
    }

    /// <summary>Downloads a large photo slowly.</summary>
    private static async Task ReadSlowlyAsync(Gallery gallery, int number, CancellationToken end)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
        patience.CancelAfter(Patience);
        using var client = await ConnectAsync(gallery, patience.Token);
        client.ReceiveBufferSize = SlowBytes;
        await using var stream = client.GetStream();
        await stream.WriteAsync(Head($"GET {gallery.LargePath}", $"{Credentials(gallery)}X-Forwarded-For: 192.168.{number & 255}.{(number >> 8) & 127}\r\n"), patience.Token);
        var buffer = new byte[SlowBytes];
        while (await stream.ReadAsync(buffer, patience.Token) > 0)
        {
            await Task.Delay(Pause, patience.Token);
        }
    }

    /// <summary>Begins an upload and a download, and resets both connections in the middle.</summary>
    private static async Task BreakAsync(Gallery gallery, CancellationToken end)
    {
        var file = gallery.Ledger.NewFile();
        using (var upload = await ConnectAsync(gallery, end))
        {
            await using var stream = upload.GetStream();
            await stream.WriteAsync(Head($"PUT /api/v1/groups/{gallery.All[1].Id}/images/{file.FileName}", $"{Credentials(gallery)}Content-Length: {file.Content.Length}\r\n"), end);
            await stream.WriteAsync(file.Content.AsMemory(0, file.Content.Length / 2), end);
            upload.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        using var download = await ConnectAsync(gallery, end);
        await using var body = download.GetStream();
        await body.WriteAsync(Head($"GET {gallery.LargePath}", Credentials(gallery)), end);
        await body.ReadExactlyAsync(new byte[SlowBytes], end);
        download.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private static string Credentials(Gallery gallery) => $"Authorization: {gallery.Admin.DefaultRequestHeaders.Authorization}\r\n";

    private static byte[] Head(string line, string headers) => Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");

    private static async Task<TcpClient> ConnectAsync(Gallery gallery, CancellationToken end)
    {
        var client = new TcpClient();
        await client.ConnectAsync(gallery.Admin.BaseAddress!.Host, gallery.Admin.BaseAddress.Port, end);
        return client;
    }
}
