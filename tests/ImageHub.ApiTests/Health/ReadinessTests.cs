using System.Net;
using System.Text.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.RateLimits;
using ImageHub.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ImageHub.ApiTests.Health;

/// <summary>The answers of <c>/health/ready</c> while the workers have no sandbox, or while PostgreSQL, the S3 server or Redis hangs or is stopped.</summary>
public sealed class ReadinessTests(PostgresServer postgres)
{
    private static readonly string[] Away = ["timeout", "unreachable"];

    [Fact]
    public async Task Health_is_degraded_when_workers_are_not_sandboxed_and_omits_sandboxed_workers()
    {
        var renderer = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderer.Wrap(builder.Services));
        (await server.Visitor.EventuallyReadyAsync()).GetProperty("checks").TryGetProperty("workers", out _).ShouldBeFalse();

        renderer.Confinement = "unconfined";

        var ready = await server.Visitor.GetAsync("/health/ready").JsonAsync();
        (ready.Text("status"), ready.GetProperty("checks").Text("workers")).ShouldBe(("degraded", "unconfined"));
    }

    [Fact]
    public async Task Health_soon_names_a_dependency_that_is_down_or_hangs_and_reports_its_recovery()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var store = new S3Server();
        await store.InitializeAsync();
        var folder = TemporaryFolders.Create();
        try
        {
            await using var database = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await database.StartAsync(CancellationToken.None);
            var clock = new ShiftedClock();
            var settings = new Dictionary<string, string?>(store.Settings) { ["ConnectionStrings:ImageHub"] = database.ConnectionString("ready"), ["RateLimits:Redis"] = redis.Address };
            await using var server = await ImageHubServer.StartAsync(postgres, settings, builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
            var visits = 0;
            await IsWellAsync();

            await redis.FreezeAsync();
            (await AskAsync(server, HttpStatusCode.OK)).ShouldBe(("degraded", "ok", "ok", "unreachable"));
            await redis.ThawAsync();
            await IsWellAsync();
            await redis.KillAsync();
            (await AskAsync(server, HttpStatusCode.OK)).ShouldBe(("degraded", "ok", "ok", "unreachable"));
            await redis.StartAsync();
            await IsWellAsync();

            await StoreIsAwayAsync(store.FreezeAsync);
            await store.ThawAsync();
            await IsWellAsync();
            await StoreIsAwayAsync(store.KillAsync);
            await store.InitializeAsync();
            await IsWellAsync();

            var processes = await ClusterProcesses.HangAsync(folder);
            await DatabaseIsAwayAsync();
            await ProcessSignals.SendAsync("CONT", processes);
            await IsWellAsync();
            await database.StopAsync();
            await DatabaseIsAwayAsync();
            await database.StartAsync(CancellationToken.None);
            await IsWellAsync();

            // Restoring a backup drops and recreates the tables. A renamed table stands for the time between.
            await using (var connection = new NpgsqlConnection(database.ConnectionString("ready")))
            {
                await connection.OpenAsync();
                await RenameAsync(connection, "users", "users_away");
                await DatabaseIsAwayAsync();
                await RenameAsync(connection, "users_away", "users");
                await IsWellAsync();
            }

            // The server reuses the result of a store check for ten seconds of the test's clock.
            async Task StoreIsAwayAsync(Func<Task> stop)
            {
                await stop();
                (await AskAsync(server, HttpStatusCode.OK)).Status.ShouldBe("ok");
                clock.Advance(TimeSpan.FromSeconds(10));
                var (status, database, storage, counted) = await AskAsync(server, HttpStatusCode.ServiceUnavailable);
                (status, database, counted).ShouldBe(("down", "ok", "ok"));
                storage.ShouldBeOneOf(Away);
            }

            // The server reconnects within seconds. Advance the clock as little as possible, because stale answers expire after an hour on this clock.
            async Task IsWellAsync()
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
                clock.Advance(TimeSpan.FromSeconds(10));
                var told = await AskAsync(server);
                while (told != ("ok", "ok", "ok", "ok"))
                {
                    await Task.Delay(50, patience.Token);
                    if (told.Storage != "ok")
                    {
                        clock.Advance(TimeSpan.FromSeconds(10));
                    }

                    told = await AskAsync(server);
                }

                // The outage may have cleared the cache, which stores nothing until notifications arrive again.
                int kept;
                do
                {
                    kept = CountKept();
                    visits++;
                    await server.Visitor.GetAsync($"/api/v1/groups?page={visits}").StatusAsync(HttpStatusCode.OK);
                    await Task.Delay(50, patience.Token);
                }
                while (CountKept() <= kept);
            }

            int CountKept() => Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "kept"), "*.answer", SearchOption.AllDirectories).Count();

            async Task DatabaseIsAwayAsync()
            {
                var (status, asked, storage, counted) = await AskAsync(server, HttpStatusCode.OK);
                (status, storage, counted).ShouldBe(("degraded", "ok", "ok"));
                asked.ShouldBeOneOf(Away);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RenameAsync(NpgsqlConnection connection, string table, string name)
    {
        await using var command = new NpgsqlCommand($"ALTER TABLE {table} RENAME TO {name}", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Requests the readiness. The server answers within 3 s, although its S3 client waits up to 60 s. The test allows 12 s, because a busy machine may answer
    /// later.
    /// </summary>
    private static async Task<(string? Status, string? Database, string? Storage, string? Redis)> AskAsync(ImageHubServer server, HttpStatusCode? expected = null)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(12));
        using var answer = await server.Visitor.GetAsync("/health/ready", soon.Token);
        var ready = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(soon.Token));
        answer.StatusCode.ShouldBe(expected ?? answer.StatusCode, ready.ToString());
        ready.TryGetProperty("checks", out var checks).ShouldBeTrue(ready.ToString());
        return (ready.Text("status"), checks.Text("database"), checks.Text("storage"), checks.Text("redis"));
    }
}
