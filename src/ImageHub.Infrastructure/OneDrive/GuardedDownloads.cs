using System.Net;
using ImageHub.Application.Errors;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Http;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.OneDrive;

/// <summary>Downloads files without credentials. Follows redirects itself, so that each address is checked before it is requested.</summary>
internal sealed class GuardedDownloads : IDownloads, IDisposable
{
    private const int MaxRedirects = 5;

    /// <summary>The status of a request that may be repeated later (RFC 8470, section 5.2).</summary>
    private const HttpStatusCode TooEarly = (HttpStatusCode)425;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly PublicAddresses addresses;
    private readonly TimeProvider clock;
    private readonly HttpClient client;

    public GuardedDownloads(IOptions<OneDriveOptions> options, TimeProvider clock)
        : this(new PublicAddresses(options.Value.Networks()), clock)
    {
    }

    internal GuardedDownloads(PublicAddresses addresses, TimeProvider clock)
    {
        this.addresses = addresses;
        this.clock = clock;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy would bypass the check of addresses.
            UseProxy = false,
            ConnectCallback = addresses.ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = AnswerTimeout };
    }

    public async Task<Download> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            var answer = await AskAsync(address, cancellationToken);
            try
            {
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    var content = new AnswerStream(await answer.Content.ReadAsStreamAsync(cancellationToken), answer);
                    return new Download(content, answer.Content.Headers.ContentLength, answer.Content.Headers.ContentType?.MediaType);
                }

                if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || answer.Headers.Location is not { } location)
                {
                    throw Failed(answer);
                }

                address = new Uri(address, location);
            }
            catch
            {
                answer.Dispose();
                throw;
            }

            answer.Dispose();
        }

        throw Refused($"The download redirects more than {MaxRedirects} times.");
    }

    public void Dispose() => client.Dispose();

    private static ProblemException Refused(string detail) => new(Problems.OneDriveRefused, detail);

    private async Task<HttpResponseMessage> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        if (!IsAllowed(address))
        {
            throw Refused($"The download leads to {address.Scheme}://{address.Host}; only https is followed.");
        }

        try
        {
            return await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException refused)
        {
            throw Refused(refused.Message);
        }
        catch (Exception exception) when (GraphAnswer.IsOutage(exception, cancellationToken))
        {
            throw GraphAnswer.Unavailable($"The download does not answer: {exception.Message}");
        }
    }

    /// <summary>Whether an address may be requested: https, or, for test servers, http to a loopback address that a setting allows.</summary>
    private bool IsAllowed(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        || (address.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(address.IdnHost, out var literal) && IPAddress.IsLoopback(literal) && addresses.Allows(literal));

    private ProblemException Failed(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ProblemException.NotFound("file"),

        // The server refuses the file for good, for example because it has found malware in it. Of the statuses 4xx, only these three are temporary.
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.RequestTimeout or TooEarly or HttpStatusCode.TooManyRequests) => Refused($"The download answers {(int)answer.StatusCode}."),
        _ => GraphAnswer.Unavailable($"The download answers {(int)answer.StatusCode}.", GraphAnswer.RetryAfter(answer, clock)),
    };

    /// <summary>The body of a response; disposing it disposes the response. Reports a broken connection as a failure of OneDrive, not of the disk.</summary>
    private sealed class AnswerStream(Stream body, HttpResponseMessage answer) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                throw GraphAnswer.Unavailable($"The download broke off: {exception.Message}");
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await body.DisposeAsync();
            answer.Dispose();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                body.Dispose();
                answer.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
