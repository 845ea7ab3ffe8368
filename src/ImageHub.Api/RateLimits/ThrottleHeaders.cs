using ImageHub.Application.RateLimits;

namespace ImageHub.Api.RateLimits;

/// <summary>Tells the OpenAPI document that a route's request is throttled (<see cref="IThrottled"/>).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ThrottledAttribute : Attribute;

/// <summary>How many requests of a visitor's address may be at work at a time, and how many more than these.</summary>
/// <param name="Permits">How many in all.</param>
/// <param name="Left">How many more.</param>
internal sealed record AtWorkState(int Permits, int Left);

/// <summary>Tells programs how their bucket stands (draft-ietf-httpapi-ratelimit-headers: <c>RateLimit</c> and <c>RateLimit-Policy</c>).</summary>
internal static class ThrottleHeaders
{
    /// <summary>How the bucket stands: what is left, and in how many seconds it is full.</summary>
    public const string State = "RateLimit";

    /// <summary>What the bucket is: its size, and in how many seconds it fills.</summary>
    public const string Policy = "RateLimit-Policy";

    private const string AtWork = "atWork";

    /// <summary>Adds the headers to every answer of which something was counted.</summary>
    public static void UseThrottleHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var taken = context.RequestServices.GetRequiredService<Throttles>().Taken;
            List<string> policies = [.. taken.Select(one => Text($"\"{one.Bucket.Name}\";q={one.Bucket.Burst};w={Seconds(one.Bucket, one.Bucket.Burst)}"))];
            List<string> states = [.. taken.Select(one => Text($"\"{one.Bucket.Name}\";r={one.Remaining};t={Seconds(one.Bucket, one.Bucket.Burst - one.Remaining)}"))];
            if (context.Features.Get<AtWorkState>() is { } atWork)
            {
                // The draft's quota unit for what is under way at a time: it comes back when a request ends, and not by a clock.
                policies.Add(Text($"\"{AtWork}\";q={atWork.Permits};qu=\"concurrent-requests\""));
                states.Add(Text($"\"{AtWork}\";r={atWork.Left}"));
            }

            if (policies.Count > 0)
            {
                context.Response.Headers[Policy] = string.Join(", ", policies);
                context.Response.Headers[State] = string.Join(", ", states);
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>In how many seconds so many tokens come back.</summary>
    private static double Seconds(TokenBucket bucket, long tokens) => Math.Ceiling(tokens * 60.0 / bucket.PerMinute);
}
