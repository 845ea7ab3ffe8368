using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.ApiKeys;

/// <summary>The expiry and the last use of API keys.</summary>
public sealed class ApiKeyTimeTests(PostgresServer postgres)
{
    private readonly ShiftedClock clock = new();

    [Fact]
    public async Task An_expired_key_stops_working_and_stays_in_the_list()
    {
        await using var server = await StartAsync();
        var expiresAt = DateTimeOffset.UtcNow.AddHours(2);
        var made = await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name = "Short", scopes = new[] { "read" }, expiresAt }).JsonAsync(HttpStatusCode.Created);
        using var program = server.WithKey(made.Text("key")!);
        clock.Advance(TimeSpan.FromMinutes(119));
        await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromMinutes(1));

        await program.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        (await server.Admin.GetAsync("/api/v1/api-keys").JsonAsync()).Items().Select(key => key.Id()).ShouldBe([made.Id()]);
    }

    [Fact]
    public async Task The_last_use_of_a_key_is_recorded_at_most_once_a_minute()
    {
        await using var server = await StartAsync();
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("read"));

        clock.Stop();

        var first = await UsedAtAsync();
        clock.Advance(TimeSpan.FromSeconds(59));
        (await UsedAtAsync()).ShouldBe(first);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await UsedAtAsync()).ShouldBe(first.AddMinutes(1));

        async Task<DateTime> UsedAtAsync()
        {
            await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);
            return (DateTime)(await server.SqlAsync("SELECT last_used_at FROM api_keys"))!;
        }
    }

    private Task<ImageHubServer> StartAsync() =>
        ImageHubServer.StartAsync(postgres, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
}
