using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Inventory;

public sealed class InventoryLimitTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_client_records_10_times_and_lists_30_times_a_minute()
    {
        var program = server.WithKey(await server.Admin.CreateKeyAsync("inventory"));

        for (var i = 0; i < 10; i++)
        {
            await RecordAsync(program, i).StatusAsync(HttpStatusCode.Created);
        }

        for (var i = 0; i < 30; i++)
        {
            await ListAsync(program).StatusAsync(HttpStatusCode.OK);
        }

        foreach (var (answering, policy) in new[] { (RecordAsync(program, 10), "\"inventoryWrites\";q=10;w=60"), (ListAsync(program), "\"inventoryReads\";q=30;w=60") })
        {
            using var answer = await answering;
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
            answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7));
            answer.Headers.GetValues("RateLimit-Policy").Single().ShouldBe(policy);
        }

        // Another client has limits of its own.
        await RecordAsync(server.Admin, 11).StatusAsync(HttpStatusCode.Created);
    }

    private static Task<HttpResponseMessage> RecordAsync(HttpClient client, int minute) => client.PostAsJsonAsync(
        "/api/v1/inventory/records",
        new { items = new[] { new { productId = "P", quantity = minute, timestamp = new DateTime(2026, 5, 1, 12, minute, 0, DateTimeKind.Utc) } } });

    private static Task<HttpResponseMessage> ListAsync(HttpClient client) => client.GetAsync("/api/v1/inventory/records?productId=P");
}
