using System.Globalization;
using ImageHub.Application.RateLimits;

namespace ImageHub.Api.RateLimits;

/// <summary>Tells the OpenAPI document that a route's request is throttled (<see cref="IThrottled"/>).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ThrottledAttribute : Attribute;

/// <summary>Tells programs how their bucket stands (draft-ietf-httpapi-ratelimit-headers: <c>RateLimit</c> and <c>RateLimit-Policy</c>).</summary>
internal static class ThrottleHeaders
{
    /// <summary>How the bucket stands: what is left, and in how many seconds it is full.</summary>
    public const string State = "RateLimit";

    /// <summary>What the bucket is: its size, and in how many seconds it fills.</summary>
    public const string Policy = "RateLimit-Policy";

    /// <summary>Adds the headers to every answer of which something was counted.</summary>
    public static void UseThrottleHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            if (context.RequestServices.GetRequiredService<Throttles>().Taken is { Count: > 0 } taken)
            {
                context.Response.Headers[Policy] = string.Join(", ", taken.Select(one => string.Create(
                    CultureInfo.InvariantCulture, $"\"{one.Bucket.Name}\";q={one.Bucket.Burst};w={Seconds(one.Bucket, one.Bucket.Burst)}")));
                context.Response.Headers[State] = string.Join(", ", taken.Select(one => string.Create(
                    CultureInfo.InvariantCulture, $"\"{one.Bucket.Name}\";r={one.Remaining};t={Seconds(one.Bucket, one.Bucket.Burst - one.Remaining)}")));
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>In how many seconds so many tokens come back.</summary>
    private static double Seconds(TokenBucket bucket, long tokens) => Math.Ceiling(tokens * 60.0 / bucket.PerMinute);
}
