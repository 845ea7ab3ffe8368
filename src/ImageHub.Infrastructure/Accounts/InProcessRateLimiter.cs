using System.Threading.RateLimiting;
using ImageHub.Application.Accounts;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>Token buckets in this process's memory; idle full ones are dropped by the framework.</summary>
internal sealed class InProcessRateLimiter : IRateLimiter, IDisposable
{
    private readonly PartitionedRateLimiter<(RateLimit Limit, string Key)> buckets =
        PartitionedRateLimiter.Create<(RateLimit Limit, string Key), (RateLimit, string)>(bucket =>
            RateLimitPartition.GetTokenBucketLimiter(bucket, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = bucket.Limit.Permits,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = bucket.Limit.Period / bucket.Limit.Permits,
                QueueLimit = 0,
            }));

    public ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken)
    {
        using var lease = buckets.AttemptAcquire((limit, key), permits);
        if (lease.IsAcquired)
        {
            return new ValueTask<TimeSpan?>((TimeSpan?)null);
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : limit.Period / limit.Permits;
        return new ValueTask<TimeSpan?>(wait);
    }

    public void Dispose() => buckets.Dispose();
}
