using System.Globalization;
using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Images;
using ImageHub.Application.Delivery;
using ImageHub.Application.RateLimits;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Delivery;

/// <summary>
/// Keeps what the route answers to visitors without any credential, and answers from that: ASP.NET Core's output caching, with what it
/// lacks for answers that must never be wrong.
/// </summary>
/// <param name="tag">What the answer is made of: one of <see cref="ChangeTags"/>; one that ends with a colon is followed by the route's <c>id</c>.</param>
/// <param name="parameters">The query parameters of answers that many visitors ask for; an answer with any other is not kept.</param>
[AttributeUsage(AttributeTargets.Method)]
internal class KeepsAnswerAttribute(string tag, params string[] parameters) : Attribute, IOutputCachePolicy
{
    /// <summary>Marks the generation among an answer's tags on its way to the store.</summary>
    internal const char GenerationMark = '@';

    private const string Stale = "X-ImageHub-Stale";

    /// <summary>Output caching knows nothing of them (RFC 9110, sections 13.1 and 14.2).</summary>
    private static readonly string[] Conditions = [HeaderNames.Range, HeaderNames.IfRange, HeaderNames.IfMatch, HeaderNames.IfUnmodifiedSince];

    /// <summary>Nothing that is kept grows old by itself.</summary>
    private static readonly TimeSpan ForGood = TimeSpan.FromDays(3_650);

    /// <summary>What the answer is made of besides: another of <see cref="ChangeTags"/>, or null.</summary>
    public string? Also { get; init; }

    /// <summary>Whether a request is one that kept answers are for.</summary>
    internal static bool IsFor(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Headers.ContainsKey(HeaderNames.Authorization)
        && !request.Headers.ContainsKey(ApiKeyAuthentication.Header)
        && !request.Cookies.ContainsKey(SessionCookies.AccessToken)
        && !Array.Exists(Conditions, request.Headers.ContainsKey);

    public async ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        context.EnableOutputCaching = false;

        // Each request of a route with a limit is counted.
        if (!IsFor(http.Request) || !IsUsual(http) || http.GetEndpoint()?.Metadata.GetMetadata<TokenBucket>() is not null)
        {
            return;
        }

        var kept = http.RequestServices.GetRequiredService<IKeptAnswers>();
        var use = await kept.CheckAsync();
        if (use == KeptAnswerUse.None)
        {
            return;
        }

        context.EnableOutputCaching = true;
        context.AllowCacheLookup = true;
        context.AllowCacheStorage = use == KeptAnswerUse.Current;

        // Who waits for another's answer would get what was read before a change that came in between.
        context.AllowLocking = false;
        context.ResponseExpirationTimeSpan = ForGood;
        context.CacheVaryByRules.QueryKeys = "*";
        context.CacheVaryByRules.VaryByHost = false;
        Describe(context);
        context.Tags.Add($"{GenerationMark}{kept.Generation}");
        if (use == KeptAnswerUse.Stale)
        {
            http.Items[Stale] = Stale;
        }
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        // As if it had been made now: a cache that counts its age would ask again too soon.
        context.HttpContext.Response.OnStarting(
            static state =>
            {
                var http = (HttpContext)state;
                var headers = http.Response.Headers;
                headers.Remove(HeaderNames.Age);
                headers.Date = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
                if (http.Items.ContainsKey(Stale))
                {
                    headers[Stale] = "true";
                    headers.CacheControl = "no-store";
                }

                return Task.CompletedTask;
            },
            context.HttpContext);
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var response = context.HttpContext.Response;
        if (response.StatusCode != StatusCodes.Status200OK || !StringValues.IsNullOrEmpty(response.Headers.SetCookie))
        {
            context.AllowCacheStorage = false;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Says what the answer depends on besides its address, and what it is made of.</summary>
    protected virtual void Describe(OutputCacheContext context)
    {
        var http = context.HttpContext;
        if (tag == ChangeTags.Image && IsBytes(http))
        {
            if (AcceptedFormats.Find(http.Request) is { } preference)
            {
                context.CacheVaryByRules.VaryByValues.Add("formats", preference.ToString());
            }
        }
        else
        {
            var compression = http.RequestServices.GetRequiredService<IResponseCompressionProvider>();
            context.CacheVaryByRules.VaryByValues.Add("encoding", compression.CheckRequestAcceptsCompression(http) ? compression.GetCompressionProvider(http)?.EncodingName ?? "" : "");
        }

        context.Tags.Add(tag.EndsWith(':') && http.GetRouteValue("id") is string id ? tag + Guid.Parse(id) : tag);
        if (Also is not null)
        {
            context.Tags.Add(Also);
        }
    }

    /// <summary>
    /// Whether the address is the one that others use for the same answer. Each of the others would be an answer of its own, and push out what many
    /// visitors ask for.
    /// </summary>
    protected virtual bool IsUsual(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var prefix = http.GetRouteValue("fileName") is null ? path.Length : path.LastIndexOf('/');
        return !path.AsSpan(0, prefix).ContainsAnyInRange('A', 'Z')
            && (http.GetRouteValue("id") is not string id || Guid.Parse(id).ToString() == id)
            && http.Request.Query.All(given => parameters.Contains(given.Key, StringComparer.Ordinal) && given.Value is [{ } value] && IsUsual(value));
    }

    /// <summary>Numbers stand without signs, zeros and spaces before them.</summary>
    private static bool IsUsual(string value) => !int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number.ToString(CultureInfo.InvariantCulture) == value;

    private static bool IsBytes(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ServesImageAttribute>() is not null;
}
