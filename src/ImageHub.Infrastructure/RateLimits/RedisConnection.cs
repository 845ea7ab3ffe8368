using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>
/// A connection to Redis that holds no request up for long. It is opened on the first use, and after a failed command Redis is left alone
/// for a second and then asked by one request. The log has one line when it goes away and one when it is back.
/// </summary>
internal sealed partial class RedisConnection(string address, TimeSpan commandTimeout, TimeProvider clock, ILogger<RedisConnection> logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<ConnectionMultiplexer>? connecting;
    private bool isAway;
    private long failed;

    private TimeSpan ConnectTimeout => commandTimeout > Pause ? commandTimeout : Pause;

    /// <summary>Whether a text is an address as StackExchange.Redis takes it.</summary>
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
    /// <returns>What it returns, or null while Redis is away.</returns>
    public Task<RedisResult?> EvaluateAsync(string script, RedisKey key, RedisValue[] values) =>
        MayAsk() ? AskAsync(database => database.ScriptEvaluateAsync(script, [key], values)) : Task.FromResult<RedisResult?>(null);

    /// <summary>Asks whether it is there, also in the pause after a failure.</summary>
    public async Task<bool> PingAsync() => await AskAsync(database => database.ExecuteAsync("PING")) is not null;

    public void Dispose()
    {
        if (connecting is { IsCompletedSuccessfully: true } connected)
        {
            connected.Result.Dispose();
        }
    }

    private async Task<RedisResult?> AskAsync(Func<IDatabase, Task<RedisResult>> ask)
    {
        try
        {
            var connection = await ConnectAsync().WaitAsync(ConnectTimeout);
            var answer = await ask(connection.GetDatabase()).WaitAsync(commandTimeout);
            Succeed();
            return answer;
        }
        catch (Exception exception) when (exception is RedisException or RedisCommandException or TimeoutException or System.Net.Sockets.SocketException)
        {
            Fail(exception);
            return null;
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (gate)
        {
            if (connecting is null or { IsFaulted: true })
            {
                var options = ConfigurationOptions.Parse(address);
                options.ClientName = "ImageHub";

                // It goes on trying by itself, and notices within seconds when the other side no longer answers.
                options.AbortOnConnectFail = false;
                options.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
                options.ReconnectRetryPolicy = new LinearRetry((int)Pause.TotalMilliseconds);
                options.KeepAlive = 5;
                connecting = ConnectionMultiplexer.ConnectAsync(options);
            }

            return connecting;
        }
    }

    private bool MayAsk()
    {
        lock (gate)
        {
            if (isAway && clock.GetElapsedTime(failed) < Pause)
            {
                return false;
            }

            // The others count for themselves until this one has its answer.
            failed = clock.GetTimestamp();
            return true;
        }
    }

    private void Succeed()
    {
        lock (gate)
        {
            if (!isAway)
            {
                return;
            }

            isAway = false;
        }

        LogBack(logger);
    }

    private void Fail(Exception exception)
    {
        lock (gate)
        {
            failed = clock.GetTimestamp();
            if (isAway)
            {
                return;
            }

            isAway = true;
        }

        LogAway(logger, exception.GetType().Name);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is away ({Reason}): each instance counts rate limits for itself until it is back.")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back: rate limits are counted there again.")]
    private static partial void LogBack(ILogger logger);
}
