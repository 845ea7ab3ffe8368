using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Shell;

/// <summary>Rules for every page that visitors see.</summary>
public sealed partial class VisitorsPagesTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    public static readonly TheoryData<string> Routes = ["gallery", "search", "group", "specimens", "sign-in", "nowhere"];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_page_is_accessible_in_light_and_dark_on_a_desktop_and_on_a_phone(string route)
    {
        foreach (var onPhone in (bool[])[false, true])
        {
            await using var visit = await chromium.VisitAsync(gallery.Server, onPhone);

            // A missing page is reported as 404.
            visit.Expects("404.*/nowhere");
            await OpenAsync(visit, route);
            await visit.ShouldBeAccessibleAsync($"{route}{(onPhone ? ", on a phone" : "")}");
            (await visit.Page.SmallTargetsAsync()).ShouldBeEmpty(route);
        }
    }

    [Fact]
    public async Task No_page_scrolls_sideways_at_320_pixels()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true, change: options => options.ViewportSize = new() { Width = 320, Height = 640 });
        visit.Expects("404.*/nowhere");
        foreach (var route in Routes)
        {
            await OpenAsync(visit, route);
            await FitsAsync(visit.Page, route);
        }

        await visit.Page.GotoAsync(gallery.PhotoPath(1));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        await visit.Page.GetByText("90 × 60 pixels").WaitForAsync();
        await FitsAsync(visit.Page, "the viewer");
        foreach (var button in await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button).AllAsync())
        {
            await Assertions.Expect(button).ToBeInViewportAsync(new() { Ratio = 1 });
        }
    }

    [Fact]
    public async Task A_visit_works_by_keyboard_alone_with_a_visible_focus_at_every_step()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await Card(page, "Harbour").WaitForAsync();

        // Open the search field by its button.
        await page.TabToAsync("Skip to content");
        await page.TabToAsync("Search galleries and photos");
        await page.Keyboard.PressAsync("Enter");
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Search galleries and photos" });
        await Assertions.Expect(box).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("harb");
        await page.GetByRole(AriaRole.Option, new() { Name = "Harbour", Exact = true }).WaitForAsync();
        await page.TabToAsync("Clear the search");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(box).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Search galleries and photos" })).ToBeFocusedAsync();

        // Open the search field by its key.
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(box).ToBeFocusedAsync();
        await Assertions.Expect(box).ToHaveValueAsync("");
        await page.Keyboard.PressAsync("Escape");

        // Skip the header.
        await page.TabToAsync("Skip to content", "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");

        // Go to the next page of groups and back.
        await page.TabToAsync("Next");
        await page.Keyboard.PressAsync("Enter");
        await Card(page, "Walk 11").WaitForAsync();
        await page.TabToAsync("Page 1", "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Card(page, "Harbour").WaitForAsync();
        await page.TabToAsync("Harbour", "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");

        // Visit a group's cover, its download button, its photos and the viewer.
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour" }).WaitForAsync();
        await page.TabToAsync(VisitedGallery.FirstTitle);
        await page.TabToAsync("Download all 130 photos as a ZIP");
        await page.TabToAsync("Photo 3 of “Harbour”");
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, "3 of 130, untitled");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "4 of 130, untitled");
        await page.TabToAsync("Details");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("DSC_0004.jpg").WaitForAsync();
        await page.TabToAsync("Download the full photo");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        download.SuggestedFilename.ShouldBe("DSC_0004.jpg");
        await page.TabToAsync("Zoom in");
        await page.TabToAsync("Next photo");
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, "5 of 130, untitled");

        // Escape closes the details first, then the viewer.
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("DSC_0005.jpg").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.WaitForFunctionAsync("() => document.getAnimations().length === 0");
        await ShowsAsync(page, "5 of 130, untitled");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator($"#photo-{gallery.Photos[4]}")).ToBeFocusedAsync();
        await page.TabToAsync("Photo 6 of “Harbour”");
        await page.TabToAsync("All galleries", "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Card(page, "Harbour").WaitForAsync();
    }

    [Fact]
    public async Task A_visitor_who_prefers_reduced_motion_sees_no_animation()
    {
        foreach (var wish in (ReducedMotion[])[ReducedMotion.NoPreference, ReducedMotion.Reduce])
        {
            await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.ReducedMotion = wish);
            await visit.Page.GotoAsync(gallery.PhotoPath(20));
            await ShowsAsync(visit.Page, "20 of 130, untitled");

            // Wait until all opening animations have ended.
            await visit.Page.WaitForFunctionAsync("() => document.getAnimations().length === 0");
            await visit.Page.EvaluateAsync("""
                () => {
                  window.moved = 0;
                  const look = () => { window.moved += document.getAnimations().length; requestAnimationFrame(look); };
                  look();
                }
                """);
            await visit.Page.Keyboard.PressAsync("ArrowRight");
            await ShowsAsync(visit.Page, "21 of 130, untitled");
            await visit.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            var moved = await visit.Page.EvaluateAsync<int>("window.moved");
            (moved > 0).ShouldBe(wish == ReducedMotion.NoPreference, $"{wish}: {moved}");
        }
    }

    [Fact]
    public async Task A_failed_download_of_the_selection_script_is_reported()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        await page.RouteAsync("**/assets/Picking-*.js", route => route.AbortAsync());

        // Other requests succeed meanwhile. The message stays until the server itself has answered a health check, after a proxy has answered one.
        var nextPage = new TaskCompletionSource();
        var healthCheck = new TaskCompletionSource();
        var checks = 0;
        await page.RouteAsync("**/images?*cursor=ey*", async route =>
        {
            await nextPage.Task;
            await route.ContinueAsync();
        });
        await page.RouteAsync("**/health/ready", async route =>
        {
            await healthCheck.Task;
            if (Interlocked.Increment(ref checks) == 1)
            {
                await route.FulfillAsync(new() { ContentType = "text/html", Body = "<p>Sign in to use this network.</p>" });
                return;
            }

            await route.ContinueAsync();
        });
        var isAsked = page.WaitForRequestAsync("**/images?*cursor=ey*");
        await OpenAsync(visit, "group");
        await isAsked;
        await page.GetByRole(AriaRole.Button, new() { Name = "Select", Exact = true }).ClickAsync();
        var message = page.GetByText("You are offline, or the server does not answer.");
        await message.WaitForAsync();
        nextPage.SetResult();
        await page.WaitForFunctionAsync("() => !document.querySelector('[data-more]')");
        await Assertions.Expect(message).ToBeVisibleAsync();

        healthCheck.SetResult();
        await Assertions.Expect(message).ToHaveCountAsync(0);
        checks.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Photos_further_down_do_not_look_broken_before_they_are_requested()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        await OpenAsync(visit, "group");
        await visit.Page.ImagesAsync();
        var seen = await visit.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('main picture img:not([src])')].map((image) => getComputedStyle(image).opacity)");
        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(opacity => opacity == "0");
    }

    [Fact]
    public async Task A_page_whose_script_cannot_be_fetched_reports_it_and_other_pages_work()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("ERR_FAILED|TimelinePage");
        var page = visit.Page;
        await page.RouteAsync("**/assets/TimelinePage-*.js", route => route.AbortAsync());
        await OpenAsync(visit, "gallery");
        await page.GetByRole(AriaRole.Link, new() { Name = "By date" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" }).WaitForAsync();
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery", Level = 1 }).WaitForAsync();
    }

    [Theory]
    [InlineData("prefetch")]
    [InlineData("main")]
    public async Task A_page_whose_first_scripts_cannot_be_fetched_is_loaded_again(string script)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("ERR_FAILED|Failed to fetch dynamically imported module");
        var page = visit.Page;
        var documents = 0;
        page.Request += (_, request) => documents += request.ResourceType == "document" ? 1 : 0;
        await page.RouteAsync($"**/assets/{script}-*.js", route => documents == 1 ? route.AbortAsync() : route.ContinueAsync());
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator("main a[id^=photo]").First.WaitForAsync();
        documents.ShouldBe(2);
    }

    [Fact]
    public async Task A_page_whose_first_scripts_never_arrive_is_loaded_at_most_four_times()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        visit.Expects("ERR_FAILED|Failed to fetch dynamically imported module");
        var page = visit.Page;
        var documents = 0;
        page.Request += (_, request) => documents += request.ResourceType == "document" ? 1 : 0;
        // The script numbers the documents of the tab and notes that a document's three seconds have passed.
        await page.AddInitScriptAsync("""
            sessionStorage.documents = Number(sessionStorage.documents ?? 0) + 1;
            window.number = Number(sessionStorage.documents);
            const { setTimeout } = window;
            window.setTimeout = (action, delay, ...rest) =>
              setTimeout((...given) => { action(...given); if (delay === 3000) window.hasDecided = true; }, delay, ...rest);
            """);
        await page.RouteAsync("**/assets/main-*.js", route => route.AbortAsync());
        await page.GotoAsync("/");

        // The first screen of the fourth document stays and can be used.
        await page.WaitForFunctionAsync("() => window.number === 4 && window.hasDecided && history.state.loads === 3");
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).First.WaitForAsync();
        documents.ShouldBe(4);
    }

    [Fact]
    public async Task Visitors_whose_browser_blocks_site_data_see_the_gallery_and_can_choose_a_language_and_sign_in()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.AddInitScriptAsync("""
            for (const name of ["localStorage", "sessionStorage"])
              Object.defineProperty(window, name, { get() { throw new DOMException("Blocked", "SecurityError"); } });
            """);
        await OpenAsync(visit, "group");
        await page.Locator("main a[id^=photo]").First.WaitForAsync();
        await page.GetByLabel("Language").SelectOptionAsync("Deutsch");
        await page.GetByRole(AriaRole.Button, new() { Name = "Galerien und Fotos suchen" }).WaitForAsync();

        await page.GotoAsync("/sign-in");
        await page.GetByLabel("User name").FillAsync(ImageHubServer.AdminName);
        await page.GetByLabel("Password").FillAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).WaitForAsync();
    }

    [Fact]
    public async Task The_content_is_focused_on_the_way_between_visitors_pages_and_pages_for_signed_in_users()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).WaitForAsync();
        await visit.GoToAsync("View the gallery");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery", Level = 1 }).WaitForAsync();
        await Assertions.Expect(page.Locator("#content")).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Desk", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).WaitForAsync();
        await Assertions.Expect(page.Locator("#content")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_search_field_whose_script_cannot_be_fetched_appears_once_the_connection_is_back()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        const string script = "**/assets/SearchField-*.js";
        await page.RouteAsync(script, route => route.AbortAsync());
        await OpenAsync(visit, "group");
        await page.Locator("main a[id^=photo]").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Search galleries and photos" }).ClickAsync();
        await page.GetByText("You are offline, or the server does not answer.").WaitForAsync();
        await page.UnrouteAsync(script);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search galleries and photos" }).WaitForAsync();
        await Assertions.Expect(page.Locator("main a[id^=photo]").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Colours_follow_the_systems_light_or_dark_mode()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await OpenAsync(visit, "gallery");
        (await BackgroundAsync(visit.Page)).ShouldBe("rgb(251, 251, 250)");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        (await BackgroundAsync(visit.Page)).ShouldBe("rgb(18, 18, 19)");

        static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task An_overlay_covers_the_whole_page_and_keeps_it_from_scrolling(ColorScheme scheme)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, colorScheme: scheme);
        var page = visit.Page;
        await OpenAsync(visit, "group");
        await page.ImagesAsync();
        await NoStripAsync("visible");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download all 130 photos as a ZIP" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await NoStripAsync("hidden");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("main a[id^=photo]").First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await NoStripAsync("hidden");
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" }).WaitForAsync();
        await NoStripAsync("hidden");

        // Asserts that the scrollbar's gutter looks like the page's margin beside it, and that the page has the given overflow.
        async Task NoStripAsync(string overflow)
        {
            Func<Task<bool>> isEven = async () =>
            {
                var picture = TestPicture.Read(await page.ScreenshotAsync());
                int[] At(int x) => [.. picture.Samples.Skip(((700 * picture.Width) + x) * picture.Bands).Take(3)];
                return At(picture.Width - 3).Zip(At(picture.Width - 20), (edge, beside) => Math.Abs(edge - beside)).Max() <= 6;
            };
            await isEven.ShouldBecomeAsync(true);
            (await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).overflowY")).ShouldBe(overflow);
        }
    }

    /// <param name="route">The page.</param>
    /// <param name="limit">The maximum size of its JavaScript, in bytes of gzip.</param>
    [Theory]
    [InlineData("gallery", 115_000)]
    [InlineData("group", 123_000)]
    public async Task A_visitors_first_page_loads_little_JavaScript_and_none_of_the_desk(string route, long limit)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var scripts = Scripts(visit.Page);

        // Disable idle callbacks. In one of them, the page loads the viewer's code, which on a busy machine can happen before the network is idle.
        await visit.Page.AddInitScriptAsync("window.requestIdleCallback = () => 0");
        await OpenAsync(visit, route);
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        var web = Path.Combine(AppContext.BaseDirectory, "web");
        var sizes = scripts.Distinct(StringComparer.Ordinal).Where(path => path != "/sw.js").ToDictionary(path => path, path => new FileInfo(File.Exists($"{web}{path}.gz") ? $"{web}{path}.gz" : web + path).Length, StringComparer.Ordinal);
        sizes.Count.ShouldBeGreaterThan(1);
        sizes.Values.Sum().ShouldBeLessThanOrEqualTo(limit, string.Join('\n', sizes));
        scripts.ShouldAllBe(path => !OfTheDesk().IsMatch(path));
    }

    [Theory]
    [InlineData("gallery", 1)]
    [InlineData("gallery", 3)]
    [InlineData("group", 1)]
    [InlineData("specimens", 3)]
    public async Task The_first_photos_are_requested_once_and_before_the_app_loads(string route, int scale)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true, change: options => options.DeviceScaleFactor = scale, keepsFirstScreen: true);
        var page = visit.Page;
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.ResourceType == "image" && request.Url.Contains("/api/v1/images/", StringComparison.Ordinal))
            {
                asked.Enqueue(new Uri(request.Url).PathAndQuery);
            }
        };

        // The page of the three specimens shows no cover, so it requests three photos ahead, not four.
        var first = route == "specimens" ? 3 : 4;
        var ahead = new List<string>();
        await page.RouteAsync("**/assets/main-*.js", async handler =>
        {
            Func<Task<bool>> areAsked = () => Task.FromResult(asked.Count >= first);
            await areAsked.ShouldBecomeAsync(true);
            ahead.AddRange(asked);
            await handler.ContinueAsync();
        });
        await OpenAsync(visit, route);
        await page.ImagesAsync();

        // The browser chooses a photo's file shortly after the photo has come near the viewport.
        var shown = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('main img[srcset]')].filter((image) => image.currentSrc).map((image) => new URL(image.currentSrc).pathname + new URL(image.currentSrc).search)");
        ahead.Take(first).ShouldBe(shown.Distinct(StringComparer.Ordinal).Take(first));
        asked.Where(ahead.Contains).Count().ShouldBe(ahead.Count);
    }

    [Fact]
    public async Task The_scripts_of_the_desk_are_recognized_by_their_names()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var scripts = Scripts(visit.Page);
        await visit.SignInAsync();
        await visit.Page.GetByRole(AriaRole.Row, new() { Name = "Harbour" }).WaitForAsync();
        scripts.ShouldContain(path => OfTheDesk().IsMatch(path));
    }

    [GeneratedRegex("/(?:Group(?:List)?|Trash|Storage)?Desk-|/MoveDialog-|/Upload|/SignedIn-|/Account-|/My(?:Images|Links)-", RegexOptions.None, 1000)]
    private static partial Regex OfTheDesk();

    private static List<string> Scripts(IPage page)
    {
        var scripts = new List<string>();
        page.Response += (_, response) =>
        {
            if (response.Request.ResourceType == "script")
            {
                scripts.Add(new Uri(response.Url).AbsolutePath);
            }
        };
        return scripts;
    }

    private static async Task OpenAsync(Visit visit, string route)
    {
        var page = visit.Page;
        await page.GotoAsync(route switch
        {
            "gallery" => "/?page=2",
            "search" => "/search?q=walk+2",
            "group" => VisitedGallery.HarbourPath,
            "specimens" => VisitedGallery.SpecimensPath,
            _ => "/" + route,
        });
        await (route switch
        {
            "gallery" => Card(page, "Walk 11"),
            "search" => Card(page, "Walk 2"),
            "group" or "specimens" => page.Locator("main a[id^=photo]").First,
            "sign-in" => page.GetByLabel("Password"),
            _ => page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" }),
        }).WaitForAsync();
    }

    private static async Task FitsAsync(IPage page, string what) =>
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(320, what);

    private static ILocator Card(IPage page, string title) => page.GetByRole(AriaRole.Link, new() { Name = title }).First;

    private static Task ShowsAsync(IPage page, string expected) =>
        Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToHaveTextAsync(expected);
}
