using ImageHub.Api.Accounts;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>
/// Lets pages of the origins that the settings name call the API (the Fetch Standard, section 3.3) with access tokens and keys. Cookies count for nothing there: browsers
/// are not told that they may send them, and one that comes all the same is passed over.
/// </summary>
internal sealed class CrossOrigin(IOptions<WebOptions> options)
{
    /// <summary>The headers of answers that pages may read besides those that they always may.</summary>
    private static readonly string[] Exposed =
    [
        HeaderNames.Link, HeaderNames.Location, HeaderNames.ETag, HeaderNames.ContentDisposition, HeaderNames.ContentRange, HeaderNames.AcceptRanges, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate,
        ThrottleHeaders.State, ThrottleHeaders.Policy, CommonHeaders.RequestId, Delivery.KeptAnswering.Stale, .. Uploads.TusHeaders.Answered,
    ];

    private readonly HashSet<string> origins = new(options.Value.Origins(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a page of another origin that may call sends a request.</summary>
    public bool IsOther(HttpRequest request) =>
        origins.Count > 0 && request.Headers.Origin.ToString() is { Length: > 0 } origin && origins.Contains(origin) && origin != $"{request.Scheme}://{request.Host}";

    /// <summary>Registers it with the framework.</summary>
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

    /// <summary>Answers preflights and names the origin in answers. To stand behind routing and before what is kept, which knows no origins.</summary>
    public static void Use(WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<WebOptions>>().Value.Origins().Length > 0)
        {
            app.UseWhen(context => BearerAuthentication.IsApi(context.Request), api => api.Use(VaryAsync).UseCors());
        }
    }

    /// <summary>Says that answers differ by origin, also where none was sent: a cache would give that one to the next page.</summary>
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
