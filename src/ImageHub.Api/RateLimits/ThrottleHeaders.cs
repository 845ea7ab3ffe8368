using ImageHub.Application.RateLimits;

namespace ImageHub.Api.RateLimits;

/// <summary>Tells the OpenAPI document that a route's request is throttled (<see cref="IThrottled"/>).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ThrottledAttribute : Attribute;

/// <summary>The concurrency limit of a visitor's address.</summary>
/// <param name="Permits">The maximum number of concurrent requests.</param>
/// <param name="Left">The number of further requests allowed.</param>
internal sealed record AtWorkState(int Permits, int Left);

/// <summary>Reports the client's rate limit (draft-ietf-httpapi-ratelimit-headers: <c>RateLimit</c> and <c>RateLimit-Policy</c>).</summary>
internal static class ThrottleHeaders
{
    /// <summary>The bucket's state: the remaining requests, and the seconds until it is full.</summary>
    public const string State = "RateLimit";

    /// <summary>The bucket's policy: its size, and the seconds in which it fills.</summary>
    public const string Policy = "RateLimit-Policy";

    private const string AtWork = "atWork";

    /// <summary>Adds the headers to every counted response.</summary>
    public static void UseThrottleHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var taken = context.RequestServices.GetRequiredService<RequestTokens>().Taken;
            List<string> policies = [.. taken.Select(one => Text($"\"{one.Bucket.Name}\";q={one.Bucket.Burst};w={Seconds(one.Bucket, one.Bucket.Burst)}"))];
            List<string> states = [.. taken.Select(one => Text($"\"{one.Bucket.Name}\";r={one.Remaining};t={Seconds(one.Bucket, one.Bucket.Burst - one.Remaining)}"))];
            if (context.Features.Get<AtWorkState>() is { } atWork)
            {
                // The draft's quota unit for concurrent requests. Their quota is refilled when a request ends, not after a time.
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

    /// <summary>The number of seconds in which the given tokens are refilled.</summary>
    private static double Seconds(TokenBucket bucket, long tokens) => Math.Ceiling(tokens * 60.0 / bucket.PerMinute);
}
