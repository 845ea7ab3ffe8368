using System.Net;
using System.Net.Sockets;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.OneDrive;
using Microsoft.AspNetCore.Hosting;

namespace ImageHub.BrowserTests.OneDrive;

/// <summary>The desk's page about OneDrive.</summary>
public sealed class OneDriveTests(PostgresServer postgres, Chromium chromium)
{
    private int made;

    [Fact]
    public async Task Without_its_settings_the_OneDrive_page_says_so()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync("/admin/onedrive");

        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "OneDrive is not set up on this server" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the page without settings");
    }

    [Fact]
    public async Task An_admin_connects_OneDrive_selects_in_the_tree_and_imports_with_live_progress()
    {
        await using var hub = await StartAsync(isConnected: false);
        var (trips, photos) = (hub.Drive.Folder(hub.Drive.Root, "Trips"), new List<StandInItem>());
        var italy = hub.Drive.Folder(trips, "Italy");
        photos.AddRange(Enumerable.Range(1, 30).Select(i => hub.Drive.File(italy, $"IMG_{i:0000}.jpg", Picture())));
        hub.Drive.File(hub.Drive.Root, "notes.txt", "no image"u8.ToArray());
        await using var visit = await chromium.VisitAsync(hub.Server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/onedrive");

        // The first attempt to connect fails.
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect a OneDrive" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the page before connecting");
        await visit.ShouldFitANarrowScreenAsync("the page before connecting");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect a OneDrive" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).ShouldContain("not allowed");
        await visit.ShouldBeAccessibleAsync("the page after a sign-in in vain");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect a OneDrive" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Accept" }).ClickAsync();
        await page.GetByText("ada@example.com").WaitForAsync();
        new Uri(page.Url).PathAndQuery.ShouldBe("/admin/onedrive");
        (await page.GetByText("of 1.1 TB used").CountAsync()).ShouldBe(1);

        // The keyboard opens folders. A ticked folder includes everything in it.
        await page.GetByRole(AriaRole.Button, new() { Name = "Contents of Trips" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Contents of Italy" }).WaitForAsync();
        await page.TabToAsync("Contents of Italy");
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "IMG_0001.jpg" }).WaitForAsync();
        await page.ImagesAsync();
        (await page.Locator("img[src*='/onedrive/thumbnails/']").CountAsync()).ShouldBe(30);
        await page.TabToAsync("IMG_0001.jpg");
        await page.Keyboard.PressAsync("Space");
        await page.GetByText("1 item ticked").WaitForAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Trips" }).CheckAsync();
        await page.GetByText("1 item ticked").WaitForAsync();
        var inside = page.GetByRole(AriaRole.Checkbox, new() { Name = "IMG_0002.jpg" });
        ((await inside.IsCheckedAsync()), (await inside.IsDisabledAsync())).ShouldBe((true, true));
        await visit.ShouldBeAccessibleAsync("the tree");
        await visit.ShouldFitANarrowScreenAsync("the tree");
        await ScreenshotAsync(page, "tree");

        // The import continues during a reload of the page.
        var more = new TaskCompletionSource();
        hub.Drive.OnDownload = file => file.Name == "IMG_0011.jpg" ? more.Task : Task.CompletedTask;
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into new groups" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Importing from OneDrive" }).WaitForAsync();
        await page.GetByText("10 of 30 files · 10 imported").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a running import");
        await visit.ShouldFitANarrowScreenAsync("a running import");
        await ScreenshotAsync(page, "import");
        await page.ReloadAsync();
        await page.GetByText("10 of 30 files · 10 imported").WaitForAsync();
        more.SetResult();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Import finished" }).WaitForAsync();
        await page.GetByText("30 of 30 files · 30 imported").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Go to the groups" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Italy" }).WaitForAsync();

        // Failed files are listed. The finished import can be dismissed.
        await visit.GoToAsync("OneDrive");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "notes.txt" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into a group …" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the choice of a group");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Italy" }).ClickAsync();
        await page.GetByText("Why 1 file failed").ClickAsync();
        await page.GetByText("notes.txt: ").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("an import with a failure");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Import finished" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // Disconnecting asks for confirmation.
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the question before disconnecting");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect a OneDrive" }).WaitForAsync();
    }

    [Fact]
    public async Task Nested_folders_become_nested_groups_if_the_admin_wants_it()
    {
        await using var hub = await StartAsync(isConnected: true);
        hub.Drive.File(hub.Drive.Folder(hub.Drive.Folder(hub.Drive.Root, "Trips"), "Norway"), "fjord.jpg", Picture());
        await using var visit = await chromium.VisitAsync(hub.Server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/onedrive");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Trips" }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Nest the new groups like the folders" }).CheckAsync();
        await visit.ShouldFitANarrowScreenAsync("the choice of nested groups");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into new groups" }).ClickAsync();
        await page.GetByText("1 of 1 file · 1 imported").WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Go to the groups" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Trips" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Norway" }).WaitForAsync();
    }

    [Fact]
    public async Task An_admin_cancels_an_import()
    {
        await using var hub = await StartAsync(isConnected: true);
        var (folder, more) = (hub.Drive.Folder(hub.Drive.Root, "Harbour"), new TaskCompletionSource());
        Enumerable.Range(1, 20).ToList().ForEach(i => hub.Drive.File(folder, $"{i:00}.jpg", Picture()));
        hub.Drive.OnDownload = file => file.Name == "06.jpg" ? more.Task : Task.CompletedTask;
        await using var visit = await chromium.VisitAsync(hub.Server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/onedrive");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Harbour" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into new groups" }).ClickAsync();
        await page.GetByText("5 of 20 files · 5 imported").WaitForAsync();

        // Another import waits. Each one has its own button that cancels it.
        var second = hub.Drive.Folder(hub.Drive.Root, "Island");
        hub.Drive.File(second, "21.jpg", Picture());
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Island" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into new groups" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "The import is waiting for its turn" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("two imports");

        await page.GetByRole(AriaRole.Group, new() { Name = "Importing from OneDrive" }).GetByRole(AriaRole.Button, new() { Name = "Cancel the import" }).PressAsync("Enter");

        var cancelled = page.GetByRole(AriaRole.Group, new() { Name = "Import cancelled" });
        await cancelled.GetByText("5 of 20 files · 5 imported").WaitForAsync();
        await Assertions.Expect(cancelled).ToBeFocusedAsync();
        more.SetResult();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Import finished" }).WaitForAsync();
        await cancelled.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).PressAsync("Enter");
        await cancelled.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> at = () => page.EvaluateAsync<string>("document.activeElement.id");
        await at.ShouldBecomeAsync("content");
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Import finished" }).WaitForAsync();
    }

    [Fact]
    public async Task An_import_whose_answer_was_lost_is_shown_and_can_be_cancelled()
    {
        await using var hub = await StartAsync(isConnected: true);
        var (more, file) = (new TaskCompletionSource(), hub.Drive.File(hub.Drive.Root, "1.jpg", Picture()));
        hub.Drive.OnDownload = _ => more.Task;
        await using var visit = await chromium.VisitAsync(hub.Server);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        await visit.SignInAsync("/admin/onedrive");
        await page.RouteAsync("**/api/v1/onedrive/imports", async route =>
        {
            (await route.FetchAsync()).Status.ShouldBe(202);
            await route.AbortAsync();
        });
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "1.jpg" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into new groups" }).ClickAsync();

        await page.GetByRole(AriaRole.Heading, new() { Name = "Importing from OneDrive" }).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "1.jpg" })).Not.ToBeCheckedAsync();
        (await page.GetByText("The import was not started.").CountAsync()).ShouldBe(0);

        // Another browser also shows the import.
        await using var other = await chromium.VisitAsync(hub.Server);
        await other.SignInAsync("/admin/onedrive");
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the import" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Import cancelled" }).WaitForAsync();
        more.SetResult();
    }

    [Fact]
    public async Task A_folder_that_begins_with_other_items_shows_its_folders()
    {
        await using var hub = await StartAsync(isConnected: true);
        hub.Drive.MaxPage = 1;
        hub.Drive.Notebook(hub.Drive.Root, "0");
        hub.Drive.Notebook(hub.Drive.Root, "1");
        hub.Drive.Folder(hub.Drive.Root, "Trips");
        await using var visit = await chromium.VisitAsync(hub.Server);

        await visit.SignInAsync("/admin/onedrive");

        await visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Trips" }).WaitForAsync();
    }

    [Fact]
    public async Task An_item_that_is_ticked_while_an_import_starts_stays_ticked()
    {
        await using var hub = await StartAsync(isConnected: true);
        hub.Drive.File(hub.Drive.Root, "1.jpg", Picture());
        hub.Drive.File(hub.Drive.Root, "2.jpg", Picture());
        await using var visit = await chromium.VisitAsync(hub.Server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/onedrive");
        var (asked, answers) = (new TaskCompletionSource(), new TaskCompletionSource());
        await page.RouteAsync("**/api/v1/onedrive/imports", async route =>
        {
            asked.TrySetResult();
            await answers.Task;
            await route.ContinueAsync();
        });
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "1.jpg" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import into new groups" }).ClickAsync();
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "2.jpg" }).CheckAsync();
        answers.SetResult();

        await Assertions.Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "1.jpg" })).Not.ToBeCheckedAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "2.jpg" })).ToBeCheckedAsync();
    }

    /// <summary>Starts the server at a port that is known before the start, because Microsoft redirects browsers only to a registered address.</summary>
    private async Task<ConnectedHub> StartAsync(bool isConnected)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var origin = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        return await ConnectedHub.StartAsync(
            postgres, isConnected: isConnected, settings: new() { ["OneDrive:RedirectUri"] = $"{origin}/api/v1/onedrive/callback" }, configure: builder => builder.WebHost.UseUrls(origin));
    }

    private static async Task ScreenshotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("IMAGEHUB_SCREENSHOTS") is { } folder)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"onedrive-{name}.png") });
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await page.SetViewportSizeAsync(390, 844);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"onedrive-{name}-phone.png") });
            await page.SetViewportSizeAsync(1280, 800);
        }
    }

    private byte[] Picture() => TestImages.Jpeg(60, 40, seed: ++made);
}
