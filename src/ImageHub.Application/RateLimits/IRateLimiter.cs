namespace ImageHub.Application.RateLimits;

/// <summary>Counts permits and tokens by limit and key.</summary>
public interface IRateLimiter
{
    /// <summary>Whether all instances are configured to share their counts.</summary>
    bool IsShared { get; }

    /// <summary>Acquires permits.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="key">The owner of the permits.</param>
    /// <param name="permits">The number of permits; 0 checks whether one is available.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Null if acquired, otherwise the time to wait.</returns>
    ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken);

    /// <summary>Acquires tokens from a bucket, all or none.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The owner of the tokens.</param>
    /// <param name="count">The number of tokens, at most the bucket's capacity; 0 reads the remaining number.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    ValueTask<TakenToken> TakeAsync(TokenBucket bucket, string key, int count, CancellationToken cancellationToken);

    /// <summary>Checks whether the shared counts are reachable. While they are not, each instance counts separately.</summary>
    Task<bool> PingAsync();
}

/// <summary>A limit that allows bursts and a sustained rate.</summary>
/// <param name="Name">The name under which its tokens are counted.</param>
/// <param name="Burst">The capacity.</param>
/// <param name="PerMinute">The number of tokens refilled per minute.</param>
public sealed record TokenBucket(string Name, int Burst, int PerMinute);

/// <summary>The result of an attempt to acquire tokens.</summary>
/// <param name="Wait">Null if acquired, otherwise the time to wait.</param>
/// <param name="Remaining">The number of remaining tokens.</param>
public sealed record TakenToken(TimeSpan? Wait, long Remaining);

/// <summary>A maximum number of permits within any period.</summary>
/// <param name="Name">The name under which its permits are counted.</param>
/// <param name="Permits">The number of permits.</param>
/// <param name="Period">The period.</param>
public sealed record RateLimit(string Name, int Permits, TimeSpan Period);
