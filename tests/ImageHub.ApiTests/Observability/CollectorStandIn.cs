using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.Observability;

/// <summary>A receiver of OTLP over HTTP. It keeps the spans, the names of metrics and the bodies of requests.</summary>
internal sealed class CollectorStandIn : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<ReceivedSpan> spans = [];
    private readonly HashSet<string> metrics = new(StringComparer.Ordinal);
    private readonly List<byte[]> bodies = [];
    private WebApplication? app;

    /// <summary>The receiver's address.</summary>
    public string Url => app!.Urls.Single();

    /// <summary>The spans so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (gate)
            {
                return [.. spans];
            }
        }
    }

    /// <summary>The names of the metrics so far.</summary>
    public IReadOnlyCollection<string> Metrics
    {
        get
        {
            lock (gate)
            {
                return [.. metrics];
            }
        }
    }

    /// <summary>The bodies of the requests so far.</summary>
    public IReadOnlyList<byte[]> Bodies
    {
        get
        {
            lock (gate)
            {
                return [.. bodies];
            }
        }
    }

    /// <summary>Starts listening.</summary>
    public async Task<CollectorStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(TakeAsync);
        await app.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => app!.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (gate)
        {
            bodies.Add(body.ToArray());

            // opentelemetry-proto: a request contains resources, a resource contains scopes, and a scope contains spans or metrics.
            foreach (var one in Within(body.ToArray(), 1).SelectMany(resource => Within(resource, 2)).SelectMany(scope => Within(scope, 2)))
            {
                if (context.Request.Path == "/v1/traces")
                {
                    spans.Add(ReceivedSpan.Read(one));
                }
                else
                {
                    metrics.Add(Encoding.UTF8.GetString(Within(one, 1).Single()));
                }
            }
        }
    }

    /// <summary>The contents of a length-delimited field of a Protocol Buffers message.</summary>
    internal static IEnumerable<byte[]> Within(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = ReadNumber(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    ReadNumber(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    var length = (int)ReadNumber(message, ref at);
                    if ((int)(tag >> 3) == field)
                    {
                        yield return message[at..(at + length)];
                    }

                    at += length;
                    break;
            }
        }
    }

    private static ulong ReadNumber(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}

/// <summary>A span.</summary>
/// <param name="TraceId">The trace's id, in hexadecimal digits.</param>
/// <param name="Id">The span's id, in hexadecimal digits.</param>
/// <param name="ParentId">The parent span's id, in hexadecimal digits; empty for the first span of a trace.</param>
/// <param name="Name">The span's name.</param>
/// <param name="Tags">The span's tags. Values other than text are empty.</param>
internal sealed record ReceivedSpan(string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags)
{
    internal static ReceivedSpan Read(byte[] span) => new(
        Hex(span, 1),
        Hex(span, 2),
        Hex(span, 4),
        Text(span, 5),
        CollectorStandIn.Within(span, 9).ToDictionary(tag => Text(tag, 1), tag => CollectorStandIn.Within(tag, 2).Select(value => Text(value, 1)).SingleOrDefault(""), StringComparer.Ordinal));

    private static string Hex(byte[] message, int field) => Convert.ToHexString(CollectorStandIn.Within(message, field).SingleOrDefault([]));

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(CollectorStandIn.Within(message, field).SingleOrDefault([]));
}
