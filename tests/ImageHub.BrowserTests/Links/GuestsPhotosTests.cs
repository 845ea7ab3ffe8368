using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Links;

/// <summary>Photos that guests send from a phone, the QR code of a link, and the review at the desk.</summary>
public sealed class GuestsPhotosTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    private const string Bytes = "**/uploads/tus/*";

    [Fact]
    public async Task A_guest_sends_photos_from_a_phone_through_a_dead_zone()
    {
        var (group, link) = await ShareAsync(new { uploads = true });
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        visit.Expects("ERR_INTERNET_DISCONNECTED");
        var page = visit.Page;
        await page.GotoAsync(link);

        // The page loads the code of other pages when it has nothing else to do.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your photos" }).TapAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Add your photos" }).WaitForAsync();
        await page.GetByText("You can send 100 photos.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the sheet for photos");
        await visit.ShouldFitANarrowScreenAsync("the sheet for photos");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose photos" }).TapAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("Enter your name first.").WaitForAsync();
        await page.GetByLabel("Your name").FillAsync("Grace");

        // The upload of the third photo hangs, and the connection is lost.
        var stuck = new TaskCompletionSource();
        var count = 0;
        await page.RouteAsync(Bytes, async route =>
        {
            if (route.Request.Method != "PATCH" || ++count < 3)
            {
                await route.ContinueAsync();
                return;
            }

            stuck.TrySetResult();
        });
        await ChooseAsync(page, "Choose photos", 1, 5);
        await stuck.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await page.GetByText("2 of 5 sent").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the sheet while photos are being sent");
        await visit.Context.SetOfflineAsync(true);
        await page.GetByText("No connection. Sending continues when you are back online.").WaitForAsync();
        await page.UnrouteAsync(Bytes);

        // The sheet may be closed meanwhile.
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).TapAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sending: 2 of 5" }).WaitForAsync();
        await visit.Context.SetOfflineAsync(false);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your photos" }).TapAsync();

        await page.GetByText("You sent 5 photos. They appear after the host has approved them.").WaitForAsync();
        await page.GetByText("You can send 95 photos.").WaitForAsync();
        await visit.ShouldFitANarrowScreenAsync("the receipt");
        await visit.ShouldBeAccessibleAsync("the receipt");
        var sent = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pending=true").JsonAsync()).Items();
        sent.Select(image => image.Text("fileName")).Order(StringComparer.Ordinal).ShouldBe(["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"]);
        sent.ShouldAllBe(image => image.GetProperty("sentBy").Text("name") == "Grace");
        (await page.GetByRole(AriaRole.Link, new() { Name = "Photo 1" }).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Each_photo_is_sent_once_when_a_busy_server_refuses_two_photos_for_different_times()
    {
        var (group, link) = await ShareAsync(new { uploads = true });
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        visit.Expects("503");
        var page = visit.Page;
        await OpenAsync(page, link, "Ada");

        // The second photo still waits when the first one has been sent.
        var seconds = new Queue<string>(["1", "4"]);
        await page.RouteAsync(Bytes, async route =>
        {
            if (route.Request.Method == "PATCH" && seconds.TryDequeue(out var wait))
            {
                await route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = wait } });
                return;
            }

            await route.ContinueAsync();
        });
        await ChooseAsync(page, "Choose photos", 41, 2);

        await page.GetByText("You sent 2 photos.").WaitForAsync();
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("pendingCount").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task The_same_photos_chosen_after_a_reload_continue_and_are_not_sent_twice()
    {
        var (group, link) = await ShareAsync(new { uploads = true });
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        visit.Expects("ERR_FAILED|ERR_ABORTED");
        var page = visit.Page;
        await OpenAsync(page, link, "Ada");
        var count = 0;
        await page.RouteAsync(Bytes, route => route.Request.Method == "PATCH" && ++count > 2 ? route.AbortAsync() : route.ContinueAsync());
        await ChooseAsync(page, "Choose photos", 11, 4);
        await page.GetByText("2 of 4 sent").WaitForAsync();
        await page.GetByText("No connection.").WaitForAsync();
        await page.UnrouteAsync(Bytes);
        await page.CloseAsync(new() { RunBeforeUnload = false });

        page = await visit.NewTabAsync();
        await page.GotoAsync(link);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your photos" }).TapAsync();
        (await page.GetByLabel("Your name").InputValueAsync()).ShouldBe("Ada");
        await page.GetByText("You sent 2 photos.").WaitForAsync();
        await ChooseAsync(page, "Choose photos", 11, 4);
        await page.GetByText("All photos are sent.").WaitForAsync();
        await page.GetByText("You sent 4 photos.").WaitForAsync();
        (await page.GetByText("Already sent").CountAsync()).ShouldBe(2);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("pendingCount").GetInt32().ShouldBe(4);
        (await page.EvaluateAsync<int>("Object.keys(localStorage).filter((key) => key.startsWith('imagehub.sent.')).length")).ShouldBe(1);
    }

    [Fact]
    public async Task Photos_continue_after_the_guest_has_entered_the_password_again()
    {
        var (group, link) = await ShareAsync(new { uploads = true, password = ImageHubServer.LinkPassword });
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        visit.Expects("401");
        var page = visit.Page;
        await page.GotoAsync(link);
        await UnlockAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your photos" }).TapAsync();
        await page.GetByLabel("Your name").FillAsync("Ada");

        // The guest's cookie is deleted before the second photo is sent.
        var count = 0;
        await page.RouteAsync(Bytes, async route =>
        {
            if (route.Request.Method == "PATCH" && ++count == 2)
            {
                await page.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
            }

            await route.ContinueAsync();
        });
        await ChooseAsync(page, "Choose photos", 31, 4);
        await UnlockAsync();

        Func<Task<int>> pending = async () => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("pendingCount").GetInt32();
        await pending.ShouldBecomeAsync(4);
        (await server.SqlAsync($"SELECT count(*) FROM upload_files WHERE group_id IN (SELECT id FROM groups WHERE inbox_of = '{group}') AND status = 0")).ShouldBe(0L);

        async Task UnlockAsync()
        {
            await page.GetByLabel("Password").FillAsync(ImageHubServer.LinkPassword);
            await page.Keyboard.PressAsync("Enter");
        }
    }

    [Fact]
    public async Task Photos_beyond_the_limit_and_files_that_are_no_photos_are_named_with_the_reason()
    {
        var (_, link) = await ShareAsync(new { uploads = true, maxFilesPerGuest = 2 });
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        visit.Expects("409|415");
        var page = visit.Page;
        await OpenAsync(page, link, "Grace");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Choose photos" }).TapAsync());
        chooser.IsMultiple.ShouldBeTrue();
        await chooser.SetFilesAsync(
        [
            new() { Name = "notes.jpg", MimeType = "image/jpeg", Buffer = "no picture"u8.ToArray() }, File(21), File(22),
        ]);

        await page.GetByText("2 photos not sent").WaitForAsync();
        await page.GetByText("This is not a photo, or its format is not accepted.").WaitForAsync();
        await page.GetByText("You have sent as many photos as a guest can send.").WaitForAsync();
        await page.GetByText("You sent 1 photo.").WaitForAsync();
        await page.GetByText("You can send 1 photo.").WaitForAsync();
        await ChooseAsync(page, "Choose more photos", 22, 1);
        await page.GetByText("You cannot send more photos with this link.").WaitForAsync();
        (await page.GetByRole(AriaRole.Button, new() { Name = "Choose more photos" }).GetAttributeAsync("aria-disabled")).ShouldBe("true");
        await visit.ShouldBeAccessibleAsync("the sheet with refused photos");
    }

    [Fact]
    public async Task An_Arabic_guest_sends_photos_from_right_to_left()
    {
        var (group, link) = await ShareAsync(new { uploads = true });
        await using var visit = await chromium.VisitAsync(server, onPhone: true, change: options => options.Locale = "ar");
        var page = visit.Page;
        await page.GotoAsync(link);
        await page.GetByRole(AriaRole.Button, new() { Name = "إضافة صورك" }).TapAsync();
        await page.GetByLabel("اسمك").FillAsync("ليلى");
        await ChooseAsync(page, "اختيار صور", 31, 2);
        await page.GetByText("أرسلت صورتين. ستظهر الصورتان بعد موافقة المضيف.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the Arabic sheet");
        await visit.ShouldFitANarrowScreenAsync("the Arabic sheet");
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("pendingCount").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_link_without_photos_from_guests_shows_no_trace_of_them()
    {
        var (_, link) = await ShareAsync(new { });
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        await visit.Page.GotoAsync(link);
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Wedding" }).WaitForAsync();

        (await visit.Page.GetByText("your photos").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_curator_shares_a_group_with_a_QR_code_to_print_and_to_save()
    {
        var group = await server.Admin.CreateGroupAsync("Clara & Jonas");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Share" }).First.ClickAsync();
        await page.GetByLabel("Guests may add photos").CheckAsync();
        await page.GetByText("Limits for photos from guests").ClickAsync();
        await page.GetByLabel("Maximum photos from each guest").FillAsync("20");
        await page.GetByLabel("Maximum size of all photos, in GB").FillAsync("1.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await page.GetByRole(AriaRole.Img, new() { Name = "QR code of the link to “Clara & Jonas”" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the link with its QR code");
        await visit.ShouldFitANarrowScreenAsync("the link with its QR code");

        var made = (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(item => item.Id("targetId") == group);
        (made.GetProperty("uploads").GetBoolean(), made.GetProperty("maxFiles").GetInt32(), made.GetProperty("maxFilesPerGuest").GetInt32(), made.GetProperty("maxBytes").GetInt64())
            .ShouldBe((true, 500, 20, 1_500_000_000));
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download SVG" }).ClickAsync());
        download.SuggestedFilename.ShouldEndWith(".svg");
        var svg = await System.IO.File.ReadAllTextAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        svg.ShouldStartWith("<svg xmlns=\"http://www.w3.org/2000/svg\"");

        // The printed page has the title, the code and the address, and nothing of the app.
        await page.EvaluateAsync("window.print = () => { window.printed = true; }");
        await page.GetByRole(AriaRole.Button, new() { Name = "Print" }).ClickAsync();
        (await page.EvaluateAsync<bool>("window.printed")).ShouldBeTrue();
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.Locator("[data-print] h1").GetByText("Clara & Jonas").WaitForAsync();
        await page.Locator("[data-print] svg").WaitForAsync();
        await page.GetByText("Scan to see the photos and add yours").WaitForAsync();
        await Assertions.Expect(page.Locator("#root")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_curator_reviews_photos_of_guests_with_the_keyboard_and_the_mouse()
    {
        var (group, _) = await ShareAsync(new { uploads = true });
        var shared = await SendingGuest.ShareAsync(server, group);
        using var grace = await SendingGuest.OpenAsync(server, shared);
        using var ada = await SendingGuest.OpenAsync(server, shared);
        await grace.SendAsync("Grace", [.. Enumerable.Range(41, 3).Select(number => ($"g{number}.jpg", TestImages.Jpeg(200, 150, seed: number)))]);
        await ada.SendAsync("Ada", [.. Enumerable.Range(51, 3).Select(number => ($"a{number}.jpg", TestImages.Jpeg(200, 150, seed: number)))]);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;

        await visit.SignInAsync("/admin");
        await page.GetByRole(AriaRole.Row, new() { Name = "Wedding" }).GetByRole(AriaRole.Link, new() { Name = "6 to approve" }).First.WaitForAsync();
        await page.GotoAsync($"/admin/groups/{group}");
        await page.GetByText("6 photos from guests await approval").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group with photos of guests");
        await page.GetByRole(AriaRole.Link, new() { Name = "Review", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "g41.jpg" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the review");
        await visit.ShouldFitANarrowScreenAsync("the review");

        // A click selects the first photo, and a key approves it.
        await page.GetByRole(AriaRole.Row, new() { Name = "g41.jpg" }).ClickAsync();
        await page.GetByText("1 selected").WaitForAsync();
        await page.Keyboard.PressAsync("a");
        await page.GetByText("1 photo is approved.").WaitForAsync();
        await ShouldHaveAsync(1, 5);

        // All photos of one guest are deleted, restored and approved.
        await page.GetByLabel("Guests", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Ada (3)" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete 3 photos" }).ClickAsync();
        await page.HoldMessageAsync("3 photos moved to the trash.");
        await ShouldHaveAsync(1, 2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ShouldHaveAsync(1, 5);
        await page.GetByLabel("Guests", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Ada (3)" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve 3 photos" }).ClickAsync();
        await ShouldHaveAsync(4, 2);

        // The remaining photos are approved at once.
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve 2 photos" }).ClickAsync();
        await page.GetByText("No photos await approval").WaitForAsync();
        await ShouldHaveAsync(6, 0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Wedding" }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "a53.jpg" }).WaitForAsync();
        (await page.GetByText("await approval").CountAsync()).ShouldBe(0);

        async Task ShouldHaveAsync(int images, int pending)
        {
            Func<Task<(int, int)>> counts = async () =>
            {
                var shown = await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync();
                return (shown.GetProperty("imageCount").GetInt32(), shown.GetProperty("pendingCount").GetInt32());
            };
            await counts.ShouldBecomeAsync((images, pending));
        }
    }

    private static FilePayload File(int number) => new() { Name = $"{number}.jpg", MimeType = "image/jpeg", Buffer = TestImages.Jpeg(320, 240, seed: number) };

    private static async Task ChooseAsync(IPage page, string button, int first, int count)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = button }).TapAsync());
        await chooser.SetFilesAsync(Enumerable.Range(first, count).Select(File));
    }

    private static async Task OpenAsync(IPage page, string link, string name)
    {
        await page.GotoAsync(link);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your photos" }).TapAsync();
        await page.GetByLabel("Your name").FillAsync(name);
    }

    private async Task<(Guid Group, string Link)> ShareAsync(object options)
    {
        var group = await server.Admin.CreateGroupAsync("Wedding");
        return (group, (await SendingGuest.ShareAsync(server, group, options)).Text("url")!);
    }
}
