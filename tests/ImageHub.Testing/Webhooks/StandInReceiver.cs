using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ImageHub.Application.Webhooks;
using ImageHub.Infrastructure.Http;
using ImageHub.Infrastructure.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Testing.Webhooks;

/// <summary>A webhook receiver: a local HTTPS server with a self-signed certificate.</summary>
public sealed class StandInReceiver : IAsyncDisposable
{
    public const string Secret = "the receiver's own secret";

    private readonly Channel<ReceivedWebhook> received = Channel.CreateUnbounded<ReceivedWebhook>();
    private readonly X509Certificate2 certificate = NewCertificate();
    private readonly int port = FreePort.Find();
    private WebApplication? app;

    /// <summary>Answers a message; null answers 204.</summary>
    public Func<HttpContext, Task>? OnMessage { get; set; }

    public string Url => $"https://127.0.0.1:{port}/told";

    /// <summary>The settings of a server that sends its webhooks here.</summary>
    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal) { ["Webhooks:Url"] = Url, ["Webhooks:Secret"] = Secret };

    /// <summary>Configures a server to allow local addresses and to trust this receiver's self-signed certificate.</summary>
    public void Admit(WebApplicationBuilder builder)
    {
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData),
        };
        Admit(builder, Url, tls);
    }

    /// <summary>Configures a server to allow local addresses, but not to trust this receiver's certificate.</summary>
    public static void AdmitAddressOnly(WebApplicationBuilder builder, string url) => Admit(builder, url, new SslClientAuthenticationOptions());

    /// <summary>Starts listening.</summary>
    public async Task<StandInReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint.UseHttps(certificate)));
        app = builder.Build();
        app.Run(TakeAsync);
        await app.StartAsync();
        return this;
    }

    /// <summary>Waits for the next message, regardless of its answer.</summary>
    public async Task<ReceivedWebhook> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await received.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Takes the remaining received messages.</summary>
    public IReadOnlyList<ReceivedWebhook> TakeRest()
    {
        var rest = new List<ReceivedWebhook>();
        while (received.Reader.TryRead(out var message))
        {
            rest.Add(message);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        certificate.Dispose();
    }

    private static void Admit(WebApplicationBuilder builder, string url, SslClientAuthenticationOptions tls) =>
        builder.Services.AddSingleton<IWebhookReceiver>(_ => new HttpWebhookReceiver(url, new PublicAddresses([IPNetwork.Parse("127.0.0.0/8")]), tls, TimeSpan.FromSeconds(10)));

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=receiver.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        await received.Writer.WriteAsync(new ReceivedWebhook(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body,
            JsonSerializer.Deserialize<JsonElement>(body)));
        await (OnMessage?.Invoke(context) ?? Task.CompletedTask);
    }
}

/// <summary>A received message.</summary>
public sealed record ReceivedWebhook(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, JsonElement Json)
{
    public Guid Id => Json.Id();

    public string Event => Json.Text("event")!;

    public JsonElement Data => Json.GetProperty("data");
}
