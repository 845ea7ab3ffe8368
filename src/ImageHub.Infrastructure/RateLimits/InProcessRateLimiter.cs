using System.Threading.RateLimiting;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>
/// Limits in this process's memory: sliding windows, so that no period ever has more than its permits, and token buckets. Idle ones are
/// dropped by the framework.
/// </summary>
internal sealed class InProcessRateLimiter : IRateLimiter, IDisposable
{
    private const int SegmentsPerPeriod = 6;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<(TokenBucket Bucket, string Key)> tokens =
        PartitionedRateLimiter.Create<(TokenBucket Bucket, string Key), (TokenBucket, string)>(bucket =>
        {
            // As evenly as whole tokens allow: one at a time, or several ten times a second.
            var each = Math.Max(1, bucket.Bucket.PerMinute / 600);
            return RateLimitPartition.GetTokenBucketLimiter(bucket, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = bucket.Bucket.Burst,
                TokensPerPeriod = each,
                ReplenishmentPeriod = Minute * each / bucket.Bucket.PerMinute,
                QueueLimit = 0,
            });
        });

    private readonly PartitionedRateLimiter<(RateLimit Limit, string Key)> windows =
        PartitionedRateLimiter.Create<(RateLimit Limit, string Key), (RateLimit, string)>(bucket =>
            RateLimitPartition.GetSlidingWindowLimiter(bucket, _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = bucket.Limit.Permits,
                Window = bucket.Limit.Period,
                SegmentsPerWindow = SegmentsPerPeriod,
                QueueLimit = 0,
            }));

    public ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken)
    {
        using var lease = windows.AttemptAcquire((limit, key), permits);
        if (lease.IsAcquired)
        {
            return new ValueTask<TimeSpan?>((TimeSpan?)null);
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : limit.Period / SegmentsPerPeriod;
        return new ValueTask<TimeSpan?>(wait);
    }

    public ValueTask<TakenToken> TakeAsync(TokenBucket bucket, string key, CancellationToken cancellationToken)
    {
        using var lease = tokens.AttemptAcquire((bucket, key));
        var remaining = tokens.GetStatistics((bucket, key))?.CurrentAvailablePermits ?? 0;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : Minute / bucket.PerMinute;
        return new ValueTask<TakenToken>(new TakenToken(lease.IsAcquired ? null : wait, remaining));
    }

    public void Dispose()
    {
        windows.Dispose();
        tokens.Dispose();
    }
}
