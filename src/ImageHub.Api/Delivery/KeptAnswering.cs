using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Requests;
using ImageHub.Application.Database;
using ImageHub.Application.Delivery;
using ImageHub.Application.RateLimits;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Delivery;

/// <summary>
/// A shared cache (RFC 9111) for visitors without credentials. It is notified of every change, and also answers while the database is unavailable. It runs
/// after routing and before all middleware that reads the database.
/// </summary>
internal sealed class KeptAnswering(RequestDelegate next, IKeptAnswers kept, RecordingMemory memory, TimeProvider clock, ILogger<KeptAnswering> logger)
{
    /// <summary>Marks a response that was cached before the database became unavailable.</summary>
    public const string Stale = "X-ImageHub-Stale";

    /// <summary>The headers that a 304 response repeats from the cached response (RFC 9110, section 15.4.5).</summary>
    private static readonly string[] NotModified = [HeaderNames.CacheControl, HeaderNames.ContentLocation, HeaderNames.ETag, HeaderNames.Vary];

    public async Task InvokeAsync(HttpContext context)
    {
        if (FindRoute(context) is not { } route)
        {
            if (MayChange(context))
            {
                var begun = kept.Statements;
                context.Response.OnStarting(() => SettleAsync(context.Response.StatusCode, begun));
            }

            await next(context);
            return;
        }

        var key = route.KeyOf(context);
        var use = await kept.CheckAsync();
        if (use != KeptAnswerUse.None && kept.Find(key) is { } answer)
        {
            await SendAsync(context, answer, use);
            return;
        }

        try
        {
            await (use == KeptAnswerUse.Current && HttpMethods.IsGet(context.Request.Method) && route.IsUsual(context) ? RecordAsync(context, route, key) : next(context));
        }
        catch (Exception exception) when (!context.Response.HasStarted && DatabaseOutage.Explains(exception))
        {
            await kept.ReportOutageAsync();
            use = await kept.CheckAsync();
            if (use != KeptAnswerUse.Stale || kept.Find(key) is not { } last)
            {
                throw;
            }

            if (DatabaseOutage.IsProtocolError(exception))
            {
                logger.LogError(exception, "The database's answers do not belong to the statement: {Endpoint}", context.GetEndpoint()?.DisplayName);
            }

            context.Response.Clear();
            await SendAsync(context, last, use);
        }
    }

    /// <summary>
    /// Delays the response to a change until this instance has invalidated the affected entries. A request that was refused has changed nothing. A request
    /// that failed later, for example because the image cannot be rotated, may have changed the other fields. A request that succeeded without the database,
    /// as a redirect can during an outage, must not remove the entries, which visitors still get.
    /// </summary>
    private Task SettleAsync(int status, long begun) => status switch
    {
        < StatusCodes.Status400BadRequest => kept.Statements == begun ? Task.CompletedTask : kept.SettleAsync(),
        StatusCodes.Status422UnprocessableEntity or >= StatusCodes.Status500InternalServerError => kept.ConfirmAsync(),
        _ => Task.CompletedTask,
    };

    /// <summary>
    /// Whether a request may change the database. GET changes it on the routes to which other sites redirect browsers, because browsers follow redirects with
    /// GET. OPTIONS and PROPFIND (RFC 4918, section 9.1) only read.
    /// </summary>
    private static bool MayChange(HttpContext context) =>
        !(IsRead(context.Request) || HttpMethods.IsOptions(context.Request.Method) || context.Request.Method == "PROPFIND")
        || context.GetEndpoint()?.Metadata.GetMetadata<WithoutHeadAttribute>() is not null;

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>The cache attribute of the request's route, or null if the response is not cached.</summary>
    private static KeepsAnswerAttribute? FindRoute(HttpContext context)
    {
        var request = context.Request;
        var headers = request.Headers;
        return context.GetEndpoint()?.Metadata is { } metadata
            && metadata.GetMetadata<KeepsAnswerAttribute>() is { } route
            && IsRead(request)
            && headers.Authorization.Count == 0
            && !headers.ContainsKey(ApiKeyAuthentication.Header)
            && (headers.Cookie.Count == 0 || !request.Cookies.ContainsKey(SessionCookies.AccessToken))
            && headers.Range.Count == 0
            && headers.IfRange.Count == 0
            && headers.IfMatch.Count == 0
            && headers.IfUnmodifiedSince.Count == 0

            // If-Modified-Since is ignored if the request also has If-None-Match (RFC 9110, section 13.1.3).
            && (headers.IfModifiedSince.Count == 0 || headers.IfNoneMatch.Count > 0)

            // Requests of a rate-limited route must be counted.
            && metadata.GetMetadata<TokenBucket>() is null
            ? route
            : null;
    }

    private async Task RecordAsync(HttpContext context, KeepsAnswerAttribute route, string key)
    {
        var response = context.Response;
        var body = response.Body;
        var generation = kept.Generation;
        await using var recording = new AnswerRecording(response, memory);
        context.Features.Set(recording);
        response.Body = recording;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = body;
        }

        if (!context.RequestAborted.IsCancellationRequested && recording.Find() is { } answer)
        {
            kept.Keep(key, answer, route.TagsOf(context), generation);
        }
    }

    private Task SendAsync(HttpContext context, KeptContent answer, KeptAnswerUse use)
    {
        var response = context.Response;
        var headers = response.Headers;
        var isModified = !IsKnown(context.Request.Headers.IfNoneMatch, answer);
        foreach (var (name, value) in answer.Headers)
        {
            if (isModified || NotModified.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                headers[name] = value;
            }
        }

        // The current time, because Kestrel's Date lags by up to a second and Last-Modified must not be later than Date (RFC 9110, section
        // 8.8.2.1).
        headers.Date = HeaderUtilities.FormatDate(clock.GetUtcNow());
        if (use == KeptAnswerUse.Stale)
        {
            headers[Stale] = "true";
            headers.CacheControl = "no-store";
        }

        if (!isModified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentLength = answer.Body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(answer.Body).AsTask();
    }

    /// <summary>Whether the client already has the response (RFC 9110, section 13.1.2).</summary>
    private static bool IsKnown(StringValues tags, KeptContent answer)
    {
        if (tags.Count == 0 || !EntityTagHeaderValue.TryParseList(tags, out var known))
        {
            return false;
        }

        var own = answer.Headers.FirstOrDefault(header => header.Key == HeaderNames.ETag).Value;
        return own is not null && EntityTagHeaderValue.TryParse(own, out var tag) && known.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(tag, useStrongComparison: false));
    }
}
