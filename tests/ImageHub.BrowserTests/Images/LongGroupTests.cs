using System.Collections.Concurrent;

namespace ImageHub.BrowserTests.Images;

/// <summary>A group at the desk with more photos than are in view.</summary>
public sealed class LongGroupTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task Further_pages_load_while_scrolling_and_Select_all_includes_images_not_yet_loaded()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var pages = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.Contains($"/groups/{gallery.Harbour}/images?", StringComparison.Ordinal))
            {
                pages.Enqueue(request.Url);
            }
        };
        await visit.SignInAsync($"/admin/groups/{gallery.Harbour}");
        await page.GetByRole(AriaRole.Row, new() { Name = "DSC_0002.jpg" }).WaitForAsync();
        Func<Task<int>> read = () => Task.FromResult(pages.Distinct(StringComparer.Ordinal).Count());

        // The page loads only the first 30 of 130 photos, because these fill more than the window. Scrolling to their end loads the next 60.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        (await read()).ShouldBe(1);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
        await read.ShouldBecomeAsync(2);

        await page.ScrollAsync("scrollTo(0, 0)");
        await page.GetByRole(AriaRole.Row, new() { Name = "DSC_0002.jpg" }).ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.GetByText("130 selected").WaitForAsync();
        (await read()).ShouldBe(3);
    }
}
