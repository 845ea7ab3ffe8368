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
            var state = context.RequestServices.GetRequiredService<ThrottleState>();
            if (state.Name is { } name)
            {
                var headers = context.Response.Headers;
                var full = (state.Burst - state.Remaining) * 60.0 / state.PerMinute;
                headers[Policy] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={state.Burst};w={Math.Ceiling(state.Burst * 60.0 / state.PerMinute)}");
                headers[State] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={state.Remaining};t={Math.Ceiling(full)}");
            }

            return Task.CompletedTask;
        });
        return next(context);
    });
}
