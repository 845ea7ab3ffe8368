using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.ApiKeys;

/// <summary>A key that programs use on both instances is revoked on one of them.</summary>
public sealed class ApiKeysOnTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_revoked_key_is_refused_by_both_instances_at_the_next_request(int revoking)
    {
        var made = await instances.Admins[0].PostAsJsonAsync("/api/v1/api-keys", new { name = "Camera", scopes = new[] { "admin" } }).JsonAsync(HttpStatusCode.Created);
        HttpClient[] programs = [instances.NewGuest(0), instances.NewGuest(1)];
        foreach (var program in programs)
        {
            program.DefaultRequestHeaders.Add("X-API-Key", made.Text("key"));
            await program.GetAsync("/api/v1/trash").StatusAsync(HttpStatusCode.OK);
        }

        await instances.Admins[revoking].DeleteAsync($"/api/v1/api-keys/{made.Id()}").StatusAsync(HttpStatusCode.NoContent);

        foreach (var program in programs)
        {
            await program.GetAsync("/api/v1/trash").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
            program.Dispose();
        }
    }
}
