using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using StackExchange.Redis;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>
/// A connection to Redis, opened on first use. Requests are delayed only briefly, because commands have a timeout. If at least 10 % of the recent commands have
/// failed, Redis is tried only once a second. The log states when Redis becomes unavailable or available.
/// </summary>
internal sealed partial class RedisConnection : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly TimeSpan commandTimeout;
    private readonly ILogger<RedisConnection> logger;
    private readonly Lazy<Task<ConnectionMultiplexer>> connecting;
    private readonly CircuitBreakerManualControl circuit = new();
    private readonly ResiliencePipeline inTime;
    private readonly ResiliencePipeline whileAvailable;
    private int isAway;

    public RedisConnection(string address, TimeSpan commandTimeout, TimeProvider clock, ILogger<RedisConnection> logger)
    {
        (this.commandTimeout, this.logger) = (commandTimeout, logger);
        connecting = new Lazy<Task<ConnectionMultiplexer>>(() => ConnectAsync(address, commandTimeout));
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
        if (connecting is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } connected })
        {
            connected.Result.Dispose();
        }
    }

    private static TimeSpan ConnectTimeout(TimeSpan commandTimeout) => commandTimeout > Pause ? commandTimeout : Pause;

    private static async Task<ConnectionMultiplexer> ConnectAsync(string address, TimeSpan commandTimeout)
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
                var connection = await connecting.Value.WaitAsync(cancellationToken);
                return await ask(connection.GetDatabase()).WaitAsync(commandTimeout, cancellationToken);
            });
            if (Interlocked.Exchange(ref isAway, 0) == 1)
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
            if (Interlocked.Exchange(ref isAway, 1) == 0)
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
