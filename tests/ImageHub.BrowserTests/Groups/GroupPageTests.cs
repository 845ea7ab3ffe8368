using System.Text.Json;

namespace ImageHub.BrowserTests.Groups;

/// <summary>A group's page, as a visitor scrolls through it.</summary>
public sealed class GroupPageTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task A_group_is_printed_with_all_its_photos_in_full_sharpness_and_without_buttons()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, colorScheme: ColorScheme.Dark);
        var page = visit.Page;
        await page.AddInitScriptAsync("window.print = () => { window.printed = true; }");
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator($"#photo-{gallery.Photos[0]}").WaitForAsync();
        await page.Keyboard.PressAsync("Control+p");
        await page.WaitForFunctionAsync("() => window.printed");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        (await page.EvaluateAsync<string>("""
            () => {
              const photos = [...document.querySelectorAll("[data-print-sheet] img")];
              const sharp = photos.filter((photo) => photo.checkVisibility() && photo.complete && photo.naturalWidth > 0 && photo.src.includes("/high"));
              const pressed = [...document.querySelectorAll("button, nav, select, [role=button]")].filter((part) => part.checkVisibility());
              const others = [...document.querySelectorAll("[id^=photo-]")].filter((part) => part.checkVisibility());
              return `${photos.length} photos, ${sharp.length} sharp, ${pressed.length} buttons, ${others.length} others, ${getComputedStyle(document.documentElement).colorScheme}`;
            }
            """)).ShouldBe("130 photos, 130 sharp, 0 buttons, 0 others, light");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour" }).WaitForAsync();

        // After printing the page is as before.
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        await page.EvaluateAsync("() => dispatchEvent(new Event('afterprint'))");
        await page.Locator("[data-print-sheet]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task Printing_starts_by_its_key_in_any_keyboard_layout_and_can_be_cancelled_before_the_photos_have_loaded()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.AddInitScriptAsync("window.prints = 0; window.print = () => { window.prints++; }");
        var released = new TaskCompletionSource();
        await page.RouteAsync($"**/{gallery.Photos[100]}/high?**", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await OpenAsync(page);
        var message = page.GetByText("Preparing to print");

        await PrintAsync();
        await message.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await IsCancelledAsync();
        await PrintAsync();
        await message.WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group that is being prepared for printing");
        await page.Keyboard.PressAsync("Escape");
        await IsCancelledAsync();

        // Once all photos have loaded, only the third attempt is printed.
        released.SetResult();
        await PrintAsync();
        await page.WaitForFunctionAsync("() => window.prints > 0");
        await page.EvaluateAsync("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        (await page.EvaluateAsync<int>("window.prints")).ShouldBe(1);

        Task PrintAsync() => page.EvaluateAsync(
            "() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'з', code: 'KeyP', ctrlKey: true, bubbles: true, cancelable: true }))");

        async Task IsCancelledAsync()
        {
            await message.WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await page.Locator("[data-print-sheet]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            (await page.EvaluateAsync<int>("window.prints")).ShouldBe(0);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_key_End_shows_the_last_photo_of_the_group_unless_the_reader_scrolls_before_it_has_loaded(bool scrolls)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var asked = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        await page.RouteAsync(IsLaterPage, async route =>
        {
            asked.TrySetResult();
            await released.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator($"#photo-{gallery.Photos[0]}").WaitForAsync();

        await page.Keyboard.PressAsync("End");

        // Without an answer, the page soon shows the end of the loaded photos.
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await Assertions.Expect(page.Locator($"#photo-{gallery.Photos[29]}")).ToBeInViewportAsync();
        if (scrolls)
        {
            await page.Mouse.MoveAsync(600, 400);
            await page.Mouse.WheelAsync(0, -400);
        }

        released.SetResult();
        await page.Locator($"#photo-{gallery.Photos[129]}").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await (scrolls ? Assertions.Expect(page.Locator($"#photo-{gallery.Photos[129]}")).Not.ToBeInViewportAsync() : Assertions.Expect(page.Locator($"#photo-{gallery.Photos[129]}")).ToBeInViewportAsync());
    }

    [Fact]
    public async Task The_list_of_photos_is_complete_before_the_reader_scrolls()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.WaitForFunctionAsync("() => document.querySelector('main a[id^=photo]') && !document.querySelector('[data-more]')");
        (await page.EvaluateAsync<int>("scrollY")).ShouldBe(0);

        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(page.Locator($"#photo-{gallery.Photos[129]}")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task The_list_is_not_fetched_ahead_any_further_once_the_reader_has_left()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var asked = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var requests = 0;
        await page.RouteAsync(IsLaterPage, _ =>
        {
            requests++;
            asked.TrySetResult();
            return Task.CompletedTask;
        });
        page.RequestFailed += (_, request) => _ = IsLaterPage(request.Url) && ended.TrySetResult();
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);

        await page.GetByRole(AriaRole.Link, new() { Name = "All galleries" }).ClickAsync();
        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Link, new() { Name = "Walk 10" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Walk 10" }).WaitForAsync();

        requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_to_fetch_the_list_ahead_is_not_shown_and_scrolling_fetches_it_again()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        visit.Expects("404");
        var page = visit.Page;
        await page.RouteAsync(IsLaterPage, route => route.FulfillAsync(new() { Status = 404, ContentType = "application/problem+json", Body = """{"code":"notFound","status":404}""" }));
        var refused = page.WaitForResponseAsync(response => IsLaterPage(response.Url));
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await refused;
        await Assertions.Expect(page.Locator("[data-more]")).ToBeAttachedAsync();

        // The page handles the answer after the browser reports it.
        await page.EvaluateAsync("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        await Assertions.Expect(page.GetByText("Try again")).ToHaveCountAsync(0);

        await page.UnrouteAllAsync();
        (await ToEndAsync(page)).ShouldBe(gallery.Photos, ignoreOrder: true);
    }

    [Fact]
    public async Task A_next_page_that_a_busy_server_refuses_is_requested_again_alone()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("503");
        var page = visit.Page;
        var firstPages = 0;
        page.Request += (_, request) => firstPages += request.Url.Contains($"/{gallery.Harbour}/images?", StringComparison.Ordinal) && !IsLaterPage(request.Url) ? 1 : 0;
        await page.RouteAsync(IsLaterPage, route => route.FulfillAsync(new() { Status = 503 }));
        await OpenAsync(page);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
        await page.GetByText("The next photos could not be loaded.").WaitForAsync();

        await page.UnrouteAllAsync();
        await page.GetByText("The next photos could not be loaded.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ToEndAsync(page);
        firstPages.ShouldBe(1);
    }

    [Fact]
    public async Task Photos_form_rows_that_fill_the_width_and_keep_their_proportions()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await OpenAsync(visit.Page);
        var boxes = await visit.Page.EvaluateAsync<JsonElement>("""
            [...document.querySelectorAll("main a[id^=photo]")].slice(1).map((photo) => {
              const { left, top, width, height } = photo.getBoundingClientRect();
              const image = photo.querySelector("img:last-child");
              return { top: Math.round(top), right: left + width, off: Math.abs(width / height - image.getAttribute("width") / image.getAttribute("height")) };
            })
            """);
        var photos = boxes.EnumerateArray().ToList();
        photos.Count.ShouldBeGreaterThanOrEqualTo(29);
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
    [InlineData(true, 2, "/low")]
    [InlineData(true, 3, "/medium")]
    public async Task The_browser_chooses_low_medium_or_high_by_the_width_of_the_place_and_the_screen(bool onPhone, int scale, string expected)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone, change: options => options.DeviceScaleFactor = scale);
        await visit.Page.GotoAsync(VisitedGallery.SpecimensPath);
        var image = visit.Page.Locator($"#photo-{gallery.Tiff} img[srcset]");
        (await image.GetAttributeAsync("srcset"))
            .ShouldBe($"/api/v1/images/{gallery.Tiff}/low?r=1 363w, /api/v1/images/{gallery.Tiff}/medium?r=1 364w, /api/v1/images/{gallery.Tiff}/medium?r=1 757w, /api/v1/images/{gallery.Tiff}/high?r=1 758w, /api/v1/images/{gallery.Tiff}/high?r=1 1473w");
        Func<Task<string>> chosen = () => image.EvaluateAsync<string>("image => new URL(image.currentSrc || location).pathname");
        await chosen.ShouldBecomeAsync($"/api/v1/images/{gallery.Tiff}{expected}");
    }

    [Fact]
    public async Task Photos_that_are_in_the_page_data_get_their_final_size_at_once()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true, keepsFirstScreen: true);
        var page = visit.Page;
        await page.AddInitScriptAsync("""
            window.resized = 0;
            new MutationObserver((changes) => {
              resized += changes.filter((change) => change.target.matches("[id^=photo-] img") && change.oldValue !== null).length;
            }).observe(document, { subtree: true, attributes: true, attributeFilter: ["sizes"], attributeOldValue: true });
            """);
        var known = Task.WhenAll(
            page.WaitForRequestFinishedAsync(new() { Predicate = request => request.Url.EndsWith($"/groups/{gallery.Harbour}", StringComparison.Ordinal) }),
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
    public async Task Nothing_shifts_while_a_group_and_its_further_pages_load()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        var page = visit.Page;
        await page.CountShiftsAsync();
        var released = new TaskCompletionSource();
        await page.RouteAsync("**/low*", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await OpenAsync(page);

        // The order is undefined: the last photos are added as soon as their page of the list has loaded, possibly before photos above them.
        (await ToEndAsync(page)).ShouldBe(gallery.Photos, ignoreOrder: true);
        released.SetResult();
        await page.ImagesAsync();
        await page.ShouldStandStillAsync();
    }

    [Fact]
    public async Task All_photos_load_when_a_busy_browser_reports_several_scrolls_at_once()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;

        // A browser that saves data fetches only the pages that the visitor reaches.
        await page.AddInitScriptAsync("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })");

        // The browser reports that the end of the list is far away only together with the report that it is near.
        await page.AddInitScriptAsync("""
            window.IntersectionObserver = class extends IntersectionObserver {
              constructor(act, options) {
                const held = [];
                super((entries, observer) => {
                  held.push(...entries);
                  const { target, isIntersecting } = held.at(-1);
                  if (target.matches("[data-more]") && !isIntersecting) scrollTo(0, document.body.scrollHeight);
                  else act(held.splice(0), observer);
                }, options);
              }
            };
            """);
        await OpenAsync(page);

        await Photo(page, 130).WaitForAsync();
    }

    [Fact]
    public async Task Only_photos_near_the_window_are_in_the_document_and_nothing_moves_when_they_are_added_or_removed()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true, change: options => options.ViewportSize = new() { Width = 1280, Height = 500 });
        var page = visit.Page;
        await page.CountShiftsAsync();
        await OpenAsync(page);
        await ToEndAsync(page);

        // The first and the last page of photos stay in the document, because the Tab key enters the photos there.
        IReadOnlyList<Guid> ends = [.. gallery.Photos.Take(30), .. gallery.Photos.Skip(90)];
        await IsInDocumentAsync(page, ends);
        var height = await HeightAsync(page);
        await IsAmongPhotosAsync(page);

        // Scroll in large jumps, like the Home and End keys or the scrollbar, and then in small steps.
        await page.ScrollAsync("scrollTo(0, 400)");
        await IsAmongPhotosAsync(page);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight / 2)");
        await IsAmongPhotosAsync(page);
        await IsInDocumentAsync(page, gallery.Photos);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
        await IsInDocumentAsync(page, ends);
        for (var step = 0; step < 20; step++)
        {
            // Scrolls up to the cover.
            await page.ScrollAsync("scrollTo(0, Math.max(400, scrollY - 400))");
            await IsAmongPhotosAsync(page);
        }

        await page.ScrollAsync("scrollTo(0, 0)");
        await IsInDocumentAsync(page, ends);
        (await HeightAsync(page)).ShouldBe(height);
        await page.ShouldStandStillAsync();
    }

    [Fact]
    public async Task The_Tab_key_moves_from_photo_to_photo_across_pages_at_any_scroll_position()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.ViewportSize = new() { Width = 1280, Height = 500 });
        var page = visit.Page;
        await OpenAsync(page);
        await ToEndAsync(page);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight / 2)");
        await IsInDocumentAsync(page, gallery.Photos);
        await Photo(page, 89).FocusAsync();
        foreach (var number in (int[])[90, 91, 92])
        {
            await TabAsync("Tab", number);
        }

        await TabAsync("Shift+Tab", 91);

        // In between, the reader scrolls to the other end.
        await page.ScrollAsync("scrollTo(0, 400)");
        await IsAmongPhotosAsync(page);
        await TabAsync("Shift+Tab", 90);
        await Photo(page, 30).FocusAsync();
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
        await IsAmongPhotosAsync(page);
        await TabAsync("Tab", 31);

        async Task TabAsync(string key, int number)
        {
            // Focusing the previous photo has scrolled the page. The photos around that photo are added in the next frames.
            await IsAmongPhotosAsync(page);
            await page.ScrollAsync("void 0");
            await page.Keyboard.PressAsync(key);
            await Assertions.Expect(Photo(page, number)).ToBeFocusedAsync();
            await Assertions.Expect(Photo(page, number)).ToBeInViewportAsync(new() { Ratio = 0.99f });
        }
    }

    [Fact]
    public async Task Closing_the_viewer_returns_to_the_photo_it_was_opened_from_or_to_the_last_one_shown()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.ViewportSize = new() { Width = 1280, Height = 500 });
        var page = visit.Page;
        await OpenAsync(page);
        await ToEndAsync(page);
        var end = await page.ScrolledAsync();
        await Photo(page, 130).ClickAsync();
        await ShowsAsync(130);

        // The enlarging copy of the photo has been removed.
        await Assertions.Expect(page.Locator("body > [aria-hidden=true] > img")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Photo(page, 130)).ToBeFocusedAsync();
        (await page.ScrolledAsync()).ShouldBe(end);

        // The browser goes back after the focus has moved. Wait for the address: a later step back would leave the page that is opened next.
        await Assertions.Expect(page).ToHaveURLAsync(VisitedGallery.HarbourPath);

        // The address of photo 130 opens the group's page at its top. Photo 60, the last one shown, is not in the document yet.
        await page.GotoAsync(gallery.PhotoPath(130));
        await ShowsAsync(130);
        for (var number = 129; number >= 60; number--)
        {
            await page.Keyboard.PressAsync("ArrowLeft");
        }

        await ShowsAsync(60);
        await IsInDocumentAsync(page, [.. gallery.Photos.Take(30), .. gallery.Photos.Skip(90)]);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(Photo(page, 60)).ToBeFocusedAsync();
        await Assertions.Expect(Photo(page, 60)).ToBeInViewportAsync(new() { Ratio = 0.99f });

        Task ShowsAsync(int number) =>
            Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToHaveTextAsync($"{number} of 130, untitled");
    }

    [Fact]
    public async Task A_visitor_who_returns_to_a_group_finds_the_former_scroll_position()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await OpenAsync(page);
        await ToEndAsync(page);
        await page.ScrollAsync($"document.getElementById('photo-{gallery.Photos[99]}').scrollIntoView({{ block: 'start' }})");
        var left = await page.ScrolledAsync();
        left.ShouldBeGreaterThan(2000);

        // Going back from the gallery restores the page's own position.
        await page.GetByRole(AriaRole.Link, new() { Name = "All galleries" }).EvaluateAsync("link => link.click()");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery" }).WaitForAsync();
        (await page.ScrolledAsync()).ShouldBe(0);
        await page.GoBackAsync();
        await IsWithinARowAsync(page, left);

        // Going back from another site, or a reload, loads everything again.
        await page.GotoAsync("about:blank");
        await page.GoBackAsync();
        await IsWithinARowAsync(page, left);
        await page.ReloadAsync();
        await IsWithinARowAsync(page, left);
    }

    [Fact]
    public async Task A_page_opened_by_its_address_starts_at_the_top()
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

        // Reloading and going back restore the position of each page.
        await page.ScrollAsync("scrollTo(0, 700)");
        await page.ReloadAsync();
        await IsWithinARowAsync(page, 700);
        await page.GoBackAsync();
        Func<Task<bool>> isBack = async () => await page.ScrolledAsync() > 500;
        await isBack.ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task Photos_are_named_by_their_titles_or_their_positions_and_never_by_their_files()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await OpenAsync(visit.Page);
        var names = await Photos(visit.Page).EvaluateAllAsync<string[]>("photos => photos.map(photo => photo.querySelector('img:last-child').alt)");
        names[..3].ShouldBe([VisitedGallery.FirstTitle, "Photo 2 of “Harbour”", "Photo 3 of “Harbour”"]);
        (await visit.Page.ContentAsync()).ShouldNotContain("DSC_");
    }

    [Fact]
    public async Task The_footer_is_visible_once_all_photos_have_loaded_and_is_reachable_by_keyboard_before()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var released = new TaskCompletionSource();
        await page.RouteAsync(IsLaterPage, async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await OpenAsync(page);
        Func<Task<bool>> isSeen = async () => (await page.GetByRole(AriaRole.Contentinfo).BoundingBoxAsync())!.Height > 10;
        await isSeen.ShouldBecomeAsync(false);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Language" }).FocusAsync();
        await isSeen.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Link, new() { Name = "All galleries" }).FocusAsync();
        await isSeen.ShouldBecomeAsync(false);

        released.SetResult();
        await ToEndAsync(page);

        await isSeen.ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task A_group_shows_when_its_photos_were_taken()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.TimezoneId = "America/Los_Angeles");
        await visit.Page.GotoAsync(VisitedGallery.SpecimensPath);
        await visit.Page.GetByText("1 July 2024", new() { Exact = true }).WaitForAsync();
    }

    [Fact]
    public async Task A_placeholder_does_not_show_through_a_loaded_photo()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.SpecimensPath);
        Func<Task<string>> seen = () => page.EvaluateAsync<string>("[...document.querySelectorAll('[id^=photo-] img[aria-hidden]')].map((image) => getComputedStyle(image).opacity).join()");
        await seen.ShouldBecomeAsync("0,0,0");
    }

    /// <summary>Whether an address is that of a page of a list after the first one.</summary>
    private static bool IsLaterPage(string url) => url.Contains("cursor=ey", StringComparison.Ordinal);

    private static ILocator Photos(IPage page) => page.Locator("main a[id^=photo]");

    /// <summary>A photo of the harbour group by its number, from 1.</summary>
    private ILocator Photo(IPage page, int number) => page.Locator($"#photo-{gallery.Photos[number - 1]}");

    private static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync(VisitedGallery.HarbourPath, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await Photos(page).First.WaitForAsync();
    }

    /// <summary>Scrolls on, unless photos that belong in the window have not been added to the document yet, which takes a moment on a busy machine.</summary>
    private const string ScrollOn = """
        () => {
          const parts = [...document.querySelectorAll("[data-layout]")].filter((part) => {
            const { top, bottom } = part.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
          });
          if (parts.every((part) => part.querySelector("a"))) scrollBy(0, 900);
        }
        """;

    private async Task<IReadOnlyList<Guid>> ToEndAsync(IPage page)
    {
        var seen = new List<Guid>();
        Func<Task<bool>> isAtEnd = async () =>
        {
            await page.EvaluateAsync(ScrollOn);
            var isLastInView = await page.EvaluateAsync<bool>("last => document.getElementById(last)?.getBoundingClientRect().top < innerHeight", $"photo-{gallery.Photos[129]}");
            seen.AddRange((await InDocumentAsync(page)).Except(seen));
            return isLastInView;
        };
        await isAtEnd.ShouldBecomeAsync(true);
        await page.ScrollAsync("scrollTo(0, document.body.scrollHeight)");
        return seen;
    }

    private static async Task<IEnumerable<Guid>> InDocumentAsync(IPage page) =>
        (await Photos(page).EvaluateAllAsync<string[]>("photos => photos.map(photo => photo.id.replace('photo-', ''))")).Select(Guid.Parse);

    private static async Task IsInDocumentAsync(IPage page, IReadOnlyList<Guid> photos)
    {
        Func<Task<string>> there = async () => string.Join('\n', await InDocumentAsync(page));
        await there.ShouldBecomeAsync(string.Join('\n', photos));
    }

    /// <summary>Asserts that a photo is at the middle of the window, within the width of the gap between photos. Otherwise rows are missing there.</summary>
    private static async Task IsAmongPhotosAsync(IPage page)
    {
        Func<Task<bool>> isPhoto = () => page.EvaluateAsync<bool>("[0, 10].some((off) => document.elementFromPoint(innerWidth / 2 + off, innerHeight / 2 + off).closest('a[id^=photo]'))");
        await isPhoto.ShouldBecomeAsync(true);
    }

    private static Task<int> HeightAsync(IPage page) => page.EvaluateAsync<int>("document.documentElement.scrollHeight");

    private static async Task IsWithinARowAsync(IPage page, int left)
    {
        Func<Task<bool>> isBack = async () => Math.Abs(await page.ScrolledAsync() - left) < 100;
        await isBack.ShouldBecomeAsync(true);

        // The position stays after everything has loaded.
        await IsAmongPhotosAsync(page);
        await page.ImagesAsync();
        (await page.ScrolledAsync()).ShouldBeInRange(left - 100, left + 100);
    }
}
