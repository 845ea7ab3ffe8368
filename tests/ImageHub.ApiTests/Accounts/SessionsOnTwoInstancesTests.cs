using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Accounts;

/// <summary>Sessions that are used on two instances. Each instance caches the permissions of a session.</summary>
public sealed class SessionsOnTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    private HttpClient Admin => instances.Admins[0];

    [Fact]
    public async Task A_changed_account_tier_or_membership_counts_at_once_where_it_was_changed_and_soon_on_the_other_instance()
    {
        var small = await Admin.CreateTierAsync("Small");
        var id = await Admin.CreateUserAsync("ada", small);
        var group = await Admin.CreateGroupAsync("Hidden", isPublished: false);
        var clients = await instances.SignInAsync("ada");

        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/tiers/{small}", new { name = "Tiny" }).StatusAsync(HttpStatusCode.OK),
            clients,
            async client => (await MeAsync(client)).GetProperty("tier").Text("name") == "Tiny");
        var large = await Admin.CreateTierAsync("Large");
        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { tierId = large }).StatusAsync(HttpStatusCode.OK),
            clients,
            async client => (await MeAsync(client)).GetProperty("tier").Text("name") == "Large");
        await TwoInstances.ChangesAsync(() => Admin.SetMembersAsync(group, (id, "viewer")), clients, client => IsAsync(client, $"/api/v1/groups/{group}", HttpStatusCode.OK));
        await TwoInstances.ChangesAsync(() => Admin.SetMembersAsync(group), clients, client => IsAsync(client, $"/api/v1/groups/{group}", HttpStatusCode.NotFound));
        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { role = "admin" }).StatusAsync(HttpStatusCode.OK),
            clients,
            client => IsAsync(client, "/api/v1/users", HttpStatusCode.OK));
        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { role = "editor" }).StatusAsync(HttpStatusCode.OK),
            clients,
            client => IsAsync(client, "/api/v1/users", HttpStatusCode.Forbidden));
        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK),
            clients,
            client => IsAsync(client, "/api/v1/auth/me", HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("logout")]
    [InlineData("delete")]
    public async Task A_session_that_has_ended_is_refused_at_once_where_it_was_ended_and_soon_on_the_other_instance(string end)
    {
        var id = await Admin.CreateUserAsync($"grace-{end}");
        var clients = await instances.SignInAsync($"grace-{end}");

        await TwoInstances.ChangesAsync(
            () => end == "logout"
                ? clients[0].PostAsync("/api/v1/auth/logout", content: null).StatusAsync(HttpStatusCode.NoContent)
                : Admin.DeleteAsync($"/api/v1/users/{id}").StatusAsync(HttpStatusCode.NoContent),
            clients,
            client => IsAsync(client, "/api/v1/auth/me", HttpStatusCode.Unauthorized));
    }

    private static Task<JsonElement> MeAsync(HttpClient client) => client.GetAsync("/api/v1/auth/me").JsonAsync();

    private static async Task<bool> IsAsync(HttpClient client, string path, HttpStatusCode expected)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode == expected;
    }
}
