using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;

namespace ImageHub.Application.Accounts;

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
