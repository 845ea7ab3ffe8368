using System.Net.Security;
using System.Text;
using ImageHub.Application.Webhooks;
using ImageHub.Infrastructure.Http;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Webhooks;

/// <summary>Sends webhooks to the configured URL. Connects only to public addresses, does not follow redirects, and reads only the response's status.</summary>
internal sealed class HttpWebhookReceiver : IWebhookReceiver, IDisposable
{
    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "X-ImageHub-Signature";

    private const int MaxHeaderKilobytes = 16;
    private const int MaxDrainedBytes = 4_096;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient client;
    private readonly string url;

    public HttpWebhookReceiver(IOptions<WebhookOptions> options)
        : this(options.Value.Url, new PublicAddresses([]), new SslClientAuthenticationOptions(), AnswerTimeout)
    {
    }

    internal HttpWebhookReceiver(string url, PublicAddresses addresses, SslClientAuthenticationOptions tls, TimeSpan timeout)
    {
        this.url = url;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy would bypass the check of addresses.
            UseProxy = false,
            ConnectCallback = addresses.ConnectAsync,
            SslOptions = tls,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = MaxDrainedBytes,
        })
        { Timeout = timeout };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("ImageHub");
    }

    public async Task<string?> PostAsync(string body, string signature, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, url);
        message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        message.Headers.Add(SignatureHeader, signature);
        try
        {
            using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"the receiver answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException)
        {
            return "the receiver's host has no public address";
        }
        catch (HttpRequestException exception)
        {
            return $"the receiver cannot be reached: {exception.GetBaseException().Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the receiver has not answered within {client.Timeout.TotalSeconds:0} seconds";
        }
    }

    public void Dispose() => client.Dispose();
}
