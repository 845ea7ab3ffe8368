using System.Net;
using System.Net.Http.Headers;
using ImageHub.Api.ApiKeys;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using Polly;
using Polly.Retry;

namespace ImageHub.Api.Console.Adding;

/// <summary>An API client that keeps a session alive, honours <c>Retry-After</c> and retries when the network fails.</summary>
/// <param name="address">The server's address, with a trailing slash.</param>
/// <param name="credentials">The credentials.</param>
internal sealed class ServerClient(Uri address, Credentials credentials) : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly ResiliencePipeline<Answer> Retries = new ResiliencePipelineBuilder<Answer>()
        .AddRetry(new RetryStrategyOptions<Answer>
        {
            MaxRetryAttempts = 5,
            Delay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = tried => ValueTask.FromResult(tried.Outcome is { Exception: ServerUnreachableException } || tried.Outcome.Result is { } answer && IsTransient(answer)),

            // Null applies the exponential delay.
            DelayGenerator = tried => ValueTask.FromResult(tried.Outcome.Result?.RetryAfter is { } asked ? asked < LongestPause ? asked : LongestPause : (TimeSpan?)null),
        })
        .Build();

    private readonly SemaphoreSlim renewal = new(1, 1);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !address.IsLoopback,
        ConnectTimeout = TimeSpan.FromSeconds(15),
    })
    {
        BaseAddress = address,

        // One file on a slow line and a busy server may take this long.
        Timeout = TimeSpan.FromMinutes(15),
    };

    private TokenPair? tokens;

    /// <summary>The server's address.</summary>
    public Uri Address => address;

    /// <summary>Starts a session, which must be an admin's or editor's, or verifies the API key.</summary>
    /// <exception cref="CannotAddException">Signing in failed.</exception>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        if (credentials.SignIn is { } signIn)
        {
            tokens = await signIn(this, cancellationToken);
            var me = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/v1/auth/me"), cancellationToken);
            if (me.Text("role") is not ("admin" or "editor"))
            {
                throw new CannotAddException(me.IsSuccess ? $"{me.Text("userName")} is neither an admin nor an editor; only they can add images to groups." : $"{address}: {me.Reason}");
            }

            return;
        }

        var uploads = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/v1/uploads?pageSize=1"), cancellationToken);
        if (!uploads.IsSuccess)
        {
            throw new CannotAddException($"{address} does not take the key: {uploads.Reason}");
        }
    }

    /// <summary>Ends the session if the server can be reached.</summary>
    public async Task SignOutAsync()
    {
        try
        {
            if (tokens is not null)
            {
                await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/logout"), tokens, CancellationToken.None);
            }
        }
        catch (CannotAddException)
        {
            // The session expires later.
        }
    }

    /// <summary>Sends a request, and retries when the server is busy or the network fails.</summary>
    /// <param name="request">Creates the request, once per attempt.</param>
    /// <param name="stop">Stops waiting; a request in flight is completed.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or rejects the credentials.</exception>
    public Task<Answer> SendAsync(Func<HttpRequestMessage> request, CancellationToken stop) => RetryAsync(() => SendOnceAsync(request), stop);

    /// <summary>Runs an operation, and retries when the server is busy or the network fails.</summary>
    /// <param name="attempt">The operation, called once per attempt.</param>
    /// <param name="stop">Stops waiting; a request in flight is completed.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or rejects the credentials.</exception>
    public static async Task<Answer> RetryAsync(Func<Task<Answer>> attempt, CancellationToken stop) =>
        await Retries.ExecuteAsync(async _ => await attempt(), stop);

    /// <summary>Sends a request in the session, and renews the session if it has expired.</summary>
    /// <param name="make">Creates the request.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or rejects the credentials.</exception>
    public async Task<Answer> SendOnceAsync(Func<HttpRequestMessage> make)
    {
        var used = tokens;
        var answer = await SendAsync(make, used, CancellationToken.None);
        if (answer.Status != HttpStatusCode.Unauthorized || used is null)
        {
            return answer;
        }

        await RenewAsync(used);
        return await SendAsync(make, tokens, CancellationToken.None);
    }

    /// <summary>Sends a request once.</summary>
    /// <param name="make">Creates the request.</param>
    /// <param name="session">The session; null for an anonymous request.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServerUnreachableException">The server did not respond.</exception>
    public async Task<Answer> SendAsync(Func<HttpRequestMessage> make, TokenPair? session, CancellationToken cancellationToken)
    {
        using var request = make();
        if (session is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
        }

        if (credentials.Key is { } key)
        {
            request.Headers.Add(ApiKeyAuthentication.Header, key);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return await Answer.ReadAsync(response, cancellationToken);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new ServerUnreachableException($"{address} cannot be reached: {broken.GetBaseException().Message}");
        }
    }

    public void Dispose()
    {
        http.Dispose();
        renewal.Dispose();
    }

    /// <summary>Renews the session once for all requests that found it expired.</summary>
    private async Task RenewAsync(TokenPair expired)
    {
        await renewal.WaitAsync(CancellationToken.None);
        try
        {
            if (!ReferenceEquals(tokens, expired))
            {
                return;
            }

            var refreshToken = expired.RefreshToken;
            var answer = await SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/refresh") { Content = JsonContent.Create(new { refreshToken }) }, null, CancellationToken.None);
            tokens = answer.Status == HttpStatusCode.OK ? answer.As<TokenPair>() : await credentials.SignIn!(this, CancellationToken.None);
        }
        finally
        {
            renewal.Release();
        }
    }

    /// <summary>Whether a retry may succeed: the server is busy, or bytes that are sent again have already arrived.</summary>
    private static bool IsTransient(Answer answer) =>
        answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || answer.Code == Problems.OffsetMismatch.Code;
}

/// <summary>The server did not respond.</summary>
/// <param name="message">The server's address and the reason.</param>
internal sealed class ServerUnreachableException(string message) : CannotAddException(message);
