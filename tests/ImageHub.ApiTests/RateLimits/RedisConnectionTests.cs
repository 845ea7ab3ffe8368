using ImageHub.Infrastructure.RateLimits;
using ImageHub.Testing;
using ImageHub.Testing.RateLimits;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>The connection to a Redis that is unavailable at first.</summary>
public sealed class RedisConnectionTests : IDisposable
{
    private readonly LoggedLines log = new();
    private readonly ILoggerFactory logging;
    private readonly ShiftedClock clock = new();

    public RedisConnectionTests() => logging = LoggerFactory.Create(builder => builder.AddProvider(log));

    public void Dispose()
    {
        logging.Dispose();
        log.Dispose();
    }

    [Fact]
    public async Task A_sentinel_that_starts_later_is_found_without_a_restart()
    {
        await using var redis = new RedisServer();
        await using var sentinel = new RedisServer(watched: redis);
        await redis.StartAsync();
        using var connection = Connect(sentinel);
        (await connection.PingAsync()).ShouldBeFalse();

        await sentinel.StartAsync();

        await Polling.EventuallyAsync(connection.PingAsync);
    }

    [Fact]
    public async Task The_log_reports_an_outage_each_minute()
    {
        await using var redis = new RedisServer();
        using var connection = Connect(redis);

        (await connection.PingAsync()).ShouldBeFalse();
        (await connection.PingAsync()).ShouldBeFalse();
        log.With("Redis is unavailable").Count.ShouldBe(1);

        clock.Advance(TimeSpan.FromMinutes(1));
        (await connection.PingAsync()).ShouldBeFalse();
        log.With("Redis is unavailable").Count.ShouldBe(2);
    }

    private RedisConnection Connect(RedisServer server) => new(server.Address, TimeSpan.FromSeconds(1), clock, logging.CreateLogger<RedisConnection>());
}
