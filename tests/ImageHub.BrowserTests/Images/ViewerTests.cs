using System.Collections.Concurrent;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>The viewer, as visitors look at one photo after another.</summary>
public sealed class ViewerTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task The_viewer_opens_from_a_deep_link_and_Escape_leads_to_the_photo_in_its_group()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync(gallery.PhotoPath(100));
        await ShowsAsync(page, "100 of 130, untitled");
        await Assertions.Expect(page).ToHaveURLAsync(gallery.PhotoPath(100));
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShowsAsync(page, "99 of 130, untitled");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "100 of 130, untitled");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "101 of 130, untitled");
        await Assertions.Expect(page).ToHaveURLAsync(gallery.PhotoPath(101));

        await page.Keyboard.PressAsync("Escape");
        await IsBackAtAsync(page, 101);
    }

    [Fact]
    public async Task The_viewer_is_a_named_modal_dialog_that_announces_each_photo_and_keeps_the_focus()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 1);
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “Harbour”" });
        (await dialog.GetAttributeAsync("aria-modal")).ShouldBe("true");
        await ShowsAsync(page, $"1 of 130, {VisitedGallery.FirstTitle}");
        (await page.Locator("#root").EvaluateAsync<bool>("root => root.inert")).ShouldBeTrue();
        for (var tabs = 0; tabs < 12; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            (await page.EvaluateAsync<bool>("document.activeElement === document.body || document.activeElement.closest('[role=dialog]') !== null")).ShouldBeTrue();
        }

        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "2 of 130, untitled");
    }

    [Fact]
    public async Task The_address_of_a_deleted_photo_shows_a_notice_instead_of_the_page_and_reads_no_further_photos()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("404");
        var page = visit.Page;
        var laterPages = 0;
        page.Request += (_, request) => laterPages += request.Url.Contains("cursor=", StringComparison.Ordinal) && !request.Url.Contains("cursor=&", StringComparison.Ordinal) ? 1 : 0;
        await page.RunAndWaitForResponseAsync(
            () => page.GotoAsync("/timeline/images/00000000-0000-4000-8000-000000000000"),
            response => response.Url.Contains("/api/v1/images?cursor=&", StringComparison.Ordinal));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here", Level = 1 })).ToBeInViewportAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
        await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        laterPages.ShouldBe(0);
        await visit.ShouldBeAccessibleAsync("the address of a deleted photo");

        await page.GetByRole(AriaRole.Link, new() { Name = "All photos" }).ClickAsync();
        await Assertions.Expect(page.Locator("a[id^=photo-]").First).ToBeVisibleAsync();
        new Uri(page.Url).AbsolutePath.ShouldBe("/timeline");
    }

    [Fact]
    public async Task Keys_go_to_a_dialog_above_the_viewer_and_selecting_text_does_not_close_the_dialog()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 2);
        await page.Keyboard.PressAsync("?");
        var heading = page.GetByRole(AriaRole.Heading, new() { Name = "Keyboard shortcuts" });
        await heading.WaitForAsync();
        await page.Keyboard.PressAsync("+");
        await page.EvaluateAsync("document.activeElement.blur()");
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "2 of 130, untitled");

        // In a low window, the wheel scrolls the dialog.
        await page.SetViewportSizeAsync(1280, 360);
        await heading.HoverAsync();
        await page.Mouse.WheelAsync(0, 200);
        Func<Task<bool>> isScrolled = () => page.EvaluateAsync<bool>("document.querySelector('dialog').scrollTop > 0");
        await isScrolled.ShouldBecomeAsync(true);
        await page.SetViewportSizeAsync(1280, 800);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" })).ToHaveAttributeAsync("aria-disabled", "true");

        var box = (await heading.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 2, box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(2, 2);
        await page.Mouse.UpAsync();
        await Assertions.Expect(heading).ToBeVisibleAsync();
        await page.Mouse.ClickAsync(2, 2);
        await heading.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, "3 of 130, untitled");
    }

    [Fact]
    public async Task The_buttons_stay_at_the_first_and_last_photo_and_keep_the_focus()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 2);
        var previous = page.GetByRole(AriaRole.Button, new() { Name = "Previous photo" });
        await previous.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, $"1 of 130, {VisitedGallery.FirstTitle}");
        await Assertions.Expect(previous).ToHaveAttributeAsync("aria-disabled", "true");
        (await page.FocusedAsync()).ShouldBe("Previous photo");
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, $"1 of 130, {VisitedGallery.FirstTitle}");
        (await page.FocusedAsync()).ShouldBe("Previous photo");

        await page.GotoAsync(gallery.PhotoPath(129));
        var next = page.GetByRole(AriaRole.Button, new() { Name = "Next photo" });
        await ShowsAsync(page, "129 of 130, untitled");
        await next.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, "130 of 130, untitled");
        await Assertions.Expect(next).ToHaveAttributeAsync("aria-disabled", "true");
        (await page.FocusedAsync()).ShouldBe("Next photo");
    }

    [Fact]
    public async Task One_step_back_closes_the_viewer_after_any_number_of_moves_and_focuses_the_last_photo()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 4);
        for (var number = 5; number <= 40; number++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
            await ShowsAsync(page, $"{number} of 130, untitled");
        }

        await page.GoBackAsync();
        await IsBackAtAsync(page, 40);

        // The button goes back by the same single step in the history.
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, "40 of 130, untitled");
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShowsAsync(page, "39 of 130, untitled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the viewer" }).ClickAsync();
        await IsBackAtAsync(page, 39);
        await page.GoForwardAsync();
        await ShowsAsync(page, "39 of 130, untitled");
    }

    [Fact]
    public async Task No_key_press_is_lost_however_late_the_address_is_updated()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.ReducedMotion = ReducedMotion.NoPreference);
        var page = visit.Page;
        await OpenAsync(page, 4);

        // The first 30 key presses are sent one after the other, the others all at once. No press waits for the page to show the photo.
        for (var press = 1; press <= 30; press++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await ShowsAsync(page, "34 of 130, untitled");
        await Task.WhenAll(Enumerable.Range(1, 60).Select(_ => page.Keyboard.PressAsync("ArrowRight")));
        await ShowsAsync(page, "94 of 130, untitled");
        await Task.WhenAll(Enumerable.Range(1, 40).Select(_ => page.Keyboard.PressAsync("ArrowLeft")));
        await ShowsAsync(page, "54 of 130, untitled");
        await Assertions.Expect(page).ToHaveURLAsync(gallery.PhotoPath(54));

        // The button works in the same way. Further presses at the last photo have no effect.
        await page.EvaluateAsync("() => { for (let press = 0; press < 90; press++) document.querySelector('[aria-label=\"Next photo\"]').click(); }");
        await ShowsAsync(page, "130 of 130, untitled");
        await Task.WhenAll(Enumerable.Range(1, 5).Select(_ => page.Keyboard.PressAsync("ArrowRight")));
        await ShowsAsync(page, "130 of 130, untitled");
        await page.Keyboard.PressAsync("Escape");
        await IsBackAtAsync(page, 130);
    }

    [Fact]
    public async Task No_key_press_is_lost_while_the_list_is_read_again()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var reads = 0;
        var isPressed = new TaskCompletionSource();
        var isReadAgain = new TaskCompletionSource();
        await page.RouteAsync(address => address.Contains("/images?", StringComparison.Ordinal) && (address.Contains("pageSize=30", StringComparison.Ordinal) || address.Contains("cursor=ey", StringComparison.Ordinal)), async route =>
        {
            // Later pages wait, too: the page fetches them while it is idle. The first answer is marked as stale, as during a database outage, so the page reads the list again as soon as the server is healthy.
            if (reads > 0 && !route.Request.Url.Contains("cursor=ey", StringComparison.Ordinal))
            {
                isReadAgain.TrySetResult();
            }

            var answer = await route.FetchAsync();
            var headers = new Dictionary<string, string>(answer.Headers, StringComparer.OrdinalIgnoreCase);
            if (reads++ == 0)
            {
                headers["X-ImageHub-Stale"] = "true";
            }
            else
            {
                await isPressed.Task;
            }

            await route.FulfillAsync(new() { Response = answer, Headers = headers });
        });
        await OpenAsync(page, 4);
        await isReadAgain.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        for (var press = 1; press <= 30; press++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await ShowsAsync(page, "30 of 130, untitled");
        isPressed.SetResult();
        await ShowsAsync(page, "34 of 130, untitled");
    }

    [Fact]
    public async Task A_viewer_closed_before_the_address_is_updated_stays_closed()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);

        // Simulate a slow device: when the address changes to the group's, all waiting timers run before the page is drawn.
        await visit.Page.AddInitScriptAsync($$"""
            const due = new Map();
            const { setTimeout, clearTimeout } = window;
            window.setTimeout = (run, ...rest) => {
              const id = setTimeout(() => due.delete(id) && run(), ...rest);
              due.set(id, run);
              return id;
            };
            window.clearTimeout = (id) => {
              due.delete(id);
              clearTimeout(id);
            };
            const replaceState = history.replaceState.bind(history);
            history.replaceState = (state, unused, url) => {
              replaceState(state, unused, url);
              if (url !== "{{VisitedGallery.HarbourPath}}") return;
              const runs = [...due.values()];
              due.clear();
              for (const run of runs) run();
            };
            """);
        await visit.Page.GotoAsync(gallery.PhotoPath(20));
        await ShowsAsync(visit.Page, "20 of 130, untitled");
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(visit.Page, "21 of 130, untitled");
        await visit.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.Locator($"#photo-{gallery.Photos[20]}")).ToBeFocusedAsync();
        new Uri(visit.Page.Url).AbsolutePath.ShouldBe(VisitedGallery.HarbourPath);
    }

    [Fact]
    public async Task The_next_button_continues_across_the_pages_of_the_list()
    {
        // The list loads 30, 60 and 40 photos.
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page, 28);
        for (var number = 29; number <= 95; number++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Next photo" }).ClickAsync();
            await ShowsAsync(page, $"{number} of 130, untitled");
        }

        await Assertions.Expect(page).ToHaveURLAsync(gallery.PhotoPath(95));
    }

    [Fact]
    public async Task A_swipe_shows_the_next_photo_and_a_swipe_down_closes_the_viewer()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await OpenAsync(page, 4);
        var fingers = await Fingers.OnAsync(page);
        await fingers.SwipeAsync((320, 420), (60, 420));
        await ShowsAsync(page, "5 of 130, untitled");
        await fingers.SwipeAsync((320, 420), (60, 420));
        await ShowsAsync(page, "6 of 130, untitled");
        await fingers.SwipeAsync((60, 420), (320, 420));
        await ShowsAsync(page, "5 of 130, untitled");
        await fingers.SwipeAsync((200, 300), (200, 750));
        await IsBackAtAsync(page, 5);
    }

    [Fact]
    public async Task Pinch_and_double_tap_zoom_and_full_is_loaded_only_beyond_the_pixels_of_high()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        var requests = Requests(page);
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");
        await HighAsync(page);
        var fingers = await Fingers.OnAsync(page);

        // Wait until the viewer has the phone's size.
        Func<Task<bool>> fits = async () => await ShownWidthAsync(page) <= 390;
        await fits.ShouldBecomeAsync(true);

        // 390 CSS pixels at a ratio of 2 are 780 of the high image's 1,400 pixels: at a zoom of 1.5, the high image has enough pixels.
        await fingers.PinchAsync((195, 420), 100, 150);
        Func<Task<bool>> isZoomed = async () => await ShownWidthAsync(page) > 500;
        await isZoomed.ShouldBecomeAsync(true);
        (await ShownWidthAsync(page)).ShouldBeLessThan(700);
        await FullIsNotRequestedAsync(page, requests);

        await fingers.PinchAsync((195, 420), 100, 200);
        await IsFullAsync(page);
        requests.Count(request => request.EndsWith("/full", StringComparison.Ordinal)).ShouldBe(1);

        await page.ReloadAsync();
        await ShowsAsync(page, "1 of 3, untitled");
        await HighAsync(page);
        await fits.ShouldBecomeAsync(true);
        await fingers.DoubleTapAsync((195, 420));
        await IsFullAsync(page);
    }

    [Fact]
    public async Task A_fully_zoomed_photo_shows_the_pixels_of_the_full_image()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var requests = Requests(page);
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");
        await HighAsync(page);
        await FullIsNotRequestedAsync(page, requests);

        // The high image has a third of the full image's width, so its stripes are grey once the viewer has faded in.
        Func<Task<bool>> isGrey = async () => await ContrastAsync(page) < 20;
        await isGrey.ShouldBecomeAsync(true);

        await page.Keyboard.PressAsync("1");

        await IsFullAsync(page);
        await IsShownAtAsync(page, VisitedGallery.StripesWidth);
        Func<Task<bool>> isSharp = async () => await ContrastAsync(page) > 80;
        await isSharp.ShouldBecomeAsync(true);
    }

    [Theory]
    [InlineData("TIFF")]
    [InlineData("HEIC")]
    public async Task A_photo_in_a_format_that_browsers_cannot_show_appears_as_JPEG_once_it_is_rendered(string format)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;

        // The server's libvips may be unable to write HEIC, so the TIFF is labelled as HEIC for the viewer.
        await page.RouteAsync("**/images?*", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("image/tiff", $"image/{format.ToLowerInvariant()}", StringComparison.Ordinal) });
        });
        var made = new TaskCompletionSource();
        await page.RouteAsync("**/full?r=1&format=jpeg", async route =>
        {
            await made.Task;
            await route.ContinueAsync();
        });
        var requests = Requests(page);
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Tiff}");
        await ShowsAsync(page, "2 of 3, untitled");
        await HighAsync(page);
        await FullIsNotRequestedAsync(page, requests);

        await ZoomInFullyAsync(page);
        await page.GetByText("Full resolution is on its way …").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the viewer that waits for the full resolution");
        made.SetResult();

        await IsFullAsync(page, 2100);
        await IsShownAtAsync(page, 2 * 2100);
        await page.GetByText("Full resolution is on its way …").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        requests.Count(request => request.EndsWith("/full", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_full_resolution_that_fails_to_load_is_reported_and_requested_again_after_zooming_out()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("503");
        var page = visit.Page;
        await page.RouteAsync("**/full?r=1&format=jpeg", route => route.FulfillAsync(new() { Status = 503 }));
        var requests = Requests(page);
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Tiff}");
        await HighAsync(page);
        await ZoomInFullyAsync(page);
        await page.GetByText("Full resolution could not be loaded.").WaitForAsync();
        requests.Count(request => request.EndsWith("/full", StringComparison.Ordinal)).ShouldBe(1);
        await page.UnrouteAsync("**/full?r=1&format=jpeg");
        while (await page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" }).GetAttributeAsync("aria-disabled") is null)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" }).ClickAsync();
        }

        await page.GetByText("Full resolution could not be loaded.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ZoomInFullyAsync(page);

        await IsFullAsync(page, 2100);
    }

    [Fact]
    public async Task A_photo_in_a_format_that_browsers_cannot_show_is_offered_as_file_and_as_JPEG()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("422");
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Tiff}");
        await ShowsAsync(page, "2 of 3, untitled");
        var download = page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true });
        await download.ClickAsync();
        await visit.ShouldBeAccessibleAsync("the viewer with the downloads open");
        (await page.SmallTargetsAsync()).ShouldBeEmpty();
        await DownloadsAsync(page, gallery.Tiff, "DSC_0101.tif", "Full size, TIFF");

        await download.ClickAsync();
        var made = new TaskCompletionSource();
        await page.RouteAsync("**/full?r=1&format=jpeg&download=true", async route =>
        {
            await made.Task;
            await route.ContinueAsync();
        });
        var link = page.GetByRole(AriaRole.Link, new() { Name = "Full size, JPEG" });
        (await link.GetAttributeAsync("href")).ShouldBe($"/api/v1/images/{gallery.Tiff}/full?r=1&format=jpeg&download=true");
        var saved = await page.RunAndWaitForDownloadAsync(async () =>
        {
            await link.ClickAsync();
            await page.GetByText("Making the JPEG …").WaitForAsync();
            made.SetResult();
        });
        saved.SuggestedFilename.ShouldBe("DSC_0101.jpg");
        var picture = TestPicture.Read(await File.ReadAllBytesAsync(await saved.PathAsync()));
        (picture.Width, picture.Height).ShouldBe((2100, 1400));
        await page.GetByText("Making the JPEG …").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.RouteAsync("**/full?r=1&format=jpeg&download=true", route => route.FulfillAsync(new()
        {
            Status = 422, ContentType = "application/problem+json", Body = """{"code":"tooComplex","detail":"It takes more memory than there is."}""",
        }));
        await link.ClickAsync();
        await page.GetByText("The JPEG could not be made. It takes more memory than there is.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the viewer without a JPEG");
    }

    [Fact]
    public async Task The_full_file_is_downloaded_by_a_plain_link()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        await visit.Page.GotoAsync(gallery.PhotoPath(3));
        await DownloadsAsync(visit.Page, gallery.Photos[2], "DSC_0003.jpg");
    }

    [Fact]
    public async Task Neighbouring_photos_are_loaded_in_advance()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var requests = Requests(visit.Page);
        await visit.Page.GotoAsync(gallery.PhotoPath(30));
        await ShowsAsync(visit.Page, "30 of 130, untitled");
        foreach (var neighbour in (int[])[29, 31])
        {
            Func<Task<bool>> isFetched = () => Task.FromResult(requests.Contains($"/api/v1/images/{gallery.Photos[neighbour - 1]}/high"));
            await isFetched.ShouldBecomeAsync(true);
        }
    }

    [Fact]
    public async Task Moving_on_fast_cancels_the_requests_for_the_photos_passed_over()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        visit.Expects("ERR_ABORTED");
        await OpenAsync(page, 10);

        // From here on, requests for high images are never answered, so each one that is noted is pending or cancelled.
        await page.RouteAsync("**/high*", _ => Task.CompletedTask);
        var pending = new ConcurrentDictionary<IRequest, string>();
        var aborted = new ConcurrentBag<string>();
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.EndsWith("/high", StringComparison.Ordinal))
            {
                pending[request] = request.Url;
            }
        };
        page.RequestFailed += (_, request) =>
        {
            if (request.Failure == "net::ERR_ABORTED" && pending.TryRemove(request, out var url))
            {
                aborted.Add(url);
            }
        };

        for (var number = 11; number <= 40; number++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
            await ShowsAsync(page, $"{number} of 130, untitled");
        }

        // Only requests for the photo and its neighbours remain.
        Func<Task<bool>> onlyTheNearestRemain = () =>
        {
            var urls = pending.Values;
            return Task.FromResult(urls.Count <= 5 && urls.Any(url => url.Contains(gallery.Photos[39].ToString(), StringComparison.Ordinal)));
        };
        await onlyTheNearestRemain.ShouldBecomeAsync(true);
        aborted.Count.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task The_details_show_the_recorded_facts()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Taken}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        var facts = await FactsAsync(details);
        facts["File"].ShouldBe("DSC_0102.jpg");
        facts["Dimensions"].ShouldBe("600 × 400 pixels");
        facts["Camera"].ShouldBe("Nikon Z 6");
        facts["Lens"].ShouldBe("EF24-105mm f/4L IS USM");
        facts["Exposure"].ShouldBe("35 mm · f/5.6 · 1/250 s · ISO 100");

        // The time is the local time in Japan, where the photo was taken, not the reader's.
        facts["Taken"].ShouldBe("1 Jul 2024, 23:30");

        await page.GotoAsync(gallery.PhotoPath(1));
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        facts = await FactsAsync(details);
        facts.Keys.ShouldBe(["Dimensions"]);
    }

    [Fact]
    public async Task Closing_the_details_moves_the_focus_to_their_button()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Taken}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        var about = page.GetByRole(AriaRole.Group, new() { Name = "About this photo" });
        await about.GetByText("DSC_0102.jpg").WaitForAsync();
        await about.FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await about.GetByText("DSC_0102.jpg").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Details");
    }

    [Fact]
    public async Task A_photo_that_failed_to_load_appears_as_soon_as_the_server_is_back()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        await page.RouteAsync($"**/{gallery.Stripes}/high?**", route => route.AbortAsync());
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await page.GetByText("This photo could not be loaded.").First.WaitForAsync();
        await page.UnrouteAsync($"**/{gallery.Stripes}/high?**");
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await HighAsync(page);
        await page.GetByText("This photo could not be loaded.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task A_photo_that_a_busy_server_refuses_is_requested_again()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("503");
        var page = visit.Page;
        var refused = false;
        await page.RouteAsync($"**/{gallery.Stripes}/high?**", route =>
        {
            var isFirst = !refused;
            refused = true;
            return isFirst ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync();
        });
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await page.GetByText("This photo could not be loaded.").First.WaitForAsync();
        await HighAsync(page);
        await page.GetByText("This photo could not be loaded.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task A_photo_smaller_than_the_window_can_be_enlarged_beyond_it()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Taken}");
        await ShowsAsync(page, "3 of 3, untitled");
        await IsShownAtAsync(page, 600);
        await ZoomInFullyAsync(page);
        (await ShownWidthAsync(page)).ShouldBeGreaterThan(1280);
        for (var presses = 0; await page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" }).GetAttributeAsync("aria-disabled") is null; presses++)
        {
            presses.ShouldBeLessThan(10);
            await page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" }).ClickAsync();
        }

        await IsShownAtAsync(page, 600);
    }

    [Fact]
    public async Task Numbers_and_dates_follow_the_language_of_the_page_and_not_of_the_browser()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.Locale = "nl-NL");
        await visit.Page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Taken}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        (await visit.Page.Locator("html").GetAttributeAsync("lang")).ShouldBe("en");
        var facts = await FactsAsync(visit.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details" }));
        facts["Taken"].ShouldBe("Jul 1, 2024, 11:30 PM");
        facts["Dimensions"].ShouldBe("600 × 400 pixels");
    }

    [Theory]
    [InlineData(844, 390)]
    [InlineData(667, 375)]
    [InlineData(1280, 800)]
    public async Task The_details_are_beside_the_photo_and_not_over_it(int width, int height)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: width < 1000, change: options => options.ViewportSize = new() { Width = width, Height = height });
        var page = visit.Page;
        await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Stripes}");
        await ShowsAsync(page, "1 of 3, untitled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await details.GetByText("DSC_0100.png").WaitForAsync();
        Func<Task<bool>> isBeside = async () =>
        {
            var (photo, panel) = ((await Slide(page).BoundingBoxAsync())!, (await details.BoundingBoxAsync())!);
            return photo.Width > 250 && photo.X + photo.Width <= panel.X + 1 && panel.X + panel.Width <= width + 1;
        };
        await isBeside.ShouldBecomeAsync(true);
        foreach (var button in (string[])["Next photo", "Close the viewer", "Details", "Zoom in"])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync(new() { Trial = true });
        }

        // Without the details, the photo fills the window again.
        var small = await ShownWidthAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        Func<Task<bool>> isLarger = async () => await ShownWidthAsync(page) > small;
        await isLarger.ShouldBecomeAsync(true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_viewer_is_accessible_with_and_without_its_details(bool onPhone)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone);
        await visit.Page.GotoAsync(gallery.PhotoPath(1));
        await ShowsAsync(visit.Page, $"1 of 130, {VisitedGallery.FirstTitle}");
        await visit.ShouldBeAccessibleAsync("the viewer");
        (await visit.Page.SmallTargetsAsync()).ShouldBeEmpty();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        await visit.Page.GetByText("90 × 60 pixels").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the viewer with details");
    }

    private static ConcurrentBag<string> Requests(IPage page)
    {
        var requests = new ConcurrentBag<string>();
        page.Request += (_, request) => requests.Add(new Uri(request.Url).AbsolutePath);
        return requests;
    }

    /// <summary>Waits until the status for screen readers has the expected text.</summary>
    private static Task ShowsAsync(IPage page, string expected) =>
        Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToHaveTextAsync(expected);

    private static ILocator Slide(IPage page) => page.Locator(".yarl__slide_current [data-resolution]");

    /// <summary>Asserts that the high image has loaded and is shown.</summary>
    private static async Task HighAsync(IPage page)
    {
        Func<Task<string>> shown = () => Slide(page).EvaluateAsync<string>("slide => `${slide.dataset.resolution} ${slide.querySelector('img[src*=high]').naturalWidth}`");
        await shown.ShouldBecomeAsync("high 1400");
    }

    /// <summary>Asserts that the full image is neither shown nor requested. The element that requests it would be rendered together with the zoom.</summary>
    private static async Task FullIsNotRequestedAsync(IPage page, ConcurrentBag<string> requests)
    {
        await page.EvaluateAsync("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        await Assertions.Expect(Slide(page)).ToHaveAttributeAsync("data-resolution", "high");
        (await Slide(page).Locator("img[src*=full]").CountAsync()).ShouldBe(0);
        requests.ShouldNotContain(request => request.EndsWith("/full", StringComparison.Ordinal));
    }

    /// <summary>Asserts that the full image has loaded with the expected width, and that it is above the photo's other images.</summary>
    private static async Task IsFullAsync(IPage page, int width = VisitedGallery.StripesWidth)
    {
        await Assertions.Expect(Slide(page)).ToHaveAttributeAsync("data-resolution", "full");
        var full = Slide(page).Locator("img[src*=full]");
        await Assertions.Expect(full).ToBeVisibleAsync();
        (await full.EvaluateAsync<int>("image => image.naturalWidth")).ShouldBe(width);
        (await full.EvaluateAsync<bool>("image => image.closest('[data-resolution]').lastElementChild.contains(image)")).ShouldBeTrue();
    }

    /// <summary>Zooms in by the button up to the maximum.</summary>
    private static async Task ZoomInFullyAsync(IPage page)
    {
        var zoom = page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" });
        while (await zoom.GetAttributeAsync("aria-disabled") is null)
        {
            var width = await ShownWidthAsync(page);
            await zoom.ClickAsync();
            Func<Task<bool>> hasGrown = async () => await ShownWidthAsync(page) > width;
            await hasGrown.ShouldBecomeAsync(true);
        }
    }

    private static Task<double> ShownWidthAsync(IPage page) => Slide(page).EvaluateAsync<double>("slide => slide.getBoundingClientRect().width");

    /// <summary>Waits until the zoom's animation has reached a width in CSS pixels.</summary>
    private static async Task IsShownAtAsync(IPage page, int width)
    {
        Func<Task<bool>> isThere = async () => Math.Abs(await ShownWidthAsync(page) - width) < 2;
        await isThere.ShouldBecomeAsync(true);
    }

    /// <summary>The standard deviation of the brightness (0 to 255) in the middle of the screen.</summary>
    private static async Task<double> ContrastAsync(IPage page)
    {
        var picture = TestPicture.Read(await page.ScreenshotAsync(new() { Clip = new() { X = 500, Y = 300, Width = 200, Height = 40 } }));
        var samples = Enumerable.Range(0, picture.Width * picture.Height).Select(pixel => (double)picture.Samples[pixel * picture.Bands]).ToList();
        var mean = samples.Average();
        return Math.Sqrt(samples.Average(sample => (sample - mean) * (sample - mean)));
    }

    private async Task OpenAsync(IPage page, int number)
    {
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator($"#photo-{gallery.Photos[number - 1]}").ClickAsync();
        await ShowsAsync(page, number == 1 ? $"1 of 130, {VisitedGallery.FirstTitle}" : $"{number} of 130, untitled");
    }

    /// <summary>Asserts that the viewer is closed, and that the photo has the focus and is in view.</summary>
    private async Task IsBackAtAsync(IPage page, int number)
    {
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        page.Url.ShouldEndWith(VisitedGallery.HarbourPath);
        var photo = page.Locator($"#photo-{gallery.Photos[number - 1]}");
        await Assertions.Expect(photo).ToBeFocusedAsync();
        await Assertions.Expect(photo).ToBeInViewportAsync(new() { Ratio = 0.99f });
    }

    private static async Task DownloadsAsync(IPage page, Guid image, string fileName, string name = "Download the full photo")
    {
        var link = page.GetByRole(AriaRole.Link, new() { Name = name });
        (await link.GetAttributeAsync("href")).ShouldBe($"/api/v1/images/{image}/full?r=1&download=true");
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        download.SuggestedFilename.ShouldBe(fileName);
    }

    private static async Task<Dictionary<string, string>> FactsAsync(ILocator details)
    {
        await details.Locator("dl").First.WaitForAsync();
        var facts = await details.Locator("dl > div").EvaluateAllAsync<string[][]>("facts => facts.map(fact => [...fact.children].map(part => part.textContent))");
        return facts.ToDictionary(fact => fact[0], fact => fact[1]);
    }
}
