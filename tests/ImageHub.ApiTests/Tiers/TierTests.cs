using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Tiers;

public sealed class TierTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Tiers = "/api/v1/tiers";

    [Fact]
    public async Task Three_tiers_are_built_in()
    {
        var tiers = (await server.Admin.GetAsync($"{Tiers}?pageSize=100").JsonAsync()).Items();

        Shown("Basic").ShouldBe(("200", false, false));
        Shown("Premium").ShouldBe(("200,400", true, false));
        Shown("Enterprise").ShouldBe(("200,400", true, true));

        (string Heights, bool Originals, bool ExpiringLinks) Shown(string name)
        {
            var tier = tiers.Single(tier => tier.Text("name") == name);
            return (Heights(tier), tier.GetProperty("originals").GetBoolean(), tier.GetProperty("expiringLinks").GetBoolean());
        }
    }

    [Fact]
    public async Task A_tier_is_created_read_changed_and_deleted()
    {
        using var answer = await server.Admin.PostAsJsonAsync(Tiers, new { name = " Studio ", thumbnailHeights = new[] { 800, 16, 800 }, quotaBytes = 1000 });
        var made = await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created);
        (made.Text("name"), Heights(made), made.GetProperty("quotaBytes").GetInt64()).ShouldBe(("Studio", "16,800", 1000L));
        made.GetProperty("maxFileBytes").ValueKind.ShouldBe(JsonValueKind.Null);
        (await server.Admin.GetAsync(answer.Headers.Location).JsonAsync()).Id().ShouldBe(made.Id());

        var changed = await server.Admin.PatchAsJsonAsync($"{Tiers}/{made.Id()}", new { quotaBytes = (long?)null, originals = true }).JsonAsync();
        (changed.Text("name"), Heights(changed), changed.GetProperty("originals").GetBoolean()).ShouldBe(("Studio", "16,800", true));
        changed.GetProperty("quotaBytes").ValueKind.ShouldBe(JsonValueKind.Null);

        await server.Admin.DeleteAsync($"{Tiers}/{made.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.GetAsync($"{Tiers}/{made.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"thumbnailHeights":[200]}""", "name")]
    [InlineData("""{"name":"x","thumbnailHeights":[15]}""", "thumbnailHeights")]
    [InlineData("""{"name":"x","thumbnailHeights":[200,2001]}""", "thumbnailHeights")]
    [InlineData("""{"name":"x","quotaBytes":-1}""", "quotaBytes")]
    [InlineData("""{"name":"x","maxFileBytes":0}""", "maxFileBytes")]
    [InlineData("""{"name":"x","colour":"red"}""", "colour")]
    public async Task An_invalid_field_of_a_tier_is_refused_with_its_name(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await server.Admin.PostAsync(Tiers, content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task Tier_names_that_differ_only_in_case_are_the_same()
    {
        var tier = await server.Admin.CreateTierAsync("Archive");

        await server.Admin.PostAsJsonAsync(Tiers, new { name = "ARCHIVE" }).ProblemAsync(HttpStatusCode.Conflict, "duplicateTierName");
        await server.Admin.PatchAsJsonAsync($"{Tiers}/{tier}", new { name = "basic" }).ProblemAsync(HttpStatusCode.Conflict, "duplicateTierName");
        await server.Admin.PatchAsJsonAsync($"{Tiers}/{tier}", new { name = "archive" }).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_tier_in_use_and_the_default_tier_cannot_be_deleted()
    {
        var tier = await server.Admin.CreateTierAsync("Kept");
        await server.Admin.CreateUserAsync("keeper", tier);

        await server.Admin.DeleteAsync($"{Tiers}/{tier}").ProblemAsync(HttpStatusCode.Conflict, "tierInUse");
        var basic = (await server.Admin.GetAsync($"{Tiers}?pageSize=100").JsonAsync()).Items().Single(row => row.Text("name") == "Basic");
        await server.Admin.DeleteAsync($"{Tiers}/{basic.Id()}").ProblemAsync(HttpStatusCode.Conflict, "tierInUse");
    }

    private static string Heights(JsonElement tier) => string.Join(',', tier.Items("thumbnailHeights").Select(height => height.GetInt32()));
}
