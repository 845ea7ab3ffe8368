using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>The addresses of groups' pages.</summary>
public sealed class GroupAddressTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task The_former_address_of_a_renamed_group_leads_to_the_current_one()
    {
        var (group, image) = await CreateAsync("Old harbour", seed: 8_001);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/groups/old-harbour");
        await ShowsAsync(page, "Old harbour");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "New harbour" }).StatusAsync(HttpStatusCode.OK);

        // An open page stays usable.
        await page.Locator($"#photo-{image}").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await page.ReloadAsync();
        await ShowsAsync(page, "New harbour");
        await Assertions.Expect(page).ToHaveURLAsync("/groups/new-harbour");
        await page.GotoAsync($"/groups/old-harbour/images/{image}");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"/groups/new-harbour/images/{image}");
        await page.GotoAsync($"/groups/{group}");
        await Assertions.Expect(page).ToHaveURLAsync("/groups/new-harbour");
    }

    [Fact]
    public async Task The_former_address_of_a_moved_photo_leads_to_the_photo_in_its_group()
    {
        var (from, _) = await CreateAsync("Moved from", seed: 8_101);
        var first = await server.Admin.AddImageAsync(from, "b.jpg", TestImages.Jpeg(320, 240, 8_103));
        var (target, stays) = await CreateAsync("Moved to", seed: 8_102);
        await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "move", ids = new[] { first }, groupId = target }).StatusAsync(HttpStatusCode.OK);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("404");
        var page = visit.Page;
        await page.GotoAsync($"/groups/moved-from/images/{first}");
        await Assertions.Expect(page).ToHaveURLAsync($"/groups/moved-to/images/{first}");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “Moved to”" }).GetByText("2 / 2").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(page).ToHaveURLAsync($"/groups/moved-to/images/{stays}");
    }

    [Fact]
    public async Task The_gallery_links_to_the_page_by_its_slug_also_if_the_group_was_renamed_since()
    {
        var (group, _) = await CreateAsync("Listed", seed: 8_002);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        var card = page.GetByRole(AriaRole.Link, new() { Name = "Listed" });
        (await card.GetAttributeAsync("href")).ShouldBe("/groups/listed");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Renamed since" }).StatusAsync(HttpStatusCode.OK);

        await card.ClickAsync();

        await ShowsAsync(page, "Renamed since");
    }

    [Fact]
    public async Task A_page_with_a_slug_needs_one_request_for_the_group_and_one_for_its_photos()
    {
        var (group, _) = await CreateAsync("Swift", seed: 8_003);
        await using var visit = await chromium.VisitAsync(server, keepsFirstScreen: true);
        var page = visit.Page;
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(new Uri(request.Url).PathAndQuery);

        await page.GotoAsync("/groups/swift");
        await page.Locator("main a[id^=photo]").WaitForAsync();

        asked.Where(path => path.StartsWith("/api/v1/groups", StringComparison.Ordinal)).ShouldBe([$"/api/v1/groups/{group}", $"/api/v1/groups/{group}/images?cursor=&pageSize=30"]);
    }

    [Fact]
    public async Task An_admin_changes_the_address_and_is_told_if_it_is_taken_or_invalid()
    {
        await CreateAsync("Taken", seed: 8_004);
        var (group, _) = await CreateAsync("Ours", seed: 8_005);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await ChooseAsync("Change the address …");
        var field = page.GetByRole(AriaRole.Textbox, new() { Name = "Address" });
        await Assertions.Expect(field).ToHaveValueAsync("ours");
        await page.GetByText($"{server.Url.Authority}/groups/", new() { Exact = true }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for an address");
        await visit.ShouldFitANarrowScreenAsync("the dialog for an address");

        visit.Expects("409|400");
        await SaveAsync("taken");
        await page.GetByText("Another group has the address “taken”.").WaitForAsync();
        await SaveAsync("no spaces");
        await page.GetByText("Only letters a–z, digits and hyphens are allowed.").WaitForAsync();
        await SaveAsync("Mine-2026");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await ChooseAsync("View as a visitor");
        await Assertions.Expect(page).ToHaveURLAsync("/groups/mine-2026");

        // After the address has been emptied, it follows the title again.
        await page.GotoAsync($"/admin/groups/{group}");
        await ChooseAsync("Change the address …");
        await SaveAsync("");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        (await server.Admin.FindPageAsync(group)).ShouldBe("/groups/ours");

        async Task ChooseAsync(string action)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Ours" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = action, Exact = true }).ClickAsync();
        }

        async Task SaveAsync(string slug)
        {
            await field.FillAsync(slug);
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        }
    }

    private static Task ShowsAsync(IPage page, string title) => page.GetByRole(AriaRole.Heading, new() { Name = title, Level = 1, Exact = true }).WaitForAsync();

    private async Task<(Guid Group, Guid Image)> CreateAsync(string title, int seed)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        return (group, await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(320, 240, seed)));
    }
}
