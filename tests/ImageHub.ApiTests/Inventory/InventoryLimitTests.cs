using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Inventory;

public sealed class InventoryLimitTests(ImageHubServer server, PostgresServer postgres) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_client_may_record_10_times_and_list_30_times_a_minute()
    {
        using var recorded = await RecordAsync(server.Admin, 0);
        using var listed = await ListAsync(server.Admin);

        (recorded.StatusCode, listed.StatusCode).ShouldBe((HttpStatusCode.Created, HttpStatusCode.OK));
        recorded.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"inventoryWrites\";q=10;w=60");
        listed.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"inventoryReads\";q=30;w=60");
    }

    [Fact]
    public async Task A_client_over_its_limit_is_told_when_to_retry_and_other_clients_have_separate_limits()
    {
        // At one token a minute, none is refilled during the test.
        var settings = new[] { "InventoryWrites", "InventoryReads" }.SelectMany(name => new[] { ("Burst", "2"), ("PerMinute", "1") }.Select(limit => ($"RateLimits:Routes:{name}:{limit.Item1}", limit.Item2)));
        await using var strict = await ImageHubServer.StartAsync(postgres, settings.ToDictionary(setting => setting.Item1, string? (setting) => setting.Item2, StringComparer.Ordinal));
        var program = strict.WithKey(await strict.Admin.CreateKeyAsync("inventory"));
        for (var i = 0; i < 2; i++)
        {
            await RecordAsync(program, i).StatusAsync(HttpStatusCode.Created);
            await ListAsync(program).StatusAsync(HttpStatusCode.OK);
        }

        foreach (var answering in new[] { RecordAsync(program, 2), ListAsync(program) })
        {
            using var answer = await answering;
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
            answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(62));
        }

        await RecordAsync(strict.Admin, 3).StatusAsync(HttpStatusCode.Created);
    }

    private static Task<HttpResponseMessage> RecordAsync(HttpClient client, int minute) => client.PostAsJsonAsync(
        "/api/v1/inventory/records",
        new { items = new[] { new { productId = "P", quantity = minute, timestamp = new DateTime(2026, 5, 1, 12, minute, 0, DateTimeKind.Utc) } } });

    private static Task<HttpResponseMessage> ListAsync(HttpClient client) => client.GetAsync("/api/v1/inventory/records?productId=P");
}
