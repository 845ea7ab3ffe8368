namespace ImageHub.Application.RateLimits;

/// <summary>Counts what may be done only so often, for each limit and key.</summary>
public interface IRateLimiter
{
    /// <summary>Takes permits.</summary>
    /// <param name="limit">Which limit.</param>
    /// <param name="key">Whose permits.</param>
    /// <param name="permits">How many; 0 only asks whether there is one.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Null when they were there, else when to try again.</returns>
    ValueTask<TimeSpan?> TakeAsync(RateLimit limit, string key, int permits, CancellationToken cancellationToken);
}

/// <summary>A limit: so many permits in any period.</summary>
/// <param name="Name">What tells its counts from those of others.</param>
/// <param name="Permits">How many.</param>
/// <param name="Period">In which time.</param>
public sealed record RateLimit(string Name, int Permits, TimeSpan Period);
