using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>Downloads and the watermark: how an owner decides on them, and what visitors and guests see.</summary>
public sealed partial class VisitorRightsTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        group = await server.Admin.CreateGroupAsync("Wedding");
        await server.Admin.AddImageAsync(group, "kiss.jpg", TestPicture.Solid(1600, 1200, 0, 0, 255).ToJpeg());
        await server.Admin.AddImageAsync(group, "cake.jpg", TestPicture.Solid(1600, 1200, 0, 255, 0).ToJpeg());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_group_that_was_hidden_or_deleted_disappears_from_a_page_that_showed_it(bool isDesk)
    {
        var ended = await server.Admin.CreateGroupAsync("Ended");
        await server.Admin.AddImageAsync(ended, "last.jpg", TestImages.Jpeg(64, 96, seed: 5_100));
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("404");
        var page = visit.Page;
        if (isDesk)
        {
            await visit.SignInAsync($"/admin/groups/{ended}");
        }
        else
        {
            await page.GotoAsync(await server.Visitor.FindPageAsync(ended));
        }

        var title = page.GetByRole(AriaRole.Heading, new() { Name = "Ended" });
        await title.WaitForAsync();
        if (isDesk)
        {
            await server.Admin.DeleteAsync($"/api/v1/groups/{ended}").StatusAsync(HttpStatusCode.NoContent);
        }
        else
        {
            await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{ended}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        }

        // The page reads the group again when it becomes visible a minute later.
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 60_000; dispatchEvent(new Event('visibilitychange')); }");
        await page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" }).WaitForAsync();
        await Assertions.Expect(title).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_owner_adds_a_watermark_and_requires_it_in_a_group()
    {
        await using var desk = await chromium.VisitAsync(server);
        var page = desk.Page;
        await desk.SignInAsync("/admin/site");
        await page.Locator("input[type=file]").Last.SetInputFilesAsync(new FilePayload { Name = "mark.png", MimeType = "image/png", Buffer = TestPicture.Solid(400, 200, 255, 0, 0).ToPng() });
        await page.GetByLabel("Position").SelectOptionAsync("center");
        await page.GetByRole(AriaRole.Slider, new() { Name = "Opacity" }).FillAsync("100");
        await page.GetByRole(AriaRole.Slider, new() { Name = "Width" }).FillAsync("40");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "Watermark" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByLabel("Position")).ToHaveValueAsync("center");

        // In a shorter window, the bar with Save would cover part of a control, which the accessibility check reports as a target that is too small.
        await page.SetViewportSizeAsync(1280, 2000);
        await desk.ShouldBeAccessibleAsync("the watermark on the page Site");

        await page.GotoAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Wedding" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Downloads and watermark" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Watermark").SelectOptionAsync("true");
        await Assertions.Expect(dialog.GetByLabel("Downloads")).ToHaveValueAsync("high");
        await desk.ShouldBeAccessibleAsync("the dialog for visitors' rights");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.GotoAsync(await server.Visitor.FindPageAsync(group));
        await visit.Page.Locator("main a[id^=photo-]").First.ClickAsync();
        var shown = visit.Page.Locator("[data-resolution=high] img[src*='mark='], [data-resolution=high] img[srcset*='mark=']").Last;
        await shown.WaitForAsync();
        Func<Task<bool>> isMarked = () => shown.EvaluateAsync<bool>(IsRedInTheMiddle);
        await isMarked.ShouldBecomeAsync(true);
        var download = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Download" });
        (await download.GetAttributeAsync("href"))!.ShouldContain("/high?r=1&mark=");
    }

    [Fact]
    public async Task Visitors_and_guests_find_no_download_where_none_is_offered()
    {
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "none" }).StatusAsync(HttpStatusCode.OK);
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);
        foreach (var path in (string[])[await server.Visitor.FindPageAsync(group), link.Text("url")!])
        {
            await using var visit = await chromium.VisitAsync(server);
            var page = visit.Page;
            await page.GotoAsync(path);
            await page.Locator("main a[id^=photo-]").First.WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = SelectOrDownload() })).ToHaveCountAsync(0);
            await page.Locator("main a[id^=photo-]").First.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = SelectOrDownload() })).ToHaveCountAsync(0);
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = SelectOrDownload() })).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task A_link_offers_its_own_downloads()
    {
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "none" }).StatusAsync(HttpStatusCode.OK);
        await using var desk = await chromium.VisitAsync(server);
        var page = desk.Page;
        await desk.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Share" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Downloads").SelectOptionAsync("high");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        var address = await page.GetByRole(AriaRole.Dialog, new() { Name = "is shared" }).GetByLabel("Link", new() { Exact = true }).InputValueAsync();

        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.GotoAsync(address);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Download all 2 photos as a ZIP" }).ClickAsync();
        var download = visit.Page.WaitForDownloadAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).ClickAsync();
        (await download).SuggestedFilename.ShouldBe("Wedding.zip");
    }

    [GeneratedRegex("Download|Select", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SelectOrDownload();

    private const string IsRedInTheMiddle =
        """
        image => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 9, height: 9 });
            const context = canvas.getContext("2d");
            context.drawImage(image, image.naturalWidth / 2 - 4, image.naturalHeight / 2 - 4, 9, 9, 0, 0, 9, 9);
            const [red, green, blue] = context.getImageData(4, 4, 1, 1).data;
            return red > 150 && green < 100 && blue < 100;
        }
        """;
}
