using ImageHub.Api.RateLimits;

namespace ImageHub.Api.Health;

/// <summary>The endpoint at <c>/api</c>.</summary>
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

/// <summary>The service's name and version.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version (SemVer 2.0).</param>
/// <param name="Docs">The address of the documentation.</param>
internal sealed record Welcome(string Name, string Version, string Docs);
