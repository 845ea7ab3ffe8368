using System.Globalization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.RateLimits;

/// <summary>The kinds of throttled operations.</summary>
public enum Throttle
{
    /// <summary>Uploading or announcing files.</summary>
    Uploads,

    /// <summary>Creating links.</summary>
    Links,

    /// <summary>Requesting thumbnails.</summary>
    Thumbnails,
}

/// <summary>A request that is rate-limited by account.</summary>
public interface IThrottled
{
    /// <summary>The bucket in which the request is counted.</summary>
    Throttle Throttle { get; }
}

/// <summary>The buckets used by a request and their remaining tokens, for the response headers.</summary>
public sealed class RequestTokens(IRateLimiter limiter)
{
    private readonly List<(TokenBucket Bucket, long Remaining)> taken = [];

    /// <summary>The buckets with their remaining tokens; empty if nothing was counted.</summary>
    public IReadOnlyList<(TokenBucket Bucket, long Remaining)> Taken => taken;

    /// <summary>Acquires tokens, all or none. A number above the bucket's capacity takes a full bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The owner of the tokens.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="excess">The counted items, for the error message.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">429 with the time to wait.</exception>
    public async Task TakeAsync(TokenBucket bucket, string key, int tokens, string excess, CancellationToken cancellationToken)
    {
        var attempt = await limiter.TakeAsync(bucket, key, Math.Min(tokens, bucket.Burst), cancellationToken);

        // A request with several files uses the same bucket repeatedly.
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

/// <summary>Takes a token from the caller's bucket before the request is handled.</summary>
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
internal sealed class AccountThrottle(RequestTokens throttles, ICaller caller, IOptions<ThrottleOptions> options)
{
    /// <summary>Acquires tokens, all or none. A number above the bucket's capacity takes a full bucket.</summary>
    /// <exception cref="ProblemException">429 with the time to wait.</exception>
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
