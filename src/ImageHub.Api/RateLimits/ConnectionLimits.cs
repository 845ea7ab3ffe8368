using ImageHub.Application.Accounts;
using ImageHub.Application.Database;

namespace ImageHub.Api.RateLimits;

/// <summary>Limits database connections by the caller's address.</summary>
internal static class ConnectionLimits
{
    /// <summary>Counts each request's database connections against its caller's address.</summary>
    public static void UseConnectionShares(this WebApplication app) => app.Use((context, next) =>
    {
        context.RequestServices.GetRequiredService<ConnectionShare>().Caller = context.RequestServices.GetRequiredService<ICaller>().Address;
        return next(context);
    });
}
