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

/// <summary>How the caller's bucket stands after this request, for its answer's headers; null where nothing was counted.</summary>
public sealed class ThrottleState
{
    /// <summary>The bucket's name.</summary>
    public string? Name { get; internal set; }

    /// <summary>Its size.</summary>
    public int Burst { get; internal set; }

    /// <summary>What it fills with in a minute.</summary>
    public int PerMinute { get; internal set; }

    /// <summary>What is left in it.</summary>
    public long Remaining { get; internal set; }
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
internal sealed class AccountThrottle(IRateLimiter limiter, ICaller caller, ThrottleState state, IOptions<ThrottleOptions> options)
{
    /// <summary>Takes tokens, all of them or none. What asks for more than a bucket holds takes a full one.</summary>
    /// <exception cref="ProblemException">429 that says when there are enough.</exception>
    public async Task TakeAsync(Throttle throttle, int tokens, CancellationToken cancellationToken)
    {
        if (caller.UserId is not { } userId)
        {
            return;
        }

        var rate = options.Value.Find(throttle);
        var name = throttle.ToString().ToLowerInvariant();
        var taken = await limiter.TakeAsync(new TokenBucket(name, rate.Burst, rate.PerMinute), userId.ToString("N"), Math.Min(tokens, rate.Burst), cancellationToken);
        (state.Name, state.Burst, state.PerMinute, state.Remaining) = (name, rate.Burst, rate.PerMinute, taken.Remaining);
        if (taken.Wait is { } wait)
        {
            throw new ProblemException(
                Problems.TooManyRequests,
                string.Create(CultureInfo.InvariantCulture, $"Too many {name} by this account: {rate.Burst} at once and {rate.PerMinute} a minute are allowed; try again in {Math.Ceiling(wait.TotalSeconds)} s."))
            { RetryAfter = wait };
        }
    }
}
