using System.Text.Json.Serialization;
using ImageHub.Api.RateLimits;
using ImageHub.Application.Delivery;
using ImageHub.Application.Imaging;

namespace ImageHub.Api.Health;

/// <summary>Liveness and readiness endpoints.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", () => Results.Ok(new Liveness(HealthChecks.Ok)))
            .AllowAnonymous()
            .WithMetadata(new UncountedAttribute())
            .Produces<Liveness>(200)
            .WithTags("Service")
            .WithSummary("Answers while the process is running.");
        endpoints.MapGet("/health/ready", ReadyAsync)
            .AllowAnonymous()
            .WithMetadata(new UncountedAttribute())
            .Produces<Readiness>(200)
            .Produces<Readiness>(503)
            .WithTags("Service")
            .WithSummary("Reports the state of the database, the object store and Redis. Degraded: Redis is down, a backup is overdue, render workers run without their sandbox, or the database is down and visitors get cached answers. 503: the service cannot work.");
    }

    private static async Task<IResult> ReadyAsync(HealthChecks health, IKeptAnswers kept, IImageRenderer renderer)
    {
        var (database, storage, redis, backup) = await health.AskAsync();
        var status = (database, storage) switch
        {
            (HealthChecks.Ok, HealthChecks.Ok) when (redis is null or HealthChecks.Ok) && (backup is null or HealthChecks.Ok) && renderer.Confinement is null => HealthChecks.Ok,

            // Without Redis each instance still enforces limits by its own counters, unconfined workers still decode, and an overdue backup stops nothing.
            (HealthChecks.Ok, HealthChecks.Ok) => "degraded",
            (not HealthChecks.Ok, HealthChecks.Ok) when kept.MayServeStale => "degraded",
            _ => "down",
        };
        return Results.Json(new Readiness(status, new ReadinessChecks(database, storage, redis, renderer.Confinement, backup)), statusCode: status == "down" ? 503 : 200);
    }
}

/// <summary>The process is running.</summary>
/// <param name="Status"><c>ok</c>.</param>
internal sealed record Liveness(string Status);

/// <summary>The service's readiness.</summary>
/// <param name="Status"><c>ok</c>, <c>degraded</c> or <c>down</c>.</param>
/// <param name="Checks">The state of each dependency.</param>
internal sealed record Readiness(string Status, ReadinessChecks Checks);

/// <summary>The state of each dependency: <c>ok</c> or a word for the failure.</summary>
/// <param name="Database">The database.</param>
/// <param name="Storage">The object store.</param>
/// <param name="Redis">The Redis instance for rate limits; absent if not configured.</param>
/// <param name="Workers"><c>asRoot</c> or <c>unconfined</c> if the decoding workers lack their sandbox; otherwise absent.</param>
/// <param name="Backup"><c>overdue</c> if the latest backup is older than two days or there is none; absent without <c>Backup__Schedule</c>.</param>
internal sealed record ReadinessChecks(
    string Database,
    string Storage,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Redis,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Workers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Backup);
