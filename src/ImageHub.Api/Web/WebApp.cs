using System.Data.Common;
using ImageHub.Api.Errors;
using ImageHub.Application.Errors;

namespace ImageHub.Api.Web;

/// <summary>
/// Serves the web app: its files, and its first page at every path that may be one of its own. It stands behind routing and takes
/// only what no endpoint does; what it serves is for anyone.
/// </summary>
internal sealed partial class WebApp(RequestDelegate next, WebFiles files, WebHeaders headers, FirstPage firstPage, Pages pages, ILogger<WebApp> logger)
{
    /// <summary>The folder beside the program that holds the web app as it was built.</summary>
    public const string Folder = "web";

    /// <summary>Below this are the files that are named by their content.</summary>
    public const string Assets = "/assets";

    /// <summary>Below these an unknown path is an error, not a page of the web app.</summary>
    private static readonly PathString[] Others = ["/api", "/health", "/openapi", "/docs", "/s", Assets];

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

    /// <summary>Has a page say what it shows. Whatever prevents that, the app comes: it tells its users itself. A page of a busy server is 503, so that nobody takes it for one that exists.</summary>
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
            if (exception is DbException || ProblemMapping.IsOutage(exception))
            {
                LogWithout(exception.Message);
            }
            else
            {
                logger.LogError(exception, "A page is sent without what it shows");
            }

            context.Response.Clear();
            await firstPage.SendAsync(context);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page is sent without what it shows, since the database does not answer: {Reason}")]
    private partial void LogWithout(string reason);
}
