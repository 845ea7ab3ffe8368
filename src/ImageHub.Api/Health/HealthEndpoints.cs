using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Api.Health;

/// <summary>Whether the service lives, and whether it can do its work.</summary>
internal static class HealthEndpoints
{
    private const string Ok = "ok";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", () => Results.Ok(new Liveness(Ok)))
            .AllowAnonymous()
            .Produces<Liveness>(200)
            .WithTags("Service")
            .WithSummary("Answers as long as the process lives.");
        endpoints.MapGet("/health/ready", ReadyAsync)
            .AllowAnonymous()
            .Produces<Readiness>(200)
            .Produces<Readiness>(503)
            .WithTags("Service")
            .WithSummary("Says whether the database and the object store answer; 503 when the service cannot work.");
    }

    private static async Task<IResult> ReadyAsync(IImageHubDb db, IObjectStore store, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var checks = new ReadinessChecks(
            await CheckAsync(async token => await db.Users.AnyAsync(user => user.Role == Role.Admin, token) ? Ok : "preparing", patience.Token),
            await CheckAsync(
                async token =>
                {
                    await store.CheckAsync(token);
                    return Ok;
                },
                patience.Token));
        var isReady = checks is { Database: Ok, Storage: Ok };
        return Results.Json(new Readiness(isReady ? Ok : "down", checks), statusCode: isReady ? 200 : 503);
    }

    private static async Task<string> CheckAsync(Func<CancellationToken, Task<string>> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return "timeout";
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or Application.Errors.ProblemException or InvalidOperationException)
        {
            return "unreachable";
        }
    }
}

/// <summary>The process lives.</summary>
/// <param name="Status"><c>ok</c>.</param>
internal sealed record Liveness(string Status);

/// <summary>What the service can do.</summary>
/// <param name="Status"><c>ok</c>, <c>degraded</c> or <c>down</c>.</param>
/// <param name="Checks">Each part.</param>
internal sealed record Readiness(string Status, ReadinessChecks Checks);

/// <summary>Each part: <c>ok</c>, or a word why not.</summary>
/// <param name="Database">The database.</param>
/// <param name="Storage">The object store.</param>
internal sealed record ReadinessChecks(string Database, string Storage);
