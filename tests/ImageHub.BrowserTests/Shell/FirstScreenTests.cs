namespace ImageHub.BrowserTests.Shell;

/// <summary>The first screen that the server writes, which the app takes over.</summary>
public sealed class FirstScreenTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Theory]
    [InlineData("/", false)]
    [InlineData("/", true)]
    [InlineData("/groups/harbour", false)]
    [InlineData("/groups/harbour", true)]
    [InlineData("/groups/specimens", false)]
    public async Task The_first_screen_shows_the_same_at_the_same_places_before_and_after_the_app_has_loaded(string path, bool onPhone)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone, keepsFirstScreen: true);
        var page = visit.Page;
        await page.AddInitScriptAsync("""
            window.shifts = [];
            const place = ({ left, top, width, height }) => [left, top, width, height].map(Math.round);
            const moved = ({ node, previousRect, currentRect }) => `${node?.outerHTML?.slice(0, 200) ?? node?.nodeName} from ${place(previousRect)} to ${place(currentRect)}`;
            new PerformanceObserver((list) => list.getEntries().forEach(({ value, startTime, sources }) => {
              window.shifts.push(`${value} at ${Math.round(startTime)} ms: ${sources.map(moved).join("; ")}`);
            })).observe({ type: "layout-shift", buffered: true });
            """);
        var released = new TaskCompletionSource();
        using var _ = TestContext.Current.CancellationToken.Register(() => released.TrySetCanceled());
        await page.RouteAsync("**/assets/main-*.js", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        Func<Task<bool>> havePhotos = () => page.EvaluateAsync<bool>("[...document.querySelectorAll('main picture img')].filter((image) => image.getBoundingClientRect().top < innerHeight).every((image) => image.complete && image.naturalWidth > 0)");
        await havePhotos.ShouldBecomeAsync(true);
        var before = await PlacesAsync(page);

        released.SetResult();
        await page.Locator("#content").WaitForAsync();
        await page.ImagesAsync();

        (await PlacesAsync(page)).ShouldBe(before);
        // The footer appears once the rest of a group's photos has been fetched.
        await page.Locator("[data-more]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await page.EvaluateAsync<string[]>("window.shifts")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/", "**/api/v1/groups?*")]
    [InlineData("/groups/harbour", "**/api/v1/groups/*/images?*")]
    public async Task The_first_screen_stays_for_ten_seconds_while_its_data_are_slow(string path, string data)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        var page = visit.Page;
        await page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow });
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        var asked = new TaskCompletionSource();
        var answered = new TaskCompletionSource();
        using var _ = TestContext.Current.CancellationToken.Register(() => answered.TrySetCanceled());
        await page.RouteAsync(data, async route =>
        {
            asked.TrySetResult();
            await answered.Task;
            await route.ContinueAsync();
        });
        var script = page.WaitForResponseAsync(response => response.Url.Contains("/assets/main-", StringComparison.Ordinal));
        await page.GotoAsync(path);
        await asked.Task;
        await script;
        await page.Clock.RunForAsync(9_000);
        (await page.Locator("main picture img").First.IsVisibleAsync()).ShouldBeTrue();
        (await page.Locator("#content").CountAsync()).ShouldBe(0);

        await page.Clock.ResumeAsync();
        await page.Locator("#content").WaitForAsync();
        answered.SetResult();
        await page.Locator("#content picture img").First.WaitForAsync();
    }

    [Fact]
    public async Task A_browser_without_scripts_shows_groups_their_photos_and_a_photo_through_links()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.JavaScriptEnabled = false, keepsFirstScreen: true);
        var page = visit.Page;
        await page.GotoAsync("/");
        (await page.Locator("main li").CountAsync()).ShouldBe(12);
        await page.Locator("a[rel=next]").ClickAsync();
        await page.GetByText("Walk 11").WaitForAsync();
        await page.Locator("a[rel=prev]").ClickAsync();
        await page.Locator("main li a", new() { HasText = "Harbour" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour" }).WaitForAsync();
        (await page.Locator("noscript a").CountAsync()).ShouldBeGreaterThan(30);
        await page.Locator("noscript a").Nth(2).ClickAsync();
        var photo = page.Locator($"img[src*='{gallery.Photos[2]}/high']");
        await photo.WaitForAsync();
        await page.Locator("noscript p a").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour" }).WaitForAsync();
    }

    /// <summary>The heading, the covers and their titles on the first screen, with their places in CSS pixels.</summary>
    private static Task<string> PlacesAsync(IPage page) => page.EvaluateAsync<string>("""
        () => [...document.querySelectorAll("main h1, main li a > span:nth-child(2), main li picture img, [class*=GroupHead] picture img")]
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([, { top }]) => top < innerHeight)
          .map(([element, { left, top, width, height }]) => `${[left, top, width, height].map(Math.round)} ${element.currentSrc ?? element.textContent}`)
          .join("\n")
        """);
}
