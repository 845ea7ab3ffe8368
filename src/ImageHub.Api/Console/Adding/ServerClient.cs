using System.Net;
using System.Net.Http.Headers;
using ImageHub.Application.Accounts;

namespace ImageHub.Api.Console.Adding;

/// <summary>Speaks to a server: keeps a session alive, waits when it is told to, and tries again when the network breaks.</summary>
/// <param name="address">The server, with a slash at the end.</param>
/// <param name="signIn">Begins a session, at the start and whenever the last one is over.</param>
internal sealed class ServerClient(Uri address, SignIn.Method signIn) : IDisposable
{
    private const int MaxTries = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

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

    /// <summary>Begins a session, which must be an admin's.</summary>
    /// <exception cref="CannotAddException">It cannot.</exception>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        tokens = await signIn(this, cancellationToken);
        var me = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/v1/auth/me"), cancellationToken);
        if (!string.Equals(me.Text("role"), "admin", StringComparison.Ordinal))
        {
            throw new CannotAddException(me.IsSuccess ? $"{me.Text("userName")} is no admin; only admins add images to groups." : $"{address}: {me.Reason}");
        }
    }

    /// <summary>Ends the session, if that can be done.</summary>
    public async Task SignOutAsync()
    {
        try
        {
            await SendOnceAsync(() => new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/logout"), tokens, CancellationToken.None);
        }
        catch (CannotAddException)
        {
            // It ends by itself one day.
        }
    }

    /// <summary>Sends a request; again, up to five times, when the server is busy or the network breaks.</summary>
    /// <param name="request">Makes the request, once a try.</param>
    /// <param name="stop">Ends waiting; what is on its way arrives.</param>
    /// <exception cref="CannotAddException">The server cannot be reached, or does not let us in any more.</exception>
    public async Task<Answer> SendAsync(Func<HttpRequestMessage> request, CancellationToken stop)
    {
        var mayHaveArrived = false;
        var hasRenewed = false;
        for (var tried = 1; ; tried++)
        {
            var pause = FirstPause * Math.Pow(2, tried - 1);
            try
            {
                var used = tokens;
                var answer = await SendOnceAsync(request, used, CancellationToken.None);
                if (answer.Status == HttpStatusCode.Unauthorized && !hasRenewed)
                {
                    await RenewAsync(used);
                    hasRenewed = true;
                    tried--;
                    continue;
                }

                if (tried == MaxTries || !IsBusy(answer.Status))
                {
                    return answer with { IsToRepeated = mayHaveArrived };
                }

                mayHaveArrived |= answer.Status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
                pause = answer.RetryAfter ?? pause;
            }
            catch (ServerUnreachableException) when (tried < MaxTries)
            {
                mayHaveArrived = true;
            }

            await Task.Delay(pause < LongestPause ? pause : LongestPause, stop);
        }
    }

    /// <summary>Sends a request once.</summary>
    /// <param name="make">Makes the request.</param>
    /// <param name="session">Whose it is; null for nobody's.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServerUnreachableException">No answer came.</exception>
    public async Task<Answer> SendOnceAsync(Func<HttpRequestMessage> make, TokenPair? session, CancellationToken cancellationToken)
    {
        using var request = make();
        if (session is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
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
    private async Task RenewAsync(TokenPair? expired)
    {
        await renewal.WaitAsync(CancellationToken.None);
        try
        {
            if (!ReferenceEquals(tokens, expired))
            {
                return;
            }

            var refreshToken = expired?.RefreshToken;
            var answer = await SendOnceAsync(
                () => new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/refresh") { Content = JsonContent.Create(new { refreshToken }) }, null, CancellationToken.None);
            tokens = answer.Status == HttpStatusCode.OK ? answer.As<TokenPair>() : await signIn(this, CancellationToken.None);
        }
        finally
        {
            renewal.Release();
        }
    }

    private static bool IsBusy(HttpStatusCode status) => status is
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
}

/// <summary>No answer came.</summary>
/// <param name="message">From where, and why.</param>
internal sealed class ServerUnreachableException(string message) : CannotAddException(message);
