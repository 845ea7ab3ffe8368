using ImageHub.Api.Errors;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;

namespace ImageHub.Api.Web;

/// <summary>
/// Serves the web app: its files, and its index page at every path that may be one of its pages. It runs after routing and handles only requests without an
/// endpoint. The files and the bare index page are public.
/// </summary>
internal sealed partial class WebApp(RequestDelegate next, WebFiles files, WebHeaders headers, FirstPage firstPage, PageEndpoints pages, ILogger<WebApp> logger)
{
    /// <summary>The folder of the built web app, next to the program.</summary>
    public const string Folder = "web";

    /// <summary>The path of files whose names contain a content hash.</summary>
    public const string Assets = "/assets";

    /// <summary>The path prefixes below which unknown paths are errors, not pages of the web app.</summary>
    private static readonly PathString[] Others = ["/api", "/health", "/openapi", "/docs", "/s", "/t", "/dav", Assets];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isRead || context.GetEndpoint() is not null)
        {
            return next(context);
        }

        if (files.Find(request.Path.Value ?? "") is { } file)
        {
            return headers.SendAsync(context, file);
        }

        if (!firstPage.IsThere || !MayBePage(request.Path))
        {
            return next(context);
        }

        return pages.TrySelect(context) ? AnswerAsync(context)
            : AppPaths.HasPage(request.Path.Value ?? "") ? firstPage.SendAsync(context)
            : firstPage.SendAsync(context, StatusCodes.Status404NotFound);
    }

    private static bool MayBePage(PathString path) =>
        !Path.HasExtension(path.Value) && !Array.Exists(Others, other => path.StartsWithSegments(other, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Sends a page with its metadata. If reading the metadata fails, sends the app, which shows the error itself. On a busy server the status is
    /// 503, so that the page does not count as existing.
    /// </summary>
    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (ProblemException busy) when (busy.Problem == Problems.ServerBusy && !context.Response.HasStarted)
        {
            context.Response.Clear();
            ProblemMapping.SetRetryAfter(context.Response, busy.RetryAfter);
            await firstPage.SendAsync(context, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            if (DatabaseOutage.IsDatabaseError(exception) && !DatabaseOutage.IsProtocolError(exception))
            {
                LogWithout(DatabaseOutage.FindReason(exception));
            }
            else
            {
                logger.LogError(exception, "A page is sent without its content");
            }

            context.Response.Clear();
            await firstPage.SendAsync(context);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page is sent without its content, since the database does not respond: {Reason}")]
    private partial void LogWithout(string reason);
}
