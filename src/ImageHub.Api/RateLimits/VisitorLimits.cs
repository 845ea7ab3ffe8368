using ImageHub.Api.Errors;
using ImageHub.Api.Images;
using ImageHub.Api.Web;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.RateLimits;

/// <summary>A route that anyone may call as often as they like: it needs neither the database nor a rendering, or has a limit of its own.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class UncountedAttribute : Attribute;

/// <summary>
/// Keeps requests without credentials from using the server up: so many from one address are at work at a time, and their statements end
/// early. Images do not count: a page has dozens of them, and each is one row. What is answered before this middleware does not, either.
/// </summary>
/// <remarks>
/// The framework's concurrency limiter cannot say when to come back; what is at work here, and since when, tells.
/// </remarks>
internal sealed class VisitorLimits(RequestDelegate next, IOptions<RateLimitOptions> options, FirstPage firstPage, TimeProvider clock)
{
    private readonly int permits = options.Value.AtWorkPerAddress;
    private readonly TimeSpan statement = TimeSpan.FromSeconds(options.Value.StatementSeconds);
    private readonly Lock gate = new();

    // When each request at work began, by address.
    private readonly Dictionary<string, List<long>> atWork = new(StringComparer.Ordinal);

    /// <summary>Whether a route's requests count when they come without credentials.</summary>
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
            // Written and not thrown: those who send too much get thousands of these a second.
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

    /// <summary>A page of the web app comes without what it shows; its status keeps caches and search engines from taking it for that page.</summary>
    private Task RefuseAsync(HttpContext context, ProblemException refusal)
    {
        if (!Pages.IsPage(context))
        {
            return ProblemMapping.WriteAsync(context, refusal);
        }

        ProblemMapping.SetRetryAfter(context.Response, refusal.RetryAfter);
        return firstPage.SendAsync(context, StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Counts a request as at work.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="began">When it began.</param>
    /// <param name="left">How many more of that address may be.</param>
    /// <returns>Null, or why it may not be.</returns>
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
                    $"{others.Count} requests from this address are at work; try again in {Math.Ceiling(wait.TotalSeconds)} s, or send an API key.")
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

    /// <summary>Until the next one ends: a statement by its limit; archives, which have taken longer, perhaps after as long again.</summary>
    private TimeSpan Wait(List<long> others, long now)
    {
        var durations = others.Select(began => clock.GetElapsedTime(began, now)).ToList();
        var brief = durations.Where(duration => duration < statement).ToList();
        return brief.Count > 0 ? statement - brief.Max() : durations.Min();
    }
}
