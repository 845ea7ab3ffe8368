using System.Globalization;

namespace ImageHub.Soak;

/// <summary>A histogram with buckets that grow by 2 %. Its memory does not depend on the number of durations.</summary>
internal sealed class Durations
{
    private const double Growth = 1.02;
    private static readonly TimeSpan Smallest = TimeSpan.FromMicroseconds(50);

    private readonly long[] buckets = new long[900];

    public long Count => buckets.Sum();

    public void Add(TimeSpan duration)
    {
        var bucket = duration <= Smallest ? 0 : (int)Math.Log(duration / Smallest, Growth);
        Interlocked.Increment(ref buckets[Math.Min(bucket, buckets.Length - 1)]);
    }

    /// <summary>The duration that a share of all durations does not exceed.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    public TimeSpan FindQuantile(double share)
    {
        var rank = (long)(share * Count);
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            rank -= buckets[bucket];
            if (rank < 0)
            {
                return Smallest * Math.Pow(Growth, bucket + 0.5);
            }
        }

        return TimeSpan.Zero;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"median {FindQuantile(0.5).TotalMilliseconds:0.0} ms, p95 {FindQuantile(0.95).TotalMilliseconds:0.0} ms, p99 {FindQuantile(0.99).TotalMilliseconds:0.0} ms");
}
