using System.Net;
using System.Net.Http.Headers;
using ImageHub.Api.ApiKeys;
using ImageHub.Application.Errors;
using ImageHub.Client;
using Polly;
using Polly.Retry;

namespace ImageHub.Api.Console.Adding;

/// <summary>
/// Sends requests of the generated client with credentials: keeps a session alive, honours <c>Retry-After</c> and retries when the network fails.
/// </summary>
internal sealed class ServerClient : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly ResiliencePipeline Retries = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 5,
            Delay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = tried => ValueTask.FromResult(tried.Outcome.Exception is ServerUnreachableException || (tried.Outcome.Exception is ApiException refused && IsTransient(refused))),

            // Null applies the exponential delay.
            DelayGenerator = tried => ValueTask.FromResult((tried.Outcome.Exception as ApiException)?.RetryAfter is { } asked ? asked < LongestPause ? asked : LongestPause : (TimeSpan?)null),
        })
        .Build();

    private readonly SemaphoreSlim renewal = new(1, 1);
    private readonly Credentials credentials;
    private readonly HttpClient http;
    private readonly HttpClient anonymous;
    private SessionTokens? tokens;

    /// <summary>Creates a client without a session.</summary>
    /// <param name="address">The server's address, with a trailing slash.</param>
    /// <param name="credentials">The credentials.</param>
    public ServerClient(Uri address, Credentials credentials)
    {
        this.credentials = credentials;
        var connections = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !address.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(15),
        };
        http = NewClient(new CredentialsHandler(this) { InnerHandler = connections }, address);
        anonymous = NewClient(connections, address);
    }

    /// <summary>The server's address.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>Starts a session, which must be an admin's or editor's, or verifies the API key.</summary>
    /// <exception cref="CannotAddException">Signing in failed.</exception>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (credentials.SignIn is { } signIn)
            {
                tokens = await signIn(this, cancellationToken);
                var me = await SendAsync(client => client.AuthMeAsync(CancellationToken.None), cancellationToken);
                if (me.Role is not (Role.Admin or Role.Editor))
                {
                    throw new CannotAddException($"{me.UserName} is neither an admin nor an editor; only they can add images to groups.");
                }
            }
            else
            {
                await SendAsync(client => client.UploadsListAsync(pageSize: 1, cancellationToken: CancellationToken.None), cancellationToken);
            }
        }
        catch (ApiException refused)
        {
            throw new CannotAddException(credentials.Key is null ? $"{Address}: {refused.Reason()}" : $"{Address} rejects the key: {refused.Reason()}");
        }
    }

    /// <summary>Ends the session if the server can be reached.</summary>
    public async Task SignOutAsync()
    {
        if (tokens is null)
        {
            return;
        }

        try
        {
            await AttemptAsync(http, async client =>
            {
                await client.AuthLogoutAsync();
                return true;
            });
        }
        catch (Exception failed) when (failed is CannotAddException or ApiException)
        {
            // The session expires later.
        }
    }

    /// <summary>Sends a request, and retries when the server is busy or the network fails.</summary>
    /// <param name="request">Sends the request, once per attempt.</param>
    /// <param name="stop">Stops waiting; a request in flight is completed.</param>
    /// <exception cref="ApiException">The server refuses the request.</exception>
    /// <exception cref="CannotAddException">The server cannot be reached, or rejects the credentials.</exception>
    public Task<T> SendAsync<T>(Func<ImageHubClient, Task<T>> request, CancellationToken stop) => RetryAsync(() => SendOnceAsync(request), stop);

    /// <summary>Sends a request like <see cref="SendAsync"/>. Returns null if the server refuses it.</summary>
    public async Task<T?> TrySendAsync<T>(Func<ImageHubClient, Task<T>> request, CancellationToken stop)
        where T : class
    {
        try
        {
            return await SendAsync(request, stop);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    /// <summary>Runs an operation, and retries when the server is busy or the network fails.</summary>
    /// <param name="attempt">The operation, called once per attempt.</param>
    /// <param name="stop">Stops waiting; a request in flight is completed.</param>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken stop) => await Retries.ExecuteAsync(async _ => await attempt(), stop);

    /// <summary>Sends a request in the session, and renews the session if it has expired.</summary>
    /// <param name="request">Sends the request, once or twice.</param>
    /// <exception cref="ApiException">The server refuses the request.</exception>
    /// <exception cref="CannotAddException">The server cannot be reached, or rejects the credentials.</exception>
    public async Task<T> SendOnceAsync<T>(Func<ImageHubClient, Task<T>> request)
    {
        var used = tokens;
        try
        {
            return await AttemptAsync(http, request);
        }
        catch (ApiException refused) when (refused.StatusCode == (int)HttpStatusCode.Unauthorized && used is not null)
        {
            await RenewAsync(used);
            return await AttemptAsync(http, request);
        }
    }

    /// <summary>Sends a request without credentials.</summary>
    /// <exception cref="ApiException">The server refuses the request.</exception>
    /// <exception cref="ServerUnreachableException">The server did not respond.</exception>
    public Task<T> SendAnonymouslyAsync<T>(Func<ImageHubClient, Task<T>> request) => AttemptAsync(anonymous, request);

    public void Dispose()
    {
        anonymous.Dispose();
        http.Dispose();
        renewal.Dispose();
    }

    private static HttpClient NewClient(HttpMessageHandler handler, Uri address) => new(handler, disposeHandler: handler is CredentialsHandler)
    {
        BaseAddress = address,

        // One file on a slow line and a busy server may take this long.
        Timeout = TimeSpan.FromMinutes(15),
    };

    private async Task<T> AttemptAsync<T>(HttpClient client, Func<ImageHubClient, Task<T>> request)
    {
        // A file that cannot be opened throws here, and does not count as a broken connection.
        var sent = request(new ImageHubClient(client));
        try
        {
            return await sent;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new ServerUnreachableException($"{Address} cannot be reached: {broken.GetBaseException().Message}");
        }
    }

    /// <summary>Renews the session once for all requests that found it expired.</summary>
    private async Task RenewAsync(SessionTokens expired)
    {
        await renewal.WaitAsync(CancellationToken.None);
        try
        {
            if (!ReferenceEquals(tokens, expired))
            {
                return;
            }

            tokens = await RefreshAsync(expired.RefreshToken) ?? await credentials.SignIn!(this, CancellationToken.None);
        }
        finally
        {
            renewal.Release();
        }
    }

    /// <summary>Exchanges a refresh token. Returns null if the server refuses it. A busy server does not refuse it.</summary>
    private async Task<SessionTokens?> RefreshAsync(string refreshToken)
    {
        try
        {
            var pair = await SendAnonymouslyAsync(client => client.AuthRefreshAsync(new RefreshSession { RefreshToken = refreshToken }));
            return new SessionTokens(pair.AccessToken, pair.RefreshToken);
        }
        catch (ApiException refused) when (!IsTransient(refused))
        {
            return null;
        }
    }

    /// <summary>Whether a retry may succeed: the server is busy, or bytes that are sent again have already arrived.</summary>
    public static bool IsTransient(ApiException refused) =>
        (HttpStatusCode)refused.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || refused.Problem()?.Code == Problems.OffsetMismatch.Code;

    /// <summary>Adds the access token or the API key.</summary>
    private sealed class CredentialsHandler(ServerClient server) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (server.tokens is { } session)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
            }

            if (server.credentials.Key is { } key)
            {
                request.Headers.Add(ApiKeyAuthentication.Header, key);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>The server did not respond.</summary>
/// <param name="message">The server's address and the reason.</param>
internal sealed class ServerUnreachableException(string message) : CannotAddException(message);
