namespace ImageHub.Application.RateLimits;

/// <summary>Counts what may be done only so often, for each limit and key.</summary>
public interface IRateLimiter
{
    /// <summary>Whether all instances are meant to count together.</summary>
    bool IsShared { get; }

    /// <summary>Takes permits.</summary>
    /// <param name="limit">Which limit.</param>
    /// <param name="key">Whose permits.</param>
    /// <param name="permits">How many; 0 only asks whether there is one.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Null when they were there, else when to try again.</returns>
    ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken);

    /// <summary>Takes tokens from a bucket, all of them or none.</summary>
    /// <param name="bucket">Which bucket.</param>
    /// <param name="key">Whose.</param>
    /// <param name="count">How many: at most what the bucket holds; 0 only asks what is left.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    ValueTask<TakenToken> TakeAsync(TokenBucket bucket, string key, int count, CancellationToken cancellationToken);

    /// <summary>Asks whether the shared counts can be reached; while they cannot, each instance counts for itself.</summary>
    Task<bool> PingAsync();
}

/// <summary>A limit that lets through bursts, and a sustained rate.</summary>
/// <param name="Name">What tells its counts from those of others.</param>
/// <param name="Burst">How many tokens it holds.</param>
/// <param name="PerMinute">How many come back in a minute.</param>
public sealed record TokenBucket(string Name, int Burst, int PerMinute);

/// <summary>The result of an attempt to acquire tokens.</summary>
/// <param name="Wait">Null when they were there, else when to try again.</param>
/// <param name="Remaining">How many are left.</param>
public sealed record TakenToken(TimeSpan? Wait, long Remaining);

/// <summary>A limit: so many permits in any period.</summary>
/// <param name="Name">What tells its counts from those of others.</param>
/// <param name="Permits">How many.</param>
/// <param name="Period">In which time.</param>
public sealed record RateLimit(string Name, int Permits, TimeSpan Period);
