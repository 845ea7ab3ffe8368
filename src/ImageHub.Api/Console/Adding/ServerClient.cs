using System.Net;
using System.Net.Http.Headers;
using ImageHub.Api.ApiKeys;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using Polly;
using Polly.Retry;

namespace ImageHub.Api.Console.Adding;

/// <summary>Speaks to a server: keeps a session alive, waits when it is told to, and tries again when the network breaks.</summary>
/// <param name="address">The server, with a slash at the end.</param>
/// <param name="credentials">What it is asked with.</param>
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
            ShouldHandle = tried => ValueTask.FromResult(tried.Outcome is { Exception: ServerUnreachableException } || tried.Outcome.Result is { } answer && IsForNow(answer)),

            // Null: the growing pauses.
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

        // For one file, on a slow line and a busy server.
        Timeout = TimeSpan.FromMinutes(15),
    };

    private TokenPair? tokens;

    /// <summary>The server.</summary>
    public Uri Address => address;

    /// <summary>Begins a session, which must be an admin's; a key is tried.</summary>
    /// <exception cref="CannotAddException">It cannot.</exception>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        if (credentials.SignIn is { } signIn)
        {
            tokens = await signIn(this, cancellationToken);
            var me = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/v1/auth/me"), cancellationToken);
            if (!string.Equals(me.Text("role"), "admin", StringComparison.Ordinal))
            {
                throw new CannotAddException(me.IsSuccess ? $"{me.Text("userName")} is no admin; only admins add images to groups." : $"{address}: {me.Reason}");
            }

            return;
        }

        var uploads = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/v1/uploads?pageSize=1"), cancellationToken);
        if (!uploads.IsSuccess)
        {
            throw new CannotAddException($"{address} does not take the key: {uploads.Reason}");
        }
    }

    /// <summary>Ends the session, if that can be done.</summary>
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
            // It ends by itself one day.
        }
    }

    /// <summary>Sends a request; again when the server is busy or the network breaks.</summary>
    /// <param name="request">Makes the request, once a try.</param>
    /// <param name="stop">Ends waiting; what is on its way arrives.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or does not let us in any more.</exception>
    public Task<Answer> SendAsync(Func<HttpRequestMessage> request, CancellationToken stop) => RetryAsync(() => SendOnceAsync(request), stop);

    /// <summary>Does something that ends with an answer; again when the server is busy or the network breaks.</summary>
    /// <param name="attempt">What is done, once a try.</param>
    /// <param name="stop">Ends waiting; what is on its way arrives.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or does not let us in any more.</exception>
    public static async Task<Answer> RetryAsync(Func<Task<Answer>> attempt, CancellationToken stop) =>
        await Retries.ExecuteAsync(async _ => await attempt(), stop);

    /// <summary>Sends a request in the session, which is renewed where it has expired.</summary>
    /// <param name="make">Makes the request.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or does not let us in any more.</exception>
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
    /// <param name="make">Makes the request.</param>
    /// <param name="session">Whose it is; null for nobody's.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServerUnreachableException">No answer came.</exception>
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

    /// <summary>Renews the session once for all that found it expired.</summary>
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

    /// <summary>Whether another try may end otherwise: the server is busy, or bytes that are sent again have arrived after all.</summary>
    private static bool IsForNow(Answer answer) =>
        answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || answer.Code == Problems.OffsetMismatch.Code;
}

/// <summary>No answer came.</summary>
/// <param name="message">From where, and why.</param>
internal sealed class ServerUnreachableException(string message) : CannotAddException(message);
