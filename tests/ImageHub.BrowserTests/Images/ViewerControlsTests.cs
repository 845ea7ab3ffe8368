using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace ImageHub.BrowserTests.Images;

/// <summary>The elements around a photo in the viewer: the controls (hidden when idle), the texts and the filmstrip.</summary>
public sealed class ViewerControlsTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task The_controls_fade_when_nothing_moves_and_return_with_the_pointer_and_with_a_key()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await OpenAsync(page, 2);
        await page.Clock.RunForAsync(4_000);
        await AreFadedAsync(page, true);
        await visit.ShouldBeAccessibleAsync("the viewer with its controls faded");

        // From here on the test controls the clock, because real time passes faster than the test on a busy machine.
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(5));
        await page.Mouse.MoveAsync(600, 300);
        await AreFadedAsync(page, false);
        await page.Clock.RunForAsync(2_000);
        await page.Mouse.MoveAsync(610, 300);
        await page.Clock.RunForAsync(2_000);
        await AreFadedAsync(page, false);
        await page.Clock.RunForAsync(2_000);
        await AreFadedAsync(page, true);

        await page.Keyboard.PressAsync("ArrowRight");
        await AreFadedAsync(page, false);
        await page.Clock.ResumeAsync();
        await ShowsAsync(page, "3 of 130, untitled");
        await page.Clock.RunForAsync(4_000);
        await AreFadedAsync(page, true);
    }

    [Fact]
    public async Task The_controls_stay_while_they_have_the_keyboard_focus_and_while_a_menu_is_open()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");
        await page.TabToAsync("Details");
        await page.Clock.RunForAsync(10_000);
        await AreFadedAsync(page, false);

        // A click removes the focus from the control.
        await page.Mouse.ClickAsync(600, 400);
        await page.Clock.RunForAsync(10_000);
        await AreFadedAsync(page, true);

        await page.Mouse.MoveAsync(700, 300);
        await page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
        await page.Clock.RunForAsync(10_000);
        await AreFadedAsync(page, false);
        await page.Keyboard.PressAsync("Escape");
        await page.Mouse.ClickAsync(600, 400);
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" }).WaitForAsync();
        await page.Clock.RunForAsync(10_000);
        await AreFadedAsync(page, false);
    }

    [Fact]
    public async Task The_first_touch_shows_the_controls_and_presses_none_of_them()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await OpenAsync(page, 2);
        var close = (await page.GetByRole(AriaRole.Button, new() { Name = "Close the viewer" }).BoundingBoxAsync())!;
        await page.Clock.RunForAsync(4_000);
        await AreFadedAsync(page, true);
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(5));
        await page.Touchscreen.TapAsync(close.X + 20, close.Y + 20);
        await Assertions.Expect(page.Locator(".yarl__toolbar")).ToHaveCSSAsync("opacity", "1");
        await ShowsAsync(page, "2 of 130, untitled");
        await page.Clock.RunForAsync(1_000);
        await page.Touchscreen.TapAsync(close.X + 20, close.Y + 20);
        await page.Clock.ResumeAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_slideshow_advances_at_its_interval_pauses_and_starts_again_at_the_end()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");

        // The page's clock runs only when the test lets it run.
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(5));
        await page.Keyboard.PressAsync(" ");
        var interval = page.GetByLabel("Time for each photo");
        (await interval.InputValueAsync()).ShouldBe("5");

        // Without texts and filmstrip, the photo fills the window up to the scrollbar's gutter.
        var (place, whole) = (await page.Locator(".yarl__slide_current").BoundingBoxAsync(), await page.Locator("[data-viewer-open]").BoundingBoxAsync());
        (place!.X, place.Y, place.Height).ShouldBe((0, 0, whole!.Height));
        place.Width.ShouldBeGreaterThan(whole.Width - 20);
        await GoesOnAsync(page, "2 of 3, untitled");
        await GoesOnAsync(page, "3 of 3, untitled");
        await GoesOnAsync(page, "1 of 3, untitled");

        // A slideshow that was still playing would have advanced once. Then the next photo would be the third one.
        await interval.SelectOptionAsync("20");
        await HasLoadedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause the slideshow" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" }).WaitForAsync();
        await page.Clock.RunForAsync(30_000);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Clock.RunForAsync(1_000);
        await ShowsAsync(page, "2 of 3, untitled");

        // The interval is stored. With the default of five seconds, the slideshow would have advanced after seven, and the previous photo would be the second one.
        await page.Clock.ResumeAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex($"{gallery.Stripes}", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.ReloadAsync();
        await ShowsAsync(page, "2 of 3, untitled");
        await HasLoadedAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(10));
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" }).ClickAsync();
        (await interval.InputValueAsync()).ShouldBe("20");
        await page.Clock.RunForAsync(7_000);
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Clock.RunForAsync(1_000);
        await ShowsAsync(page, "1 of 3, untitled");
        await GoesOnAsync(page, "2 of 3, untitled");
        await page.Clock.ResumeAsync();
        await visit.ShouldBeAccessibleAsync("the viewer while a slideshow plays");

        // The interval begins once the photo has loaded.
        Task HasLoadedAsync() => Assertions.Expect(page.Locator(".yarl__slide_current [data-resolution]")).Not.ToHaveAttributeAsync("data-resolution", "preview");
    }

    [Fact]
    public async Task A_slideshow_that_was_started_on_the_page_and_paused_does_not_start_again_after_a_reload()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.SpecimensPath);
        await page.GetByRole(AriaRole.Button, new() { Name = "Slideshow", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause the slideshow" }).WaitForAsync();
        await page.Keyboard.PressAsync(" ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" }).WaitForAsync();
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" }).WaitForAsync();
    }

    [Fact]
    public async Task The_space_key_presses_the_focused_button_and_does_not_start_the_slideshow()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 2);
        await page.TabToAsync("Details");
        await page.Keyboard.PressAsync(" ");
        await page.GetByText("DSC_0002.jpg").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Keys_go_to_the_first_and_last_photo_across_pages_open_the_details_and_fill_the_screen()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 4);
        await page.Keyboard.PressAsync("End");
        await ShowsAsync(page, "130 of 130, untitled");
        await page.Keyboard.PressAsync("Home");
        await ShowsAsync(page, $"1 of 130, {VisitedGallery.FirstTitle}");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "2 of 130, untitled");

        await page.Keyboard.PressAsync("i");
        var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await details.GetByText("DSC_0002.jpg").WaitForAsync();
        await page.Keyboard.PressAsync("I");
        await details.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        Func<Task<bool>> isFull = () => page.EvaluateAsync<bool>("document.fullscreenElement === document.documentElement");
        await page.Keyboard.PressAsync("f");
        await isFull.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave full screen" }).ClickAsync();
        await isFull.ShouldBecomeAsync(false);
        await page.Keyboard.PressAsync("f");
        await isFull.ShouldBecomeAsync(true);

        // Closing the viewer ends full screen.
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the viewer" }).ClickAsync();
        await isFull.ShouldBecomeAsync(false);
    }

    [Fact]
    public async Task The_details_open_in_full_screen_and_pause_a_slideshow()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 2);
        var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await page.Keyboard.PressAsync("f");
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave full screen" }).WaitForAsync();
        await page.Keyboard.PressAsync("i");
        await Assertions.Expect(details.GetByText("DSC_0002.jpg")).ToBeInViewportAsync();
        var (photo, side) = (await Slide(page).BoundingBoxAsync(), await details.BoundingBoxAsync());
        (photo!.X + photo.Width).ShouldBeLessThanOrEqualTo(side!.X + 1);

        await page.Keyboard.PressAsync(" ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause the slideshow" }).WaitForAsync();
        await Assertions.Expect(details).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("i");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" }).WaitForAsync();
        await Assertions.Expect(details.GetByText("DSC_0002.jpg")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Another_key_cancels_the_jump_to_the_last_photo()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var asked = new TaskCompletionSource();
        var released = new TaskCompletionSource();

        // Only the first page of photos loads, also while the viewer opens.
        await page.RouteAsync(url => url.Contains("cursor=", StringComparison.Ordinal) && !url.Contains("cursor=&", StringComparison.Ordinal), async route =>
        {
            asked.TrySetResult();
            await released.Task;
            await route.ContinueAsync();
        });
        await OpenAsync(page, 4);
        await page.Keyboard.PressAsync("End");
        await ShowsAsync(page, "30 of 130, untitled");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShowsAsync(page, "29 of 130, untitled");
        released.SetResult();

        // The photos have loaded, and the current photo stays the same.
        await page.GetByRole(AriaRole.Link, new() { Name = "Photo 33", Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await ShowsAsync(page, "29 of 130, untitled");
    }

    [Fact]
    public async Task The_viewer_lists_its_keys_and_closing_the_list_returns_to_the_photo()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 2);
        await page.TabToAsync("Keyboard shortcuts");
        await page.Keyboard.PressAsync("Enter");
        var keys = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await keys.WaitForAsync();
        (await keys.Locator("kbd").AllInnerTextsAsync()).ShouldBe(["←", "→", "Home", "End", "Space", "F", "I", "+", "−", "1", "0", "?", "Esc"]);
        await visit.ShouldBeAccessibleAsync("the list of keys");

        // The shortcuts do not act on the viewer while the list is open.
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Escape");
        await keys.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ShowsAsync(page, "2 of 130, untitled");
        (await page.FocusedAsync()).ShouldBe("Keyboard shortcuts");
    }

    [Fact]
    public async Task No_key_press_is_lost_at_intervals_of_30_milliseconds()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.ReducedMotion = ReducedMotion.NoPreference);
        var page = visit.Page;

        // The next photos are loaded first, because there is nothing to show beyond the last loaded photo.
        await OpenAsync(page, 27);
        await page.GetByRole(AriaRole.Link, new() { Name = "Photo 33", Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Keyboard.PressAsync("Home");
        await ShowsAsync(page, $"1 of 130, {VisitedGallery.FirstTitle}");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "2 of 130, untitled");
        for (var press = 1; press <= 50; press++)
        {
            await page.Keyboard.PressAsync("ArrowRight", new() { Delay = 15 });
            await Task.Delay(15, TestContext.Current.CancellationToken);
        }

        await ShowsAsync(page, "52 of 130, untitled");
        for (var press = 1; press <= 20; press++)
        {
            await page.Keyboard.PressAsync("ArrowLeft", new() { Delay = 15 });
            await Task.Delay(15, TestContext.Current.CancellationToken);
        }

        await ShowsAsync(page, "32 of 130, untitled");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_filmstrip_spans_the_window_marks_the_current_photo_and_leads_to_others(bool onPhone)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone);
        var page = visit.Page;
        await OpenAsync(page, 20);
        var strip = page.GetByRole(AriaRole.Navigation, new() { Name = "All photos" });
        var box = (await strip.BoundingBoxAsync())!;
        (box.X, box.Width, box.Y + box.Height).ShouldBe((0, await page.EvaluateAsync<float>("document.body.getBoundingClientRect().width"), page.ViewportSize!.Height));
        await MarksAsync(20);
        (await strip.GetByRole(AriaRole.Link).CountAsync()).ShouldBeLessThan(40);

        // The filmstrip is one Tab stop; the arrow keys move on from there.
        await page.TabToAsync("Photo 20");
        await page.Keyboard.PressAsync("ArrowRight");
        await MarksAsync(21);
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Photo 21");
        var link = strip.GetByRole(AriaRole.Link, new() { Name = "Photo 23", Exact = true });
        (await link.GetAttributeAsync("href")).ShouldBe(gallery.PhotoPath(23));
        await link.ClickAsync();
        await ShowsAsync(page, "23 of 130, untitled");
        await MarksAsync(23);

        // Scrolling loads further photos.
        var last = strip.GetByRole(AriaRole.Link, new() { Name = "Photo 130", Exact = true });
        Func<Task<bool>> isThere = async () =>
        {
            await strip.EvaluateAsync("strip => { strip.scrollLeft = strip.scrollWidth; }");
            return await last.CountAsync() == 1;
        };
        await isThere.ShouldBecomeAsync(true);
        await ShowsAsync(page, "23 of 130, untitled");
        await last.ClickAsync();
        await ShowsAsync(page, "130 of 130, untitled");
        await MarksAsync(130);

        async Task MarksAsync(int number)
        {
            var marked = strip.Locator("[aria-current=true]");
            await Assertions.Expect(marked).ToHaveAttributeAsync("aria-label", $"Photo {number}");
            await Assertions.Expect(marked).ToBeInViewportAsync(new() { Ratio = 1 });
        }
    }

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(800, 1000)]
    [InlineData(390, 844)]
    public async Task Title_and_description_are_below_the_photo_but_never_over_it(int width, int height)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: width < 500, change: options => options.ViewportSize = new() { Width = width, Height = height });
        var page = visit.Page;
        await OpenAsync(page, 1);
        var words = page.GetByRole(AriaRole.Group, new() { Name = "About this photo" });
        await words.GetByRole(AriaRole.Heading, new() { Name = VisitedGallery.FirstTitle }).WaitForAsync();
        await words.GetByText(VisitedGallery.FirstDescription).WaitForAsync();
        Func<Task<bool>> isBelow = async () =>
        {
            var (photo, text) = ((await Slide(page).BoundingBoxAsync())!, (await words.BoundingBoxAsync())!);
            return photo.Y + photo.Height <= text.Y + 1;
        };
        await isBelow.ShouldBecomeAsync(true);
        await visit.ShouldBeAccessibleAsync("a photo with a description");

        // The space for texts stays the same at the next photo, which has no texts.
        var before = (await words.BoundingBoxAsync())!;
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "2 of 130, untitled");
        var after = (await words.BoundingBoxAsync())!;
        (after.X, after.Y, after.Width, after.Height).ShouldBe((before.X, before.Y, before.Width, before.Height));
        await Assertions.Expect(words.GetByRole(AriaRole.Heading)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task On_a_phone_the_details_are_directly_below_the_photo()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Taken}");
        await ShowsAsync(page, "3 of 3, untitled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).TapAsync();
        var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await details.GetByText("DSC_0102.jpg").WaitForAsync();
        var lines = await LinesAsync();
        lines.ShouldBe(["1 Jul 2024, 23:30", "Nikon Z 6 · EF24-105mm f/4L IS USM", "35 mm · f/5.6 · 1/250 s · ISO 100", "600 × 400 pixels · DSC_0102.jpg"]);

        // The details are completely visible, and the 3:2 photo reaches down to them.
        await Assertions.Expect(details.GetByText("DSC_0102.jpg")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Assertions.Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "All photos" })).ToBeHiddenAsync();
        var words = page.GetByRole(AriaRole.Group, new() { Name = "About this photo" });
        Func<Task<bool>> meets = async () =>
        {
            var (photo, text) = ((await Slide(page).BoundingBoxAsync())!, (await words.BoundingBoxAsync())!);
            return Math.Abs(photo.Y + photo.Height - text.Y) < 3 && photo.Width > 380;
        };
        await meets.ShouldBecomeAsync(true);
        await visit.ShouldBeAccessibleAsync("the details on a phone");

        // Touch screens hide the arrows; the Tab key reveals them.
        var previous = page.GetByRole(AriaRole.Button, new() { Name = "Previous photo" });
        await Assertions.Expect(previous).ToHaveCSSAsync("opacity", "0");
        await page.TabToAsync("Previous photo");
        await Assertions.Expect(previous).ToHaveCSSAsync("opacity", "1");

        // Missing facts have no line.
        await page.GotoAsync(gallery.PhotoPath(1));
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).TapAsync();
        await details.GetByText("90 × 60 pixels").WaitForAsync();
        (await LinesAsync()).ShouldBe(["90 × 60 pixels"]);

        // Returns the visible lines without the facts' names, which are for screen readers.
        Task<string[]> LinesAsync() => details.Locator("dl").EvaluateAllAsync<string[]>("""
            (lists) => lists.filter((list) => list.checkVisibility()).map((list) => [...list.children]
              .filter((fact) => fact.checkVisibility())
              .map((fact) => getComputedStyle(fact, "::before").content.replace(/^none$|"/g, "") + fact.querySelector("dd").textContent)
              .join("").replace(/\s/g, " "))
            """);
    }

    [Fact]
    public async Task The_wheel_zooms_beyond_the_natural_size_of_the_photo_and_a_drag_moves_it()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");
        await page.Mouse.MoveAsync(640, 350);
        Func<Task<bool>> isBeyond = async () =>
        {
            await page.Mouse.WheelAsync(0, -50);
            return (await BoxAsync()).Width > 1.9 * VisitedGallery.StripesWidth;
        };
        await isBeyond.ShouldBecomeAsync(true);
        await Assertions.Expect(Slide(page)).ToHaveAttributeAsync("data-resolution", "full");

        var from = await BoxAsync();
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(440, 350, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        Func<Task<bool>> hasMoved = async () => Math.Abs((await BoxAsync()).X - (from.X - 200)) < 3;
        await hasMoved.ShouldBecomeAsync(true);
        await ShowsAsync(page, "1 of 3, untitled");

        Func<Task<bool>> fits = async () => (await BoxAsync()).Width <= 1280;
        await page.Keyboard.PressAsync("0");
        await fits.ShouldBecomeAsync(true);

        async Task<LocatorBoundingBoxResult> BoxAsync() => (await Slide(page).BoundingBoxAsync())!;
    }

    [Fact]
    public async Task A_photo_is_downloaded_in_the_chosen_size()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");
        foreach (var (name, size, fileName) in (IEnumerable<(string, string, string)>)[("Full size, PNG", "4,200 × 1,400", "DSC_0100.png"), ("Smaller, JPEG", "1,400 × 467", "DSC_0100.jpg")])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
            var link = page.GetByRole(AriaRole.Link, new() { Name = name });
            (await link.InnerTextAsync()).ShouldContain(size);
            var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            download.SuggestedFilename.ShouldBe(fileName);
            await link.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }

        // The keyboard opens the panel. Escape closes the panel, but not the viewer.
        (await page.FocusedAsync()).ShouldBe("Download");
        await page.Keyboard.PressAsync("Enter");
        await page.TabToAsync("Full size, PNG");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Full size, PNG" })).ToHaveCountAsync(0);
        (await page.FocusedAsync()).ShouldBe("Download");
        await ShowsAsync(page, "1 of 3, untitled");
    }

    [Fact]
    public async Task The_address_of_a_photo_is_shared_by_the_device_or_copied_where_sharing_is_unavailable()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var shared = new ConcurrentQueue<string>();
        await page.ExposeFunctionAsync("noteShared", (string url) => shared.Enqueue(url));
        await page.AddInitScriptAsync("Object.defineProperty(navigator, 'share', { value: undefined, writable: true });");
        await OpenAsync(page, 2);
        using var clipboard = await visit.HoldClipboardAsync();
        var share = page.GetByRole(AriaRole.Button, new() { Name = "Share this photo" });
        await share.ClickAsync();
        await page.GetByText("The address is copied.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the viewer after an address was copied");
        var address = new Uri(gallery.Server.Url, gallery.PhotoPath(2)).ToString();
        (await clipboard.TextAsync()).ShouldBe(address);

        // Browsers offer no clipboard on pages over plain http.
        await page.EvaluateAsync("() => { navigator.clipboard.writeText = () => Promise.reject(); window.addEventListener('copy', () => noteShared(String(document.activeElement.value)), true); }");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "3 of 130, untitled");
        await share.ClickAsync();
        await page.GetByText("The address is copied.").WaitForAsync();
        Func<Task<string>> last = () => Task.FromResult(shared.LastOrDefault() ?? "");
        await last.ShouldBecomeAsync(new Uri(gallery.Server.Url, gallery.PhotoPath(3)).ToString());

        await page.EvaluateAsync("() => { navigator.share = async ({ title, url }) => noteShared(`${title} ${url}`); }");
        await share.ClickAsync();
        await last.ShouldBecomeAsync($"Harbour {new Uri(gallery.Server.Url, gallery.PhotoPath(3))}");
    }

    private async Task OpenAsync(IPage page, int number)
    {
        await page.GotoAsync(gallery.PhotoPath(number));
        await ShowsAsync(page, number == 1 ? $"1 of 130, {VisitedGallery.FirstTitle}" : $"{number} of 130, untitled");
    }

    /// <summary>Advances the page's clock until the viewer shows the expected photo. The slideshow's interval begins once the photo has loaded.</summary>
    private static async Task GoesOnAsync(IPage page, string expected)
    {
        Func<Task<bool>> isNext = async () =>
        {
            var isShown = await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status).TextContentAsync() == expected;
            if (!isShown)
            {
                await page.Clock.RunForAsync(500);
            }

            return isShown;
        };
        await isNext.ShouldBecomeAsync(true);
    }

    private static async Task AreFadedAsync(IPage page, bool expected)
    {
        foreach (var control in (string[])[".yarl__toolbar", "[aria-label='Next photo']", "nav[aria-label='All photos']"])
        {
            if (expected)
            {
                await Assertions.Expect(page.Locator(control)).ToHaveCSSAsync("opacity", "0");
            }
            else
            {
                await Assertions.Expect(page.Locator(control)).Not.ToHaveCSSAsync("opacity", "0");
            }
        }
    }

    private static ILocator Slide(IPage page) => page.Locator(".yarl__slide_current [data-resolution]");

    /// <summary>Waits until the status for screen readers has the expected text.</summary>
    private static Task ShowsAsync(IPage page, string expected) =>
        Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToHaveTextAsync(expected);
}
