using System.Threading.RateLimiting;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>
/// Limits in this process's memory: sliding windows, so that no period ever has more than its permits. Idle ones are dropped by the
/// framework.
/// </summary>
internal sealed class InProcessRateLimiter : IRateLimiter, IDisposable
{
    private const int SegmentsPerPeriod = 6;

    private readonly PartitionedRateLimiter<(RateLimit Limit, string Key)> buckets =
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
        using var lease = buckets.AttemptAcquire((limit, key), permits);
        if (lease.IsAcquired)
        {
            return new ValueTask<TimeSpan?>((TimeSpan?)null);
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : limit.Period / SegmentsPerPeriod;
        return new ValueTask<TimeSpan?>(wait);
    }

    public void Dispose() => buckets.Dispose();
}
