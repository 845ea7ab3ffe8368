using System.Diagnostics;
using ImageHub.Api.Links;
using ImageHub.Application.Accounts;
using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Diagnostics;

namespace ImageHub.Api.Requests;

/// <summary>
/// Logs a line for each request with its route template. The path and query are never logged, because they may contain a link's token. All log
/// lines of a request contain the id that its response also contains.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    private const string NoRoute = "(no route)";

    public async Task InvokeAsync(HttpContext context)
    {
        using (logger.BeginScope("request {RequestId}", context.TraceIdentifier))
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                var duration = Stopwatch.GetElapsedTime(begun);
                if (RequestDurations.IsEnabled)
                {
                    RequestDurations.Record(context.Request.Method, FindRoute(context), context.Response.StatusCode, duration);
                }

                if (logger.IsEnabled(LogLevel.Information))
                {
                    Answered(context.Request.Method, FindRoute(context), context.Response.StatusCode, (int)duration.TotalMilliseconds, FindCaller(context));
                }
            }
        }
    }

    /// <summary>The route template, also after the exception handler has cleared the endpoint.</summary>
    private static string FindRoute(HttpContext context) =>
        ((context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint) as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;

    private static string FindCaller(HttpContext context)
    {
        var caller = context.RequestServices.GetRequiredService<ICaller>();
        return caller switch
        {
            { Scopes: not null } => "key",
            { Role: Role.Admin } => "admin",
            { Role: Role.Editor } => "editor",
            { UserId: not null } => "user",
            _ => UnderLinkAttribute.HasToken(context.Request.Path) ? "guest" : "visitor",
        };
    }

    [LoggerMessage(LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds} ms by {Caller}")]
    private partial void Answered(string method, string route, int status, int milliseconds, string caller);
}
