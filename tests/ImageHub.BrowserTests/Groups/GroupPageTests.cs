using System.IO.Compression;
using System.Text.Json;

namespace ImageHub.BrowserTests.Groups;

/// <summary>A group's page, as a visitor scrolls through it.</summary>
public sealed class GroupPageTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task Photos_stand_in_rows_that_fill_the_width_each_in_its_own_proportion()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await OpenAsync(visit.Page);
        var boxes = await visit.Page.EvaluateAsync<JsonElement>("""
            [...document.querySelectorAll("main a[id^=photo]")].map((photo) => {
              const { left, top, width, height } = photo.getBoundingClientRect();
              const image = photo.querySelector("img:last-child");
              return { top: Math.round(top), right: left + width, off: Math.abs(width / height - image.getAttribute("width") / image.getAttribute("height")) };
            })
            """);
        var photos = boxes.EnumerateArray().ToList();
        photos.Count.ShouldBeGreaterThanOrEqualTo(30);
        photos.ShouldAllBe(photo => photo.GetProperty("off").GetDouble() < 0.02);
        var rows = photos.GroupBy(photo => photo.GetProperty("top").GetInt32()).Select(row => row.Max(photo => photo.GetProperty("right").GetDouble())).ToList();
        var width = await visit.Page.EvaluateAsync<double>("(() => { const main = document.getElementById('content'); return main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight); })()");
        rows.Count.ShouldBeGreaterThan(5);
        foreach (var right in rows.SkipLast(1))
        {
            right.ShouldBe(width, 2);
        }
    }

    [Theory]
    [InlineData(false, 1, "/low")]
    [InlineData(false, 3, "/high")]
    [InlineData(true, 2, "/medium")]
    [InlineData(true, 3, "/medium")]
    public async Task The_browser_chooses_among_low_medium_and_high_by_the_places_width_and_the_screen(bool onPhone, int scale, string expected)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone, change: options => options.DeviceScaleFactor = scale);
        await visit.Page.GotoAsync($"/groups/{gallery.Specimens}");
        var image = visit.Page.Locator($"#photo-{gallery.Tiff} img[srcset]");
        (await image.GetAttributeAsync("srcset"))
            .ShouldBe($"/api/v1/images/{gallery.Tiff}/low?r=1 345w, /api/v1/images/{gallery.Tiff}/medium?r=1 720w, /api/v1/images/{gallery.Tiff}/high?r=1 1400w");
        Func<Task<string>> chosen = () => image.EvaluateAsync<string>("image => new URL(image.currentSrc || location).pathname");
        await chosen.ShouldBecomeAsync($"/api/v1/images/{gallery.Tiff}{expected}");
    }

    [Fact]
    public async Task Photos_that_are_known_before_the_app_has_come_get_their_final_size_at_once()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await page.AddInitScriptAsync("""
            window.resized = 0;
            new MutationObserver((changes) => {
              resized += changes.filter((change) => change.target.matches("[id^=photo-] img") && change.oldValue !== null).length;
            }).observe(document, { subtree: true, attributes: true, attributeFilter: ["sizes"], attributeOldValue: true });
            """);
        var known = Task.WhenAll(
            page.WaitForRequestFinishedAsync(new() { Predicate = request => request.Url.EndsWith($"/groups/{gallery.Harbour}", StringComparison.Ordinal) && request.ResourceType == "fetch" }),
            page.WaitForRequestFinishedAsync(new() { Predicate = request => request.Url.Contains("/images?", StringComparison.Ordinal) }));
        await page.RouteAsync("**/assets/main-*.js", async route =>
        {
            await known;
            await route.ContinueAsync();
        });
        await OpenAsync(page);
        await page.ImagesAsync();
        (await page.EvaluateAsync<int>("resized")).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_shifts_while_a_group_and_its_further_pages_come()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.CountShiftsAsync();
        var released = new TaskCompletionSource();
        await page.RouteAsync("**/low*", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await OpenAsync(page);
        await ToEndAsync(page);
        released.SetResult();
        await page.ImagesAsync();
        (await Photos(page).EvaluateAllAsync<string[]>("photos => photos.map(photo => photo.id.replace('photo-', ''))")).ShouldBe(gallery.Photos.Select(id => id.ToString()));
        (await page.LayoutShiftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Who_comes_back_to_a_group_finds_it_where_it_was_left()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await OpenAsync(page);
        await ToEndAsync(page);
        await page.ScrollAsync($"document.getElementById('photo-{gallery.Photos[99]}').scrollIntoView({{ block: 'start' }})");
        var left = await page.ScrolledAsync();
        left.ShouldBeGreaterThan(2000);

        // By way of the gallery, and its own place.
        await page.GetByRole(AriaRole.Link, new() { Name = "All groups" }).EvaluateAsync("link => link.click()");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery" }).WaitForAsync();
        (await page.ScrolledAsync()).ShouldBe(0);
        await page.GoBackAsync();
        await IsWithinARowAsync(page, left);

        // By way of another site, and by a reload: everything is loaded again.
        await page.GotoAsync("about:blank");
        await page.GoBackAsync();
        await IsWithinARowAsync(page, left);
        await page.ReloadAsync();
        await IsWithinARowAsync(page, left);
    }

    [Fact]
    public async Task A_page_that_is_opened_by_its_address_begins_at_its_top()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Walk 10" }).WaitForAsync();
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
        (await page.ScrolledAsync()).ShouldBeGreaterThan(500);

        await OpenAsync(page);
        await page.ImagesAsync();
        (await page.ScrolledAsync()).ShouldBe(0);

        // A reload and the way back find each where it was left.
        await page.ScrollAsync("scrollTo(0, 700)");
        await page.ReloadAsync();
        await IsWithinARowAsync(page, 700);
        await page.GoBackAsync();
        Func<Task<bool>> isBack = async () => await page.ScrolledAsync() > 500;
        await isBack.ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task A_group_is_downloaded_as_a_ZIP_by_a_plain_link()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await OpenAsync(visit.Page);
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "Download all 130 photos as a ZIP" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("Harbour.zip");
        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        zip.Entries.Count.ShouldBe(130);
    }

    [Fact]
    public async Task Photos_are_called_by_their_titles_or_their_places_never_by_their_files()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await OpenAsync(visit.Page);
        var names = await Photos(visit.Page).EvaluateAllAsync<string[]>("photos => photos.map(photo => photo.querySelector('img:last-child').alt)");
        names[..3].ShouldBe([VisitedGallery.FirstTitle, "Photo 2 of “Harbour”", "Photo 3 of “Harbour”"]);
        (await visit.Page.ContentAsync()).ShouldNotContain("DSC_");
    }

    private static ILocator Photos(IPage page) => page.Locator("main a[id^=photo]");

    private async Task OpenAsync(IPage page)
    {
        await page.GotoAsync($"/groups/{gallery.Harbour}");
        await Photos(page).First.WaitForAsync();
    }

    /// <summary>Scrolls until every photo is there and the end is in view.</summary>
    private static async Task ToEndAsync(IPage page)
    {
        Func<Task<int>> count = async () =>
        {
            await page.EvaluateAsync("scrollBy(0, 900)");
            return await Photos(page).CountAsync();
        };
        await count.ShouldBecomeAsync(130);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
    }

    private static async Task IsWithinARowAsync(IPage page, int left)
    {
        Func<Task<bool>> isBack = async () => Math.Abs(await page.ScrolledAsync() - left) < 100;
        await isBack.ShouldBecomeAsync(true);

        // And stays there when everything has come.
        await page.ImagesAsync();
        (await page.ScrolledAsync()).ShouldBeInRange(left - 100, left + 100);
    }
}
