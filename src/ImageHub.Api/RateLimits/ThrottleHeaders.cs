using System.Globalization;
using ImageHub.Application.RateLimits;

namespace ImageHub.Api.RateLimits;

/// <summary>Tells programs how their bucket stands (draft-ietf-httpapi-ratelimit-headers: <c>RateLimit</c> and <c>RateLimit-Policy</c>).</summary>
internal static class ThrottleHeaders
{
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
                headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={state.Burst};w={Math.Ceiling(state.Burst * 60.0 / state.PerMinute)}");
                headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={state.Remaining};t={Math.Ceiling(full)}");
            }

            return Task.CompletedTask;
        });
        return next(context);
    });
}
