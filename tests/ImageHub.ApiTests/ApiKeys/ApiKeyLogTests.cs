using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.ApiKeys;

/// <summary>API keys do not appear in the log, even at its most verbose level.</summary>
public sealed class ApiKeyLogTests
{
    [Fact]
    public async Task No_log_line_contains_an_API_key()
    {
        await using var hub = new ImageHubProcess { Environment = { ["Logging__LogLevel__Default"] = "Trace", ["Logging__LogLevel__Microsoft"] = "Trace" } };
        using var client = await hub.StartAndSignInAsync();
        var key = (await client.PostAsJsonAsync("/api/v1/api-keys", new { name = "Camera", scopes = new[] { "upload" } }).JsonAsync(HttpStatusCode.Created)).Text("key")!;
        client.DefaultRequestHeaders.Authorization = null;
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        using var listed = await client.GetAsync("/api/v1/groups");
        listed.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await client.GetAsync("/api/v1/users");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        // The log is written asynchronously.
        await hub.LineAsync(refused.Headers.GetValues("X-Request-Id").Single());
        hub.Output.ShouldContain("ApiKey was successfully authenticated");
        hub.Output.ShouldNotContain(key["ihk_".Length..]);
    }
}
