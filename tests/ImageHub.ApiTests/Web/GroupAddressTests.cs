using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Web;

/// <summary>The current address of a group's page, and the former addresses that redirect to it.</summary>
public sealed class GroupAddressTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task The_address_with_an_id_redirects_to_the_address_with_the_slug()
    {
        var (group, image) = await CreateAsync("Redirected", seed: 7_501);

        foreach (var client in new[] { server.Visitor, server.NewAdminsBrowser() })
        {
            await ShouldRedirectAsync(client, $"/groups/{group}", "/groups/redirected");
            await ShouldRedirectAsync(client, $"/groups/{group.ToString().ToUpperInvariant()}/", "/groups/redirected");
            await ShouldRedirectAsync(client, $"/groups/{group}?lang=de&x=%C3%A4", "/groups/redirected?lang=de&x=%C3%A4");
            await ShouldRedirectAsync(client, "/groups/Redirected", "/groups/redirected");
            await ShouldRedirectAsync(client, $"/groups/{group}/images/{image}", $"/groups/redirected/images/{image}");
            await client.GetAsync("/groups/redirected").StatusAsync(HttpStatusCode.OK);
            await client.GetAsync($"/groups/redirected/images/{image}").StatusAsync(HttpStatusCode.OK);
            await client.GetAsync($"/groups/{group}/images/{Guid.CreateVersion7()}").StatusAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_former_address_redirects_to_the_current_one_at_once()
    {
        var (group, image) = await CreateAsync("Once", seed: 7_502);
        await ShouldShowAsync("/groups/once", "Once");

        await PatchAsync(group, new { title = "Twice" });
        await ShouldRedirectAsync(server.Visitor, "/groups/once", "/groups/twice");
        await ShouldRedirectAsync(server.Visitor, $"/groups/once/images/{image}", $"/groups/twice/images/{image}");
        await ShouldShowAsync("/groups/twice", "Twice");

        await PatchAsync(group, new { slug = "thrice" });
        await ShouldRedirectAsync(server.Visitor, "/groups/once", "/groups/thrice");
        await ShouldRedirectAsync(server.Visitor, "/groups/twice", "/groups/thrice");

        // The first address is the current one again.
        await PatchAsync(group, new { slug = "once" });
        await ShouldShowAsync("/groups/once", "Twice");
        await ShouldRedirectAsync(server.Visitor, "/groups/thrice", "/groups/once");
    }

    [Fact]
    public async Task A_current_address_wins_over_a_former_one()
    {
        var (first, _) = await CreateAsync("Contested", seed: 7_503);
        await PatchAsync(first, new { title = "Moved away" });
        await ShouldRedirectAsync(server.Visitor, "/groups/contested", "/groups/moved-away");

        var (second, _) = await CreateAsync("Contested", seed: 7_504);
        await ShouldShowAsync("/groups/contested", "Contested");

        // Visitors are not told that a hidden group has the address.
        await PatchAsync(second, new { isPublished = false });
        await ShouldRedirectAsync(server.Visitor, "/groups/contested", "/groups/moved-away");
        await server.NewAdminsBrowser().GetAsync("/groups/contested").StatusAsync(HttpStatusCode.OK);
        await PatchAsync(second, new { isPublished = true });
        await ShouldShowAsync("/groups/contested", "Contested");

        // The group that had the address last keeps it as a former address.
        await PatchAsync(second, new { slug = "moved-too" });
        await ShouldRedirectAsync(server.Visitor, "/groups/contested", "/groups/moved-too");
    }

    [Fact]
    public async Task Hidden_and_trashed_groups_have_no_address_for_visitors()
    {
        var (group, image) = await CreateAsync("Withdrawn", seed: 7_505);
        await PatchAsync(group, new { slug = "withdrawn-later" });
        string[] paths = ["/groups/withdrawn-later", "/groups/withdrawn", $"/groups/{group}", $"/groups/withdrawn/images/{image}", $"/groups/{group}/images/{image}"];

        await PatchAsync(group, new { isPublished = false });
        await ShouldBeMissingAsync(server.Visitor);
        await ShouldRedirectAsync(server.NewAdminsBrowser(), "/groups/withdrawn", "/groups/withdrawn-later", new CacheControlHeaderValue { Private = true, NoStore = true });
        await PatchAsync(group, new { isPublished = true });
        await ShouldRedirectAsync(server.Visitor, "/groups/withdrawn", "/groups/withdrawn-later");
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await ShouldBeMissingAsync(server.Visitor);
        await ShouldBeMissingAsync(server.NewAdminsBrowser());
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await ShouldRedirectAsync(server.Visitor, "/groups/withdrawn", "/groups/withdrawn-later");

        async Task ShouldBeMissingAsync(HttpClient client)
        {
            foreach (var path in paths)
            {
                using var answer = await client.GetAsync(path);
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
                answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
                (await answer.Content.ReadAsStringAsync()).ShouldNotContain("Withdrawn");
            }
        }
    }

    [Fact]
    public async Task Routes_of_the_API_accept_only_ids()
    {
        await CreateAsync("By id", seed: 7_506);

        await server.Visitor.GetAsync("/api/v1/groups/by-id").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync("/api/v1/groups/by-id/images").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private static async Task ShouldRedirectAsync(HttpClient client, string path, string target, CacheControlHeaderValue? cacheControl = null)
    {
        // HEAD gets the same redirect as GET.
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Found, path);
            answer.Headers.Location!.OriginalString.ShouldBe(target, path);
            answer.Headers.CacheControl.ShouldBe(cacheControl ?? new CacheControlHeaderValue { NoCache = true });
            answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        }
    }

    private async Task ShouldShowAsync(string path, string title)
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var answer = await server.Visitor.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"<title>{title} · ");
        }
    }

    private async Task<(Guid Group, Guid Image)> CreateAsync(string title, int seed)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        return (group, await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(64, 48, seed)));
    }

    private Task PatchAsync(Guid group, object body) => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", body).StatusAsync(HttpStatusCode.OK);
}
