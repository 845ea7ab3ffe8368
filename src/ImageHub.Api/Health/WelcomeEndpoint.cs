using ImageHub.Api.RateLimits;

namespace ImageHub.Api.Health;

/// <summary>What stands at <c>/api</c>.</summary>
internal static class WelcomeEndpoint
{
    public static string Version { get; } = typeof(WelcomeEndpoint).Assembly.GetName().Version!.ToString(3);

    public static void MapWelcome(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api", () => new Welcome("ImageHub", Version, "/docs"))
            .AllowAnonymous()
            .WithMetadata(new UncountedAttribute())
            .Produces<Welcome>(200)
            .WithTags("Service")
            .WithSummary("Gets the name and version of this service.");
}

/// <summary>What this is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version (SemVer 2.0).</param>
/// <param name="Docs">Where its documentation is.</param>
internal sealed record Welcome(string Name, string Version, string Docs);
