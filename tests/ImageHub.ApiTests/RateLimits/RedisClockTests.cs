using ImageHub.Application.RateLimits;
using ImageHub.Infrastructure.RateLimits;
using ImageHub.Testing;
using ImageHub.Testing.RateLimits;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>Limits in Redis after the clock of its machine was set back by an hour. The tests put the stored times an hour into the future instead.</summary>
public sealed class RedisClockTests
{
    private const string Key = "visitor";

    // Redis stores the time at which a key expires.
    private const string ExpireLater = "redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[1]) + 3600000)";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_empty_bucket_fills_again()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        using var connection = Connect(redis);
        using var limiter = new RedisRateLimiter(connection, new InProcessRateLimiter(TimeProvider.System));
        var bucket = new TokenBucket("links", Burst: 2, PerMinute: 60);
        while ((await TakeAsync()).Wait is null)
        {
            // Empties the bucket.
        }

        await connection.EvaluateAsync($"redis.call('HSET', KEYS[1], 'at', string.format('%.17g', redis.call('HGET', KEYS[1], 'at') + 3600000000)) {ExpireLater}", $"imagehub:limits:links:{Key}", []);

        (await TakeAsync()).Wait.ShouldNotBeNull().ShouldBeLessThan(Minute);
        await Polling.EventuallyAsync(async () => (await TakeAsync()).Wait is null);

        async Task<TakenToken> TakeAsync() => await limiter.TakeAsync(bucket, Key, 1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_used_up_window_ends_after_its_period()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        using var connection = Connect(redis);
        using var limiter = new RedisRateLimiter(connection, new InProcessRateLimiter(TimeProvider.System));
        var limit = new RateLimit("links", Permits: 2, TimeSpan.FromSeconds(10));
        while (await TakeAsync() is null)
        {
            // Uses up the window.
        }

        await connection.EvaluateAsync(
            $"for i = 0, redis.call('LLEN', KEYS[1]) - 1 do redis.call('LSET', KEYS[1], i, string.format('%.17g', redis.call('LINDEX', KEYS[1], i) + 3600000000)) end {ExpireLater}", $"imagehub:limits:links:{Key}", []);

        (await TakeAsync()).ShouldNotBeNull().ShouldBeLessThan(Minute);
        await Polling.EventuallyAsync(async () => await TakeAsync() is null);

        async Task<TimeSpan?> TakeAsync() => await limiter.TakeAsync(limit, Key, 1, TestContext.Current.CancellationToken);
    }

    private static RedisConnection Connect(RedisServer server) => new(server.Address, TimeSpan.FromSeconds(10), TimeProvider.System, NullLogger<RedisConnection>.Instance);
}
