using ImageHub.Api.Errors;
using ImageHub.Api.Images;
using ImageHub.Api.Web;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.RateLimits;

/// <summary>Exempts a route from the visitors' limit: the route needs neither the database nor rendering, or has a separate limit.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class UncountedAttribute : Attribute;

/// <summary>
/// Limits the load that requests without credentials cause: the number of concurrent requests per address, and the duration of their
/// statements. Image requests are exempt, because a page has dozens of them and each reads one row. Responses of earlier middleware are not
/// counted.
/// </summary>
/// <remarks>The framework's concurrency limiter cannot compute <c>Retry-After</c>; this class estimates it from the requests' start times.</remarks>
internal sealed class VisitorLimits(RequestDelegate next, IOptions<RateLimitOptions> options, FirstPage firstPage, TimeProvider clock)
{
    private readonly int permits = options.Value.AtWorkPerAddress;
    private readonly TimeSpan statement = TimeSpan.FromSeconds(options.Value.StatementSeconds);
    private readonly Lock gate = new();

    // The start times of the running requests, by address.
    private readonly Dictionary<string, List<long>> atWork = new(StringComparer.Ordinal);

    /// <summary>Whether the limit applies to a route's requests without credentials.</summary>
    public static bool Counts(IEnumerable<object> metadata) => !metadata.Any(item => item is UncountedAttribute or ServesImageAttribute);

    public async Task InvokeAsync(HttpContext context, ICaller caller, StatementTimeout timeout)
    {
        if (context.User.Identity?.IsAuthenticated == true || context.GetEndpoint() is not { } endpoint || !Counts(endpoint.Metadata))
        {
            await next(context);
            return;
        }

        var (address, began) = (caller.Address, clock.GetTimestamp());
        var refusal = TryBegin(address, began, out var left);
        context.Features.Set(new AtWorkState(permits, left));
        if (refusal is not null)
        {
            // An exception would be too slow: a client over the limit may cause thousands of these responses a second.
            await RefuseAsync(context, refusal);
            return;
        }

        try
        {
            timeout.LimitAtServer(statement);
            await next(context);
        }
        finally
        {
            End(address, began);
        }
    }

    /// <summary>Rejects a request. For a page, sends the web app without content; the error status prevents caching and indexing.</summary>
    private Task RefuseAsync(HttpContext context, ProblemException refusal)
    {
        if (!PageEndpoints.IsPage(context))
        {
            return ProblemMapping.WriteAsync(context, refusal);
        }

        ProblemMapping.SetRetryAfter(context.Response, refusal.RetryAfter);
        return firstPage.SendAsync(context, StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Registers a request as running.</summary>
    /// <param name="address">The client's address.</param>
    /// <param name="began">The start time.</param>
    /// <param name="left">The number of further requests allowed for the address.</param>
    /// <returns>Null, or the reason for rejection.</returns>
    private ProblemException? TryBegin(string address, long began, out int left)
    {
        left = 0;
        lock (gate)
        {
            if (!atWork.TryGetValue(address, out var others))
            {
                atWork[address] = others = [];
            }

            if (others.Count >= permits)
            {
                var wait = Wait(others, began);
                return new ProblemException(
                    Problems.TooManyRequests,
                    $"{others.Count} requests from this address are in progress; try again in {Math.Ceiling(wait.TotalSeconds)} s, or send an API key.")
                { RetryAfter = wait };
            }

            others.Add(began);
            left = permits - others.Count;
            return null;
        }
    }

    private void End(string address, long began)
    {
        lock (gate)
        {
            var others = atWork[address];
            others.Remove(began);
            if (others.Count == 0)
            {
                atWork.Remove(address);
            }
        }
    }

    /// <summary>
    /// The estimated time until one of the requests ends: the statement timeout minus the age of the oldest request within it. If all requests exceed the
    /// timeout, as archives do, the age of the newest request.
    /// </summary>
    private TimeSpan Wait(List<long> others, long now)
    {
        var durations = others.Select(began => clock.GetElapsedTime(began, now)).ToList();
        var brief = durations.Where(duration => duration < statement).ToList();
        return brief.Count > 0 ? statement - brief.Max() : durations.Min();
    }
}
