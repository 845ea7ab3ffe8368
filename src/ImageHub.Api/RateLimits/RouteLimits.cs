using System.Globalization;
using ImageHub.Api.ApiKeys;
using ImageHub.Application.Accounts;
using ImageHub.Application.RateLimits;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.RateLimits;

/// <summary>Names the limit of a route: setting <c>RateLimits:Routes:{name}</c>. Routes of one name share it; a route without this has its operation's name.</summary>
/// <param name="name">The name, in any case.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RouteLimitAttribute(string name) : Attribute
{
    /// <summary>The name, in any case.</summary>
    public string Name { get; } = name;

    /// <summary>Whether requests with an API key are not counted: one of a website's server asks for many visitors.</summary>
    public bool ExemptsKeys { get; init; }
}

/// <summary>What one client may ask of a route: an API key, else an account, else an address.</summary>
internal static class RouteLimits
{
    /// <summary>Gives every route that the settings name its bucket.</summary>
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

    /// <summary>Takes a token for each request of a route that has a bucket, before anything else is done for a caller who may ask.</summary>
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
            await context.RequestServices.GetRequiredService<Throttles>().TakeAsync(bucket, client, 1, "requests of this kind", context.RequestAborted);
        }

        await next(context);
    });

    /// <summary>The first name in the settings that no route has, or null.</summary>
    public static string? FindUnknownRoute(WebApplication app)
    {
        var names = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Select(endpoint => Name(endpoint.Metadata)).OfType<string>()
            .Concat(new RateLimitOptions().Routes.Keys);
        return app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.Routes.Keys.Except(names, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
    }

    private static string? Name(IEnumerable<object> metadata) => metadata.OfType<RouteLimitAttribute>().LastOrDefault()?.Name
        ?? (metadata.OfType<ControllerActionDescriptor>().LastOrDefault() is { } action ? action.ControllerName + action.ActionName : null);

    /// <summary>As codes and fields are written.</summary>
    private static string CamelCase(string name) => char.ToLower(name[0], CultureInfo.InvariantCulture) + name[1..];
}
