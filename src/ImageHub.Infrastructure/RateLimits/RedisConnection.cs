using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using StackExchange.Redis;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>
/// A connection to Redis, opened on first use. Requests are delayed only briefly, because commands have a timeout. If at least 10 % of the recent commands have
/// failed, Redis is tried only once a second. The log states once a minute that Redis is unavailable, and when it is available again.
/// </summary>
internal sealed partial class RedisConnection : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Shorter than the time in which the alert <c>RedisAway</c> counts the lines.</summary>
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly TimeSpan commandTimeout;
    private readonly ILogger<RedisConnection> logger;
    private readonly string address;
    private readonly TimeProvider clock;
    private readonly Lock opening = new();
    private readonly CircuitBreakerManualControl circuit = new();
    private readonly ResiliencePipeline inTime;
    private readonly ResiliencePipeline whileAvailable;
    private Task<ConnectionMultiplexer>? connecting;
    private long loggedAway;

    public RedisConnection(string address, TimeSpan commandTimeout, TimeProvider clock, ILogger<RedisConnection> logger)
    {
        (this.address, this.commandTimeout, this.clock, this.logger) = (address, commandTimeout, clock, logger);
        inTime = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(ConnectTimeout(commandTimeout) + commandTimeout).Build();
        whileAvailable = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } exception && IsFailure(exception)),
                FailureRatio = 0.1,
                MinimumThroughput = 2,

                // Long enough for two consecutive timeouts.
                SamplingDuration = Pause + (2 * (ConnectTimeout(commandTimeout) + commandTimeout)),
                BreakDuration = Pause,
                ManualControl = circuit,
            })
            .AddPipeline(inTime)
            .Build();
    }

    /// <summary>Whether a text is a valid address for StackExchange.Redis.</summary>
    public static bool IsAddress(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Runs a script.</summary>
    /// <returns>The script's result, or null while Redis is unavailable.</returns>
    public Task<RedisResult?> EvaluateAsync(string script, RedisKey key, RedisValue[] values) =>
        AskAsync(whileAvailable, database => database.ScriptEvaluateAsync(script, [key], values));

    /// <summary>Checks whether Redis is available, even within a second after a failure.</summary>
    public async Task<bool> PingAsync()
    {
        if (await AskAsync(inTime, database => database.ExecuteAsync("PING")) is null)
        {
            return false;
        }

        await circuit.CloseAsync();
        return true;
    }

    public void Dispose()
    {
        if (connecting is { IsCompletedSuccessfully: true } connected)
        {
            connected.Result.Dispose();
        }
    }

    private static TimeSpan ConnectTimeout(TimeSpan commandTimeout) => commandTimeout > Pause ? commandTimeout : Pause;

    /// <summary>Opens the connection, again after an attempt that failed. Only an attempt through Sentinel fails, if no sentinel answers or there is no primary.</summary>
    private Task<ConnectionMultiplexer> OpenAsync()
    {
        lock (opening)
        {
            // The client library asks sentinels synchronously.
            return connecting is null or { IsFaulted: true } or { IsCanceled: true } ? connecting = Task.Run(ConnectAsync) : connecting;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse(address);
        options.ClientName = "ImageHub";

        // The connection is retried in the background. Until it succeeds, commands fail immediately.
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = (int)ConnectTimeout(commandTimeout).TotalMilliseconds;
        options.AsyncTimeout = (int)commandTimeout.TotalMilliseconds;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(Math.Clamp(commandTimeout.TotalMilliseconds, 100, 1_000));
        options.ReconnectRetryPolicy = new LinearRetry((int)Pause.TotalMilliseconds);
        options.KeepAlive = 5;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    // A cancellation is a failure, because only the client library cancels commands, when it loses the connection.
    private static bool IsFailure(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException or TimeoutRejectedException or OperationCanceledException or System.Net.Sockets.SocketException;

    private async Task<RedisResult?> AskAsync(ResiliencePipeline pipeline, Func<IDatabase, Task<RedisResult>> ask)
    {
        try
        {
            var answer = await pipeline.ExecuteAsync(async cancellationToken =>
            {
                var connection = await OpenAsync().WaitAsync(cancellationToken);
                return await ask(connection.GetDatabase()).WaitAsync(commandTimeout, cancellationToken);
            });
            if (Interlocked.Exchange(ref loggedAway, 0) != 0)
            {
                LogBack(logger);
            }

            return answer;
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            var (last, now) = (Interlocked.Read(ref loggedAway), clock.GetTimestamp());
            if ((last == 0 || clock.GetElapsedTime(last, now) >= LogEvery) && Interlocked.CompareExchange(ref loggedAway, now, last) == last)
            {
                LogAway(logger, exception.GetType().Name);
            }

            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is unavailable ({Reason}): each instance counts rate limits for itself until it is back.")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back: rate limits are counted there again.")]
    private static partial void LogBack(ILogger logger);
}
