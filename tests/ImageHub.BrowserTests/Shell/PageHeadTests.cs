using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Shell;

/// <summary>The document's head on pages that are reached without loading another document.</summary>
public sealed class PageHeadTests(VisitedGallery gallery, ImageHubServer server, Chromium chromium) : IClassFixture<VisitedGallery>, IClassFixture<ImageHubServer>
{
    /// <summary>The server's tags about the requested page, besides its title.</summary>
    private const string Said = "link[rel=canonical], meta[property^='og:'], meta[name^='twitter:'], meta[name=description], script[type='application/ld+json']";

    [Fact]
    public async Task The_preview_metadata_of_a_page_are_removed_when_another_page_is_shown()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator("main a[id^=photo]").First.WaitForAsync();
        (await page.Locator("link[rel=canonical]").GetAttributeAsync("href"))!.ShouldEndWith(VisitedGallery.HarbourPath);
        (await page.Locator(Said).CountAsync()).ShouldBeGreaterThan(10);

        await page.GetByRole(AriaRole.Link, new() { Name = "All galleries" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery", Level = 1 }).WaitForAsync();
        await Assertions.Expect(page.Locator(Said)).ToHaveCountAsync(0);
        await Assertions.Expect(page).ToHaveTitleAsync("Gallery");

        // Another page of the gallery differs only in the query, and another photo in the path.
        await page.GotoAsync("/?page=2");
        await page.GetByRole(AriaRole.Link, new() { Name = "Walk 11" }).First.WaitForAsync();
        (await page.Locator("link[rel=canonical]").GetAttributeAsync("href"))!.ShouldEndWith("/?page=2");
        await page.GetByRole(AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).First.WaitForAsync();
        await Assertions.Expect(page.Locator(Said)).ToHaveCountAsync(0);
        await page.GotoAsync(gallery.PhotoPath(2));
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        (await page.Locator(Said).CountAsync()).ShouldBeGreaterThan(10);
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator(Said)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_page_that_cannot_be_loaded_does_not_keep_the_title_of_the_first_page()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("500");
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator("main a[id^=photo]").First.WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Harbour · Gallery");
        await page.GetByRole(AriaRole.Link, new() { Name = "All galleries" }).ClickAsync();
        await page.RouteAsync($"**/api/v1/groups/{gallery.Specimens}", route => route.FulfillAsync(new() { Status = 500 }));
        await page.GetByRole(AriaRole.Link, new() { Name = "Specimens" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong" }).WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Something went wrong · Gallery");
    }

    [Fact]
    public async Task Only_shared_pages_are_hidden_from_search_engines()
    {
        var group = await server.Admin.CreateGroupAsync("Shared");
        await server.Admin.AddImageAsync(group, "1.jpg", TestImages.Jpeg());
        var link = (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var robots = page.Locator("meta[name=robots]");
        await page.GotoAsync(new Uri(server.Url, link).ToString());
        await page.Locator("main a[id^=photo]").First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await Assertions.Expect(robots).ToHaveCountAsync(1);
        await Assertions.Expect(robots).ToHaveAttributeAsync("content", "noindex");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery", Level = 1 }).WaitForAsync();
        await Assertions.Expect(robots).ToHaveCountAsync(0);
    }
}
