using ImageHub.Application.Errors;

namespace ImageHub.Application.Accounts;

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

/// <summary>Limits on guessing passwords.</summary>
internal static class LoginLimits
{
    private static readonly RateLimit PerAddress = new("login-address", 10, TimeSpan.FromMinutes(1));
    private static readonly RateLimit PerAccountAndAddress = new("login-account", 10, TimeSpan.FromMinutes(1));

    /// <summary>Fails when too many attempts have failed. Strangers elsewhere cannot lock an account's owner out: they are counted apart.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TooManyRequests"/>.</exception>
    public static async Task EnsureMayTryAsync(this IRateLimiter limiter, string normalizedUserName, string address, CancellationToken cancellationToken)
    {
        foreach (var (limit, key) in Counted(normalizedUserName, address))
        {
            if (await limiter.TakeAsync(limit, key, 0, cancellationToken) is { } wait)
            {
                throw new ProblemException(
                    Problems.TooManyRequests,
                    $"More than {limit.Permits} attempts to sign in have failed within a minute; try again in {Math.Ceiling(wait.TotalSeconds)} s.")
                { RetryAfter = wait };
            }
        }
    }

    /// <summary>Counts a failure.</summary>
    public static async Task CountFailureAsync(this IRateLimiter limiter, string normalizedUserName, string address, CancellationToken cancellationToken)
    {
        foreach (var (limit, key) in Counted(normalizedUserName, address))
        {
            await limiter.TakeAsync(limit, key, 1, cancellationToken);
        }
    }

    private static (RateLimit Limit, string Key)[] Counted(string normalizedUserName, string address) =>
        [(PerAddress, address), (PerAccountAndAddress, $"{normalizedUserName} {address}")];
}
