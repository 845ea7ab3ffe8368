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
        using var app = await HoldAppAsync(page);
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        Func<Task<bool>> havePhotos = () => page.EvaluateAsync<bool>("[...document.querySelectorAll('main picture img')].filter((image) => image.getBoundingClientRect().top < innerHeight).every((image) => image.complete && image.naturalWidth > 0)");
        await havePhotos.ShouldBecomeAsync(true);

        // A title is laid out with the system's font until its own font has been loaded.
        Func<Task<string>> fonts = () => page.EvaluateAsync<string>("document.fonts.status");
        await fonts.ShouldBecomeAsync("loaded");
        var before = await PlacesAsync(page);

        app.Release();
        await page.Locator("#content").WaitForAsync();
        await page.ImagesAsync();

        (await PlacesAsync(page)).ShouldBe(before);
        // The footer appears once the rest of a group's photos has been fetched. The browser reports a shift after the next frame.
        Func<Task<bool>> isComplete = () => page.EvaluateAsync<bool>("!document.querySelector('[data-more]') && document.querySelector('footer').offsetHeight > 40");
        await isComplete.ShouldBecomeAsync(true);
        await page.EvaluateAsync("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        (await page.EvaluateAsync<string[]>("window.shifts")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/", "**/api/v1/groups?*", 9_000, 1_500)]
    [InlineData("/groups/harbour", "**/api/v1/groups/*", 9_000, 1_500)]
    [InlineData("/groups/harbour", "**/api/v1/groups/*/images?*", 1_500, 1_000)]
    public async Task The_first_screen_stays_while_its_data_are_slow_and_two_seconds_for_other_data(string path, string slow, int staysFor, int isReplacedWithin)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        var page = visit.Page;
        await page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow });
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        await page.AddInitScriptAsync("""
            window.waits = [];
            const set = window.setTimeout;
            window.setTimeout = (handler, time, ...rest) => { window.waits.push(time); return set(handler, time, ...rest); };
            """);
        var answered = new TaskCompletionSource();
        using var _ = TestContext.Current.CancellationToken.Register(() => answered.TrySetCanceled());
        await page.RouteAsync(slow, async route =>
        {
            await answered.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(path);
        Func<Task<bool>> waits = () => page.EvaluateAsync<bool>("window.waits.includes(10000)");
        await waits.ShouldBecomeAsync(true);

        await page.Clock.RunForAsync(staysFor);
        await page.EvaluateAsync("async () => { for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); }); }");
        (await page.Locator("main picture img").First.IsVisibleAsync()).ShouldBeTrue();
        (await page.Locator("#content").CountAsync()).ShouldBe(0);

        await page.Clock.RunForAsync(isReplacedWithin);
        await page.Locator("#content").WaitForAsync();
        await page.Clock.ResumeAsync();
        answered.SetResult();
        await page.Locator("#content picture img").First.WaitForAsync();
    }

    [Fact]
    public async Task An_unavailable_server_is_reported_at_once_instead_of_the_first_screen()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        visit.Expects("503");
        await visit.Page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow });
        await visit.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        await visit.Page.RouteAsync("**/api/v1/groups?*", route => route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "5" } }));

        await visit.Page.GotoAsync("/");

        await visit.Page.Locator("#content").WaitForAsync();
    }

    [Fact]
    public async Task A_link_keeps_the_focus_when_the_app_replaces_the_first_screen()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        var page = visit.Page;
        using var app = await HoldAppAsync(page);
        await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        Func<Task<string>> focused = () => page.EvaluateAsync<string>("document.activeElement.getAttribute('href') ?? document.activeElement.tagName");
        var before = await focused();
        before.ShouldStartWith("/groups/");

        app.Release();
        await page.Locator("#content").WaitForAsync();
        await focused.ShouldBecomeAsync(before);
    }

    [Fact]
    public async Task A_reader_who_scrolls_the_first_screen_finds_the_place_again_after_another_page()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true, keepsFirstScreen: true);
        var page = visit.Page;
        using var app = await HoldAppAsync(page);
        await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.ScrollAsync("scrollTo(0, 300)");

        app.Release();
        await page.Locator("#content").WaitForAsync();

        Func<Task<int>> scrolled = page.ScrolledAsync;
        await scrolled.ShouldBecomeAsync(300);
        var inView = await page.EvaluateHandleAsync("[...document.querySelectorAll('#content li a')].find((link) => { const { top, bottom } = link.getBoundingClientRect(); return top > 70 && bottom < innerHeight; })");
        await inView.AsElement()!.ClickAsync();
        await page.WaitForURLAsync("**/groups/*");
        await page.GoBackAsync();
        await scrolled.ShouldBecomeAsync(300);
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
        await Assertions.Expect(page.Locator("noscript a").Nth(30)).ToBeAttachedAsync();
        await page.Locator("noscript a").Nth(2).ClickAsync();
        var photo = page.Locator($"img[src*='{gallery.Photos[2]}/high']");
        await photo.WaitForAsync();
        await page.Locator("noscript p a").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour" }).WaitForAsync();
    }

    /// <summary>Holds the app's code, so that the first screen stays.</summary>
    private static async Task<HeldApp> HoldAppAsync(IPage page)
    {
        var app = new HeldApp();
        await page.RouteAsync("**/assets/main-*.js", async route =>
        {
            await app.Released;
            await route.ContinueAsync();
        });
        return app;
    }

    /// <summary>The heading, the covers and their titles on the first screen, with their places in CSS pixels.</summary>
    private static Task<string> PlacesAsync(IPage page) => page.EvaluateAsync<string>("""
        () => [...document.querySelectorAll("main h1, main li a > span:nth-child(2), main li picture img, [class*=GroupHead] picture img")]
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([, { top }]) => top < innerHeight)
          .map(([element, { left, top, width, height }]) => `${[left, top, width, height].map(Math.round)} ${element.currentSrc ?? element.textContent}`)
          .join("\n")
        """);

    private sealed class HeldApp : IDisposable
    {
        private readonly TaskCompletionSource released = new();

        public Task Released => released.Task;

        public void Release() => released.SetResult();

        public void Dispose() => released.TrySetCanceled();
    }
}
