using ImageHub.Application.RateLimits;
using StackExchange.Redis;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>
/// Counts rate limits for all instances in Redis. Each attempt runs a script; Redis runs scripts one after the other and supplies the time. While Redis is
/// unavailable, this process counts separately. Counts expire when they no longer affect the result.
/// </summary>
internal sealed class RedisRateLimiter(RedisConnection redis, InProcessRateLimiter inProcess) : IRateLimiter, IDisposable
{
    private const string Prefix = "imagehub:limits:";

    // The clock of Redis's machine can be set back. Stored times that are then in the future count as the current time.
    // By default, Lua writes numbers with 14 digits, which are too few for a time in microseconds.
    private const string Now = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local function text(number) return string.format('%.17g', number) end

        """;

    /// <summary>
    /// Arguments: burst, tokens per minute, requested tokens. Returns the microseconds to wait, or -1 if acquired, and the number of whole
    /// tokens left.
    /// </summary>
    private const string Bucket = Now + """
        local burst, rate, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]) / 60000000, tonumber(ARGV[3])
        local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
        local tokens = burst
        local ahead = false
        if kept[1] then
          tokens = math.min(burst, kept[1] + math.max(0, now - kept[2]) * rate)
          ahead = tonumber(kept[2]) > now
        end
        local function keep(left)
          redis.call('HSET', KEYS[1], 'tokens', text(left), 'at', text(now))
          redis.call('PEXPIRE', KEYS[1], math.ceil((burst - left) / rate / 1000) + 1000)
        end
        local missing = math.max(1, wanted) - tokens
        if missing > 0 then
          if ahead then
            keep(tokens)
          end
          return {math.ceil(missing / rate) + 1000, math.floor(tokens)}
        end
        keep(tokens - wanted)
        return {-1, math.floor(tokens - wanted)}
        """;

    /// <summary>Arguments: permits, the period in microseconds, requested permits. Returns the microseconds to wait, or -1 if acquired.</summary>
    private const string Window = Now + """
        local permits, period, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local ahead = 0
        local newest = redis.call('LINDEX', KEYS[1], -1)
        while newest and tonumber(newest) > now do
          redis.call('RPOP', KEYS[1])
          ahead = ahead + 1
          newest = redis.call('LINDEX', KEYS[1], -1)
        end
        for _ = 1, ahead do
          redis.call('RPUSH', KEYS[1], text(now))
        end
        local oldest = redis.call('LINDEX', KEYS[1], 0)
        while oldest and now - oldest >= period do
          redis.call('LPOP', KEYS[1])
          oldest = redis.call('LINDEX', KEYS[1], 0)
        end
        local excess = redis.call('LLEN', KEYS[1]) + math.max(1, wanted) - permits
        if excess > 0 then
          return period - (now - redis.call('LINDEX', KEYS[1], excess - 1))
        end
        for _ = 1, wanted do
          redis.call('RPUSH', KEYS[1], text(now))
        end
        if wanted + ahead > 0 then
          redis.call('PEXPIRE', KEYS[1], math.ceil(period / 1000))
        end
        return -1
        """;

    public bool IsShared => true;

    public async ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken)
    {
        RedisValue[] values = [limit.Permits, (long)limit.Period.TotalMicroseconds, permits];
        return await redis.EvaluateAsync(Window, $"{Prefix}{limit.Name}:{key}", values) is { } answer
            ? Wait((long)answer)
            : await inProcess.TakeAsync(limit, key, permits, cancellationToken);
    }

    public async ValueTask<TakenToken> TakeAsync(TokenBucket bucket, string key, int count, CancellationToken cancellationToken)
    {
        RedisValue[] values = [bucket.Burst, bucket.PerMinute, count];
        return await redis.EvaluateAsync(Bucket, $"{Prefix}{bucket.Name}:{key}", values) is { } answer && (long[]?)answer is [var wait, var remaining]
            ? new TakenToken(Wait(wait), remaining)
            : await inProcess.TakeAsync(bucket, key, count, cancellationToken);
    }

    public Task<bool> PingAsync() => redis.PingAsync();

    public void Dispose() => redis.Dispose();

    private static TimeSpan? Wait(long microseconds) => microseconds < 0 ? null : TimeSpan.FromMicroseconds(microseconds);
}
