using System.Threading.RateLimiting;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>Counts rate limits in this process's memory, with sliding windows and token buckets.</summary>
/// <remarks>
/// The framework's sliding window counts by segments and reports the wait for one segment, after which the client may be rejected again. This class stores the
/// time of each permit, so the reported wait is exact. A window has few permits.
/// </remarks>
internal sealed class InProcessRateLimiter(TimeProvider clock) : IRateLimiter, IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The framework refills buckets ten times a second, so a token may become available this much later than reported.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<(TokenBucket Bucket, string Key)> tokens =
        PartitionedRateLimiter.Create<(TokenBucket Bucket, string Key), (TokenBucket, string)>(bucket =>
        {
            // Refills as evenly as whole tokens allow: one token at a time, or several tokens about ten times a second.
            var each = Math.Max(1, bucket.Bucket.PerMinute / 600);
            return RateLimitPartition.GetTokenBucketLimiter(bucket, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = bucket.Bucket.Burst,
                TokensPerPeriod = each,
                ReplenishmentPeriod = Minute * each / bucket.Bucket.PerMinute,
                QueueLimit = 0,
            });
        });

    private readonly Lock gate = new();

    // The times of the permits within the last period, oldest first.
    private readonly Dictionary<(RateLimit Limit, string Key), Queue<long>> windows = [];
    private long swept = clock.GetTimestamp();

    public bool IsShared => false;

    public Task<bool> PingAsync() => Task.FromResult(true);

    public ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        lock (gate)
        {
            Sweep(now);
            var taken = windows.GetValueOrDefault((limit, key)) ?? new Queue<long>();
            Forget(taken, limit, now);
            var excess = taken.Count + Math.Max(1, permits) - limit.Permits;
            if (excess > 0)
            {
                return new ValueTask<TimeSpan?>(limit.Period - clock.GetElapsedTime(taken.ElementAt(excess - 1), now));
            }

            for (var permit = 0; permit < permits; permit++)
            {
                taken.Enqueue(now);
                windows[(limit, key)] = taken;
            }

            return new ValueTask<TimeSpan?>((TimeSpan?)null);
        }
    }

    public ValueTask<TakenToken> TakeAsync(TokenBucket bucket, string key, int count, CancellationToken cancellationToken)
    {
        using var lease = tokens.AttemptAcquire((bucket, key), count);
        var remaining = tokens.GetStatistics((bucket, key))?.CurrentAvailablePermits ?? 0;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : Minute * count / bucket.PerMinute;
        return new ValueTask<TakenToken>(new TakenToken(lease.IsAcquired ? null : wait + Heartbeat, remaining));
    }

    public void Dispose() => tokens.Dispose();

    private void Forget(Queue<long> taken, RateLimit limit, long now)
    {
        while (taken.TryPeek(out var oldest) && clock.GetElapsedTime(oldest, now) >= limit.Period)
        {
            taken.Dequeue();
        }
    }

    /// <summary>Removes empty windows, at most once a minute.</summary>
    private void Sweep(long now)
    {
        if (clock.GetElapsedTime(swept, now) < Minute)
        {
            return;
        }

        swept = now;
        foreach (var (key, taken) in windows)
        {
            Forget(taken, key.Limit, now);
            if (taken.Count == 0)
            {
                windows.Remove(key);
            }
        }
    }
}
