using System.IO.Compression;
using ImageHub.BrowserTests.Images;

namespace ImageHub.BrowserTests.Archives;

/// <summary>Photos that visitors select and download.</summary>
public sealed class DownloadTests(VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task Photos_are_selected_by_click_Shift_and_keys_and_downloaded_in_the_chosen_size()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await OpenAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Select", Exact = true }).ClickAsync();
        await Box(page, 2).CheckAsync();
        await Box(page, 5).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await page.GetByText("4 selected").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("photos that are selected");
        await visit.ShouldFitANarrowScreenAsync("photos that are selected");
        await Box(page, 4).ClickAsync();
        await page.GetByText("3 selected").WaitForAsync();

        // The keyboard selects all photos and deselects one; buttons select all and none.
        await page.Keyboard.PressAsync("Control+a");
        await page.GetByText("130 selected").WaitForAsync();
        await Box(page, 1).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByText("129 selected").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).ClickAsync();
        await page.GetByText("130 selected").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "None", Exact = true }).ClickAsync();
        await page.GetByText("0 selected").WaitForAsync();
        await Box(page, 3).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Box(page, 1).ClickAsync();
        await page.GetByText("2 selected").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Download 2 photos" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for a download");
        await visit.ShouldFitANarrowScreenAsync("the dialog for a download");
        await page.GetByLabel("High resolution (1,400 px)").CheckAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
        await page.GetByText("2 files,").WaitForAsync();
        await page.GetByText("The download has begun.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a download that has begun");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download again" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("Harbour.zip");
        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        zip.Entries.Select(entry => entry.Name).ShouldBe(["DSC_0001.jpg", "DSC_0003.jpg"]);
        zip.Entries[0].Length.ShouldBe((await gallery.Server.Visitor.GetByteArrayAsync($"/api/v1/images/{gallery.Photos[0]}/high", TestContext.Current.CancellationToken)).LongLength);

        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("2 selected").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("2 selected").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("a[id^=photo-]").First.WaitForAsync();
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Select");
    }

    [Fact]
    public async Task A_long_press_selects_a_photo_and_further_taps_select_others()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await OpenAsync(page);
        await PressSecondAsync(page, await Fingers.OnAsync(page));
        await Assertions.Expect(Box(page, 2)).ToBeCheckedAsync();
        await Box(page, 3).TapAsync();
        await page.GetByText("2 selected").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("photos that are selected on a phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).TapAsync();

        // A plain tap still opens the viewer.
        await page.Locator("a[id^=photo-]").First.TapAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “Harbour”" }).WaitForAsync();
    }

    [Fact]
    public async Task Two_fingers_on_the_photos_select_none()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: true);
        var page = visit.Page;
        await OpenAsync(page);
        var fingers = await Fingers.OnAsync(page);

        // The first press has loaded the code, so that a wrong selection would appear at once.
        var middle = await PressSecondAsync(page, fingers);
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).TapAsync();
        await page.GetByText("1 selected").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await fingers.PinchAsync(middle, 60, 20);

        // This timer ends after the timers of presses.
        await page.EvaluateAsync("() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 1_000))");
        (await page.GetByText("selected").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task While_the_server_is_busy_the_wait_is_shown_and_no_download_can_be_started()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("429");
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await OpenAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Download all 130 photos as a ZIP" }).ClickAsync();
        await page.RouteAsync("**/archives", route => route.FulfillAsync(new()
        {
            Status = 429,
            ContentType = "application/problem+json",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "3600" },
            Body = """{"status":429,"code":"tooManyRequests","detail":"Too many."}""",
        }));
        var start = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Download" });
        await start.ClickAsync();
        await page.GetByText("The server is busy with downloads. Wait 1 hr").WaitForAsync();
        await Assertions.Expect(start).ToHaveAttributeAsync("aria-disabled", "true");
        await visit.ShouldBeAccessibleAsync("a download that has to wait");
        await page.UnrouteAllAsync();
        await page.Clock.FastForwardAsync(3_600_000);
        await Assertions.Expect(start).Not.ToHaveAttributeAsync("aria-disabled", "true");
        var download = await page.RunAndWaitForDownloadAsync(() => start.ClickAsync());
        download.SuggestedFilename.ShouldBe("Harbour.zip");
        await page.GetByText("130 files,").WaitForAsync();
        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        zip.Entries.Count.ShouldBe(130);
    }

    private static ILocator Box(IPage page, int number) => page.GetByRole(AriaRole.Checkbox, new() { Name = number == 1 ? VisitedGallery.FirstTitle : $"Photo {number} of “Harbour”", Exact = true });

    [Fact]
    public async Task A_download_cancelled_during_its_preparation_does_not_start()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("ERR_ABORTED");
        var page = visit.Page;
        await OpenAsync(page);
        var (asked, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        page.RequestFailed += (_, request) =>
        {
            if (request.Url.EndsWith("/archives", StringComparison.Ordinal))
            {
                cancelled.TrySetResult();
            }
        };
        await page.RouteAsync("**/archives", _ =>
        {
            asked.TrySetResult();
            return Task.CompletedTask;
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Download all 130 photos as a ZIP" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Holds a finger on the second photo until it is selected. Returns the photo's centre.</summary>
    private static async Task<(int X, int Y)> PressSecondAsync(IPage page, Fingers fingers)
    {
        var photo = page.Locator("a[id^=photo-]").Nth(1);
        await photo.ScrollIntoViewIfNeededAsync();
        var box = (await photo.BoundingBoxAsync())!;
        var centre = ((int)(box.X + (box.Width / 2)), (int)(box.Y + (box.Height / 2)));
        await fingers.RestAsync(centre, () => page.GetByText("1 selected").WaitForAsync());
        return centre;
    }

    private static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator("a[id^=photo-]").First.WaitForAsync();
    }
}
