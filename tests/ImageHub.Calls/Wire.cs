using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImageHub.Calls;

/// <summary>Sends calls through <see cref="HttpClient"/>, or through a socket if a call announces a wrong length of its body.</summary>
internal sealed class Wire : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Uri server;
    private readonly HttpClient client;

    /// <param name="server">The server's address.</param>
    public Wire(Uri server)
    {
        this.server = server;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        };
        client = new HttpClient(handler) { Timeout = Patience };
    }

    /// <summary>Sends a call and reads the whole answer.</summary>
    public async Task<Answer> SendAsync(Call call)
    {
        var time = Stopwatch.StartNew();
        try
        {
            return call.AnnouncedLength is { } length ? await SendRawAsync(call, length, time) : await SendWellFormedAsync(call, time);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // The server has closed the connection, as HTTP allows while a body is being sent.
            return new Answer(0, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(exception.Message), time.Elapsed);
        }
        catch (OperationCanceledException)
        {
            return new Answer(0, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), "no answer"u8.ToArray(), time.Elapsed);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<Answer> SendWellFormedAsync(Call call, Stopwatch time)
    {
        if (!Uri.TryCreate($"{server.GetLeftPart(UriPartial.Authority)}{call.Target}", AsWritten, out var address))
        {
            throw new InvalidOperationException($"No address: {call}");
        }

        using var request = new HttpRequestMessage(new HttpMethod(call.Method), address);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            if (call.ContentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
            }
        }

        foreach (var (name, value) in call.Headers.Concat(call.Credentials))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            headers[name] = string.Join(", ", value.ToArray());
        }

        return new Answer((int)answer.StatusCode, headers, body, time.Elapsed);
    }

    /// <summary>Sends a request in HTTP/1.0, so that the answer ends with the connection. Announces a wrong length of the body.</summary>
    private async Task<Answer> SendRawAsync(Call call, long announced, Stopwatch time)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port, limit.Token);
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{call.Method} {call.Target} HTTP/1.0\r\nHost: {server.Authority}\r\nContent-Length: {announced}\r\n");
        foreach (var (name, value) in call.Headers.Concat(call.Credentials))
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (call.ContentType is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {call.ContentType}\r\n");
        }

        await socket.SendAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), limit.Token);
        await socket.SendAsync(call.Body ?? [], limit.Token);
        socket.Shutdown(SocketShutdown.Send);
        using var received = new MemoryStream();
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(received, limit.Token);
        return Parse(received.ToArray(), time.Elapsed);
    }

    private static Answer Parse(byte[] bytes, TimeSpan time)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (end < 0)
        {
            return new Answer(0, headers, bytes, time);
        }

        var lines = Encoding.Latin1.GetString(bytes, 0, end).Split("\r\n");
        foreach (var line in lines.Skip(1))
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var first) ? $"{first}, {value}" : value;
        }

        return new Answer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, bytes[(end + 4)..], time);
    }
}
