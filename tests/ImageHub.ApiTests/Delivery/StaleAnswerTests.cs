using System.Net;
using System.Net.Http.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Delivery;

/// <summary>The answers that visitors get during a database outage.</summary>
public sealed class StaleAnswerTests(PostgresServer shared)
{
    [Fact]
    public async Task Visitors_see_the_last_public_state_even_after_a_restart_and_the_server_recovers_without_help()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            await using var postgres = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await postgres.StartAsync(CancellationToken.None);
            var connectionString = postgres.ConnectionString("stale");
            await using var hub = new ImageHubProcess
            {
                Environment = { ["ConnectionStrings__ImageHub"] = connectionString, ["Jwt__SigningKey"] = ImageHubServer.SigningKey, ["Web__PublicUrl"] = "https://photos.example" },
            };
            using var admin = await hub.StartAndSignInAsync();
            using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };

            var group = await admin.CreateGroupAsync("Harbour");
            var image = await admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 31));
            var deleted = await admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(seed: 32));
            var hidden = await admin.CreateGroupAsync("Soon hidden");
            var link = (await admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
            string[] lost = [$"/api/v1/images/{deleted}/low?r=1", $"/api/v1/groups/{hidden}", $"/api/v1/groups/{hidden}/images"];
            string[] known = ["/api/v1/groups", $"/api/v1/groups/{group}", $"/api/v1/groups/{group}/images", $"/api/v1/images/{image}", $"/api/v1/images/{image}/low?r=1", $"/api/v1/images/{image}/high?r=1", "/api/v1/groups?slug=harbour", "/", "/groups/harbour", $"/groups/harbour/images/{image}"];
            await ReadAsync(visitor, [.. known, .. lost], HttpStatusCode.OK);
            await admin.DeleteAsync($"/api/v1/images/{deleted}").StatusAsync(HttpStatusCode.NoContent);
            await admin.PatchAsJsonAsync($"/api/v1/groups/{hidden}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
            var bodies = await ReadAsync(visitor, known, HttpStatusCode.OK);
            await EventuallyOnDiskAsync(hub, known.Length);

            await postgres.StopAsync();
            await ExpectStaleAsync(visitor);

            // This redirect succeeds without the database, and therefore has changed nothing.
            using (var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = admin.BaseAddress })
            {
                await plain.GetAsync("/api/v1/onedrive/callback").StatusAsync(HttpStatusCode.SeeOther);
            }

            await ExpectStaleAsync(visitor);
            await admin.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
            await admin.PostAsJsonAsync("/api/v1/groups", new { title = "Now" }).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");

            await hub.KillAsync();
            using (var after = await hub.StartAsync())
            {
                await ExpectStaleAsync(after);
            }

            await hub.KillAsync();
            using var back = await hub.StartAsync();
            await ExpectStaleAsync(back);
            await postgres.StartAsync(CancellationToken.None);
            await using (var connection = new NpgsqlConnection(connectionString))
            {
                await connection.OpenAsync();
                await using var rename = new NpgsqlCommand("UPDATE groups SET title = 'Quay' WHERE title = 'Harbour'", connection);
                await rename.ExecuteNonQueryAsync();
            }

            await back.EventuallyPreparedAsync();
            await EventuallyAsync(async () =>
            {
                using var answer = await back.GetAsync($"/api/v1/groups/{group}");
                return !answer.Headers.Contains("X-ImageHub-Stale") && (await Task.FromResult(answer).JsonAsync()).Text("title") == "Quay";
            });
            (await back.GetAsync("/health/ready").JsonAsync()).Text("status").ShouldBe("ok");
            await ReadAsync(back, [.. lost, $"/groups/{hidden}"], HttpStatusCode.NotFound);

            async Task ExpectStaleAsync(HttpClient client)
            {
                foreach (var (url, body) in known.Zip(bodies))
                {
                    using var answer = await client.GetAsync(url);
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK, hub.Output);
                    answer.Headers.GetValues("X-ImageHub-Stale").ShouldBe(["true"]);
                    answer.Headers.GetValues("Cache-Control").ShouldBe(["no-store"]);
                    (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(body);
                }

                foreach (var url in lost.Append("/api/v1/groups?page=2").Append($"/api/v1{link}").Append($"/api/v1/images/{image}/full"))
                {
                    using var answer = await client.GetAsync(url);
                    answer.Headers.RetryAfter.ShouldNotBeNull();
                    await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
                }

                // The state of these pages is unknown: the server sends the app without a preview and does not answer 404.
                foreach (var url in new[] { $"/groups/{hidden}", $"/groups/{group}", $"/groups/harbour/images/{deleted}", link })
                {
                    using var answer = await client.GetAsync(url);
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK, hub.Output);
                    (await answer.Content.ReadAsStringAsync()).ShouldBe(await client.GetStringAsync("/index.html"));
                }

                var ready = await client.GetAsync("/health/ready").JsonAsync();
                (ready.Text("status"), ready.GetProperty("checks").Text("database")).ShouldBe(("degraded", "unreachable"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// The time of day limits the age of answers from before a restart. During an outage, it must not be the only limit, because the clock can be set back.
    /// </summary>
    [Fact]
    public async Task Stale_answers_end_after_an_hour_even_if_the_clock_is_set_back_during_the_outage()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            await using var postgres = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await postgres.StartAsync(CancellationToken.None);
            var clock = new ShiftedClock();
            await using var server = await ImageHubServer.StartAsync(
                shared,
                new(StringComparer.Ordinal) { ["ConnectionStrings:ImageHub"] = postgres.ConnectionString("outage") },
                builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
            await EventuallyAsync(async () =>
                (await server.Visitor.GetAsync("/api/v1/groups")).IsSuccessStatusCode
                && Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "kept"), "*.answer", SearchOption.AllDirectories).Any());

            await postgres.StopAsync();
            await EventuallyAsync(IsStaleAsync);
            clock.Set(TimeSpan.FromMinutes(-50));
            (await IsStaleAsync()).ShouldBeTrue();
            clock.Advance(TimeSpan.FromMinutes(50));
            (await IsStaleAsync()).ShouldBeTrue();

            clock.Advance(TimeSpan.FromMinutes(10));
            await server.Visitor.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");

            async Task<bool> IsStaleAsync()
            {
                using var answer = await server.Visitor.GetAsync("/api/v1/groups");
                return answer.StatusCode == HttpStatusCode.OK && answer.Headers.Contains("X-ImageHub-Stale");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<byte[][]> ReadAsync(HttpClient client, string[] urls, HttpStatusCode expected)
    {
        List<byte[]> bodies = [];
        foreach (var url in urls)
        {
            using var answer = await client.GetAsync(url);
            answer.StatusCode.ShouldBe(expected, url);
            bodies.Add(await answer.Content.ReadAsByteArrayAsync());
        }

        return [.. bodies];
    }

    /// <summary>Waits for the cached answers, which are written to disk in the background.</summary>
    private static Task EventuallyOnDiskAsync(ImageHubProcess hub, int count) => EventuallyAsync(() =>
        Task.FromResult(Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "kept"), "*.answer", SearchOption.AllDirectories).Count() == count));
}
