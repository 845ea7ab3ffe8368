using ImageHub.Api.Accounts;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>
/// Allows pages of configured origins to call the API (Fetch Standard, section 3.3) with access tokens and API keys. Browsers may not send cookies, and the
/// server ignores the access token's cookie if it is sent.
/// </summary>
internal sealed class CrossOrigin(IOptions<WebOptions> options)
{
    /// <summary>The response headers that pages may read in addition to the CORS-safelisted headers.</summary>
    private static readonly string[] Exposed =
    [
        HeaderNames.Link, HeaderNames.Location, HeaderNames.ETag, HeaderNames.ContentDisposition, HeaderNames.ContentRange, HeaderNames.AcceptRanges, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate,
        ThrottleHeaders.State, ThrottleHeaders.Policy, CommonHeaders.RequestId, Delivery.KeptAnswering.Stale, .. Uploads.TusHeaders.Answered,
    ];

    private readonly HashSet<string> origins = new(options.Value.Origins(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the request comes from an allowed page of another origin.</summary>
    public bool IsOther(HttpRequest request) =>
        origins.Count > 0 && request.Headers.Origin.ToString() is { Length: > 0 } origin && origins.Contains(origin) && origin != $"{request.Scheme}://{request.Host}";

    /// <summary>Registers the CORS policy.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<CrossOrigin>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<WebOptions>>((cors, web) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(web.Value.Origins())
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    /// <summary>
    /// Answers preflight requests and adds the CORS headers to responses. Call after routing and before the response cache, whose entries are
    /// independent of the origin.
    /// </summary>
    public static void Use(WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<WebOptions>>().Value.Origins().Length > 0)
        {
            app.UseWhen(context => BearerAuthentication.IsApi(context.Request), api => api.Use(VaryAsync).UseCors());
        }
    }

    /// <summary>
    /// Adds Vary: Origin to all responses, also for requests without an origin. Otherwise a cache would send a response without CORS headers to a page of
    /// another origin.
    /// </summary>
    private static Task VaryAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static state =>
            {
                var headers = ((HttpResponse)state).Headers;
                if (!headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
                {
                    headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.Origin);
                }

                return Task.CompletedTask;
            },
            context.Response);
        return next(context);
    }
}
