using System.Globalization;
using ImageHub.Api.ApiKeys;
using ImageHub.Application.Accounts;
using ImageHub.Application.RateLimits;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.RateLimits;

/// <summary>
/// Names the rate limit of a route: setting <c>RateLimits:Routes:{name}</c>. Routes with the same name share a limit. Without the attribute, the name is the
/// operation's id without the hyphen.
/// </summary>
/// <param name="name">The name, case-insensitive.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RouteLimitAttribute(string name) : Attribute
{
    /// <summary>The name, case-insensitive.</summary>
    public string Name { get; } = name;

    /// <summary>Whether requests with an API key are exempt, because a website's server uses one key for many visitors.</summary>
    public bool ExemptsKeys { get; init; }
}

/// <summary>Per-route rate limits for each client, identified by API key, account or address.</summary>
internal static class RouteLimits
{
    /// <summary>Assigns a bucket to every route that the settings name.</summary>
    public static void LimitRoutes(this WebApplication app, IEndpointConventionBuilder endpoints)
    {
        var rates = app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.Routes;
        endpoints.Finally(builder =>
        {
            if (Name(builder.Metadata) is { } name && rates.TryGetValue(name, out var rate))
            {
                builder.Metadata.Add(new TokenBucket(CamelCase(name), rate.Burst, rate.PerMinute));
            }
        });
    }

    /// <summary>Takes a token for each authorized request of a rate-limited route before the request is processed.</summary>
    public static void UseRouteLimits(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TokenBucket>() is { } bucket)
        {
            var caller = context.RequestServices.GetRequiredService<ICaller>();
            var key = context.User.FindFirst(ApiKeyAuthentication.KeyClaim)?.Value;
            if (key is not null && context.GetEndpoint()!.Metadata.GetMetadata<RouteLimitAttribute>()?.ExemptsKeys == true)
            {
                await next(context);
                return;
            }

            var client = key ?? caller.UserId?.ToString("N") ?? caller.Address;
            await context.RequestServices.GetRequiredService<RequestTokens>().TakeAsync(bucket, client, 1, "requests of this kind", context.RequestAborted);
        }

        await next(context);
    });

    /// <summary>The first name in the settings that matches no route, or null.</summary>
    public static string? FindUnknownRoute(WebApplication app)
    {
        var names = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Select(endpoint => Name(endpoint.Metadata)).OfType<string>()
            .Concat(new RateLimitOptions().Routes.Keys);
        return app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.Routes.Keys.Except(names, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
    }

    private static string? Name(IEnumerable<object> metadata) => metadata.OfType<RouteLimitAttribute>().LastOrDefault()?.Name
        ?? (metadata.OfType<ControllerActionDescriptor>().LastOrDefault() is { } action ? action.ControllerName + action.ActionName : null);

    /// <summary>Converts a name to camel case, as in error codes and field names.</summary>
    private static string CamelCase(string name) => char.ToLower(name[0], CultureInfo.InvariantCulture) + name[1..];
}
