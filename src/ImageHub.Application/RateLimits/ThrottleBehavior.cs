using System.Globalization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.RateLimits;

/// <summary>What is throttled.</summary>
public enum Throttle
{
    /// <summary>Files uploaded or announced.</summary>
    Uploads,

    /// <summary>Links made.</summary>
    Links,

    /// <summary>Requests for thumbnails.</summary>
    Thumbnails,
}

/// <summary>A request of which an account may make only so many.</summary>
public interface IThrottled
{
    /// <summary>With which others it is counted.</summary>
    Throttle Throttle { get; }
}

/// <summary>The buckets that a request takes tokens from, and how they stand after it, for its answer's headers.</summary>
public sealed class Throttles(IRateLimiter limiter)
{
    private readonly List<(TokenBucket Bucket, long Remaining)> taken = [];

    /// <summary>Each bucket, and how many tokens are left in it; none where nothing was counted.</summary>
    public IReadOnlyList<(TokenBucket Bucket, long Remaining)> Taken => taken;

    /// <summary>Takes tokens, all of them or none. What asks for more than a bucket holds takes a full one.</summary>
    /// <param name="bucket">Which bucket.</param>
    /// <param name="key">Whose.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="excess">What there are too many of, for the problem's text.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">429 that says when there are enough.</exception>
    public async Task TakeAsync(TokenBucket bucket, string key, int tokens, string excess, CancellationToken cancellationToken)
    {
        var attempt = await limiter.TakeAsync(bucket, key, Math.Min(tokens, bucket.Burst), cancellationToken);

        // A request that brings its files one after another takes from the same bucket again.
        taken.RemoveAll(one => one.Bucket == bucket);
        taken.Add((bucket, attempt.Remaining));
        if (attempt.Wait is { } wait)
        {
            throw new ProblemException(
                Problems.TooManyRequests,
                string.Create(CultureInfo.InvariantCulture, $"Too many {excess}: {bucket.Burst} at once and {bucket.PerMinute} a minute are allowed; try again in {Math.Ceiling(wait.TotalSeconds)} s."))
            { RetryAfter = wait };
        }
    }
}

/// <summary>Takes a token from the caller's bucket before anything else is done.</summary>
internal sealed class ThrottleBehavior<TRequest, TResponse>(AccountThrottle accounts) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (request is IThrottled { Throttle: var throttle })
        {
            await accounts.TakeAsync(throttle, 1, cancellationToken);
        }

        return await next();
    }
}

/// <summary>The buckets of the caller's account. Visitors have none.</summary>
internal sealed class AccountThrottle(Throttles throttles, ICaller caller, IOptions<ThrottleOptions> options)
{
    /// <summary>Takes tokens, all of them or none. What asks for more than a bucket holds takes a full one.</summary>
    /// <exception cref="ProblemException">429 that says when there are enough.</exception>
    public async Task TakeAsync(Throttle throttle, int tokens, CancellationToken cancellationToken)
    {
        if (caller.UserId is { } userId)
        {
            var rate = options.Value.Find(throttle);
            var name = throttle.ToString().ToLowerInvariant();
            await throttles.TakeAsync(new TokenBucket(name, rate.Burst, rate.PerMinute), userId.ToString("N"), tokens, $"{name} by this account", cancellationToken);
        }
    }
}
