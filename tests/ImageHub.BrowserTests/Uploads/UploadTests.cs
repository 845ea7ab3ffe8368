using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Uploads;

/// <summary>Uploads from the desk: the page's display and the requests.</summary>
public sealed partial class UploadTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>, IAsyncDisposable
{
    /// <summary>Matches the upload addresses of files.</summary>
    private const string Bytes = "**/api/v1/uploads/tus/*";

    /// <summary>The address of requests with several small files.</summary>
    private const string Together = "**/api/v1/uploads/files";

    /// <summary>The size in bytes of a file that is sent in a request of its own.</summary>
    private const int Alone = 300_000;

    /// <summary>The requests with files: the file's name for a single file, or <see cref="Together"/> for several files.</summary>
    private readonly ConcurrentQueue<string> sent = new();

    /// <summary>File names by the upload address from the server.</summary>
    private readonly ConcurrentDictionary<string, string> announced = new(StringComparer.Ordinal);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("imagehub-");
    private Visit? visit;

    [Fact]
    public async Task Five_hundred_dropped_files_keep_the_page_small_and_are_uploaded_once_in_order()
    {
        var names = Enumerable.Range(1, 500).Select(number => $"photo {number}.jpg").ToList();
        var picture = TestImages.Jpeg(48, 32);
        foreach (var (name, index) in names.Select((name, index) => (name, index)))
        {
            // The same picture with different bytes: each file has another comment after its start marker.
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), TestImages.WithSegment(picture, 0xFE, BitConverter.GetBytes(index)));
        }

        var (page, group) = await OpenAsync("Five hundred");
        var input = page.Locator("input[type=file][webkitdirectory]");
        await input.SetInputFilesAsync(folder.FullName);
        await page.GetByText("Uploading 500 files").First.WaitForAsync();
        (await page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem).CountAsync()).ShouldBeInRange(1, 60);
        (await page.Locator("[role=row]").CountAsync()).ShouldBeLessThanOrEqualTo(60);

        await page.GetByText("500 uploaded").First.WaitForAsync(new() { Timeout = 300_000 });
        (await page.Locator("[role=row]").CountAsync()).ShouldBeLessThanOrEqualTo(60);
        (await NamesAsync(group)).ShouldBe(names);
        sent.Distinct(StringComparer.Ordinal).ShouldBe([Together]);
        sent.Count.ShouldBeInRange(25, 40);

        // Choosing the same folder again sends nothing.
        sent.Clear();
        await input.SetInputFilesAsync(folder.FullName);
        await page.GetByText("500 already there").First.WaitForAsync(new() { Timeout = 300_000 });
        sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_file_shows_its_result_and_Retry_sends_exactly_the_failed_files()
    {
        var (page, group) = await OpenAsync("What becomes of each");
        await server.Admin.AddImageAsync(group, "taken.jpg", TestImages.Jpeg(seed: 30));
        await server.Admin.AddImageAsync(group, "there.jpg", TestImages.Jpeg(seed: 31));
        visit!.Expects("409|422|ERR_FAILED");
        var breaks = true;
        await page.RouteAsync(Bytes, route => breaks && NameOf(route.Request).StartsWith("broken", StringComparison.Ordinal) ? route.AbortAsync("failed") : route.ContinueAsync());

        await PickAsync(page, ("fine.jpg", TestImages.Jpeg(seed: 32)), ("again.jpg", TestImages.Jpeg(seed: 31)), ("taken.jpg", TestImages.Jpeg(seed: 33)),
            ("damaged.jpg", TestImages.Jpeg(seed: 34)[..200]), ("notes.txt", Encoding.UTF8.GetBytes("not an image")), ("broken1.jpg", TestImages.JpegOf(Alone, seed: 35)), ("broken2.jpg", TestImages.JpegOf(Alone, seed: 36)));

        await RowAsync(page, "fine.jpg", "Done");
        await RowAsync(page, "again.jpg", "Already there");
        await RowAsync(page, "taken.jpg", "different photo");
        await RowAsync(page, "damaged.jpg", "Failed");
        await RowAsync(page, "notes.txt", "Failed");
        await RowAsync(page, "broken1.jpg", "Failed");
        await RowAsync(page, "broken2.jpg", "Failed");
        sent.Intersect(["again.jpg", "taken.jpg", "notes.txt"], StringComparer.Ordinal).ShouldBeEmpty();
        await visit.ShouldBeAccessibleAsync("the list of uploads");

        breaks = false;
        sent.Clear();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = RetryFailed() }).ClickAsync();
        await RowAsync(page, "broken1.jpg", "Done");
        await RowAsync(page, "broken2.jpg", "Done");
        await RowAsync(page, "damaged.jpg", "Failed");
        sent.Order(StringComparer.Ordinal).ShouldBe([Together, "broken1.jpg", "broken2.jpg"]);
    }

    [Fact]
    public async Task Small_files_share_requests_and_a_failed_request_loses_none_of_them()
    {
        var (page, group) = await OpenAsync("Together");
        visit!.Expects("503|ERR_FAILED|409|410");
        var requests = 0;
        await page.RouteAsync(Together, async route =>
        {
            switch (Interlocked.Increment(ref requests))
            {
                // The server is busy.
                case 1:
                    await route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "1" } });
                    break;

                // The request never arrives.
                case 2:
                    await route.AbortAsync("failed");
                    break;

                // The request arrives, but its answer is lost.
                case 3:
                    (await route.FetchAsync()).Status.ShouldBe(200);
                    await route.AbortAsync("failed");
                    break;
                default:
                    await route.ContinueAsync();
                    break;
            }
        });
        (string, byte[])[] files = [.. Enumerable.Range(1, 45).Select(number => ($"{number}.jpg", TestImages.Jpeg(60, 40, seed: 800 + number)))];
        files[20].Item2 = files[20].Item2[..200];
        await PickAsync(page, files);

        await page.GetByText("44 uploaded").First.WaitForAsync();
        await RowAsync(page, "21.jpg", "Failed");
        (await NamesAsync(group)).ShouldBe([.. files.Select(file => file.Item1).Where(name => name != "21.jpg")]);

        // Requests that fail or lose their answer are retried with several files. Only the damaged file, which the server refuses, is sent again alone.
        sent.ShouldAllBe(address => address == Together || address == "21.jpg");

        // With one request for each file, there would be at least 45. The exact number depends on when the page asks about files whose answer is lost.
        sent.Count.ShouldBeLessThan(30);
    }

    [Fact]
    public async Task Pausing_takes_effect_between_files_cancelling_takes_effect_at_once_and_closing_the_tab_warns()
    {
        var (page, group) = await OpenAsync("Pausing");
        visit!.Expects("ERR_FAILED|ERR_ABORTED");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(Bytes, async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await PickAsync(page, [.. Enumerable.Range(1, 12).Select(number => ($"{number}.jpg", TestImages.JpegOf(Alone, seed: 40 + number)))]);

        // All requests that may be sent at once are under way.
        const int underWay = 6;
        Func<Task<int>> begun = () => Task.FromResult(sent.Count);
        await begun.ShouldBecomeAsync(underWay);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).WaitForAsync();

        (await WarnsAsync(page)).ShouldBeTrue();
        gate.SetResult();
        await page.GetByText("Paused", new() { Exact = true }).First.WaitForAsync();
        sent.Count.ShouldBe(underWay);
        (await NamesAsync(group)).Count.ShouldBe(underWay);

        await page.UnrouteAllAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(Bytes, async route =>
        {
            await hold.Task;
            await route.AbortAsync();
        });
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, request) => aborted.TrySetResult();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        Func<Task<bool>> goesOn = () => Task.FromResult(sent.Count > underWay);
        await goesOn.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel all" }).ClickAsync();
        await aborted.Task.WaitAsync(TestContext.Current.CancellationToken);
        await page.GetByText("Uploads cancelled").First.WaitForAsync();
        hold.SetResult();
        Func<Task<bool>> warns = () => WarnsAsync(page);
        await warns.ShouldBecomeAsync(false);
        (await NamesAsync(group)).Count.ShouldBe(underWay);
    }

    [Fact]
    public async Task Cancelling_or_removing_an_upload_also_ends_it_on_the_server()
    {
        var (page, group) = await OpenAsync("Cancelled");
        visit!.Expects("ERR_FAILED|ERR_ABORTED");
        // Requests with bytes are never answered.
        await page.RouteAsync(Bytes, route => route.Request.Method == "PATCH" ? Task.CompletedTask : route.ContinueAsync());
        await PickAsync(page, [.. Enumerable.Range(1, 12).Select(number => ($"{number}.jpg", TestImages.JpegOf(Alone, seed: 700 + number)))]);
        Func<Task<int>> begun = () => Task.FromResult(sent.Count);
        await begun.ShouldBecomeAsync(6);

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel all" }).ClickAsync();

        Func<Task<string>> receipt = async () => (await server.Admin.GetAsync("/api/v1/uploads").JsonAsync()).Items().Single(row => row.Id("groupId") == group).Text("state")!;
        await receipt.ShouldBecomeAsync("finished");
        (await NamesAsync(group)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_uploader_waits_for_a_busy_server_as_long_as_the_server_asks()
    {
        var (page, group) = await OpenAsync("Busy");
        visit!.Expects("503|429");
        var times = new ConcurrentQueue<DateTimeOffset>();
        await page.RouteAsync(Bytes, route =>
        {
            times.Enqueue(TimeProvider.System.GetUtcNow());
            return times.Count switch
            {
                1 => route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "2" } }),
                2 => route.FulfillAsync(new() { Status = 429, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "1" } }),
                _ => route.ContinueAsync(),
            };
        });
        await PickAsync(page, ("busy.jpg", TestImages.JpegOf(Alone, seed: 60)));

        await RowAsync(page, "busy.jpg", "Done");
        var at = times.ToArray();
        at.Length.ShouldBe(3);
        (at[1] - at[0]).TotalSeconds.ShouldBeGreaterThanOrEqualTo(2);
        (at[2] - at[1]).TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_session_that_expires_during_an_upload_loses_no_file()
    {
        var (page, group) = await OpenAsync("Session");
        visit!.Expects("401");
        await visit.Context.ClearCookiesAsync();
        await PickAsync(page, [.. Enumerable.Range(1, 6).Select(number => ($"{number}.jpg", TestImages.Jpeg(seed: 70 + number)))]);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync();
        (await NamesAsync(group)).ShouldBeEmpty();

        await page.GetByLabel("User name").FillAsync(ImageHubServer.AdminName);
        await page.GetByLabel("Password").FillAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");

        await page.GetByText("6 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBe([.. Enumerable.Range(1, 6).Select(number => $"{number}.jpg")]);
    }

    [Fact]
    public async Task Files_can_be_dropped_anywhere_on_the_page_of_a_group_and_pasted()
    {
        var (page, group) = await OpenAsync("Anywhere", ("there.jpg", TestImages.Jpeg(seed: 79)));
        ILocator[] places =
        [
            page.GetByRole(AriaRole.Row, new() { Name = "there.jpg" }), page.GetByRole(AriaRole.Heading, new() { Level = 1 }), page.GetByRole(AriaRole.Toolbar),
            page.GetByRole(AriaRole.Banner), page.GetByRole(AriaRole.Region, new() { Name = "Uploads" }),
        ];
        foreach (var (place, number) in places.Select((place, index) => (place, 80 + index)))
        {
            var drag = await FileDrag.BeginAsync(page, await FileAsync($"{number}.jpg", TestImages.Jpeg(seed: number)));
            await drag.OverAsync(place, page.GetByText("Drop to add to “Anywhere”"));
            await drag.DropAsync(place);
            await RowAsync(page, $"{number}.jpg", "Done");
        }

        await Assertions.Expect(page.GetByText("Drop to add to")).ToHaveCountAsync(0);
        using var clipboard = await visit!.HoldClipboardAsync();
        await page.EvaluateAsync("""
            async () => {
              const canvas = new OffscreenCanvas(64, 48);
              canvas.getContext('2d').fillRect(0, 0, 32, 48);
              await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
            }
            """);
        await page.Keyboard.PressAsync("Control+V");
        await RowAsync(page, "Pasted ", "Done");
        var names = await NamesAsync(group);
        names[..^1].ShouldBe(["there.jpg", "80.jpg", "81.jpg", "82.jpg", "83.jpg", "84.jpg"]);
        names[^1].ShouldStartWith("Pasted ");
    }

    [Fact]
    public async Task A_drop_on_a_listed_group_asks_first_and_an_upload_to_a_public_group_can_be_undone()
    {
        var group = await server.Admin.CreateGroupAsync("Dropped on");
        var there = await server.Admin.AddImageAsync(group, "there.jpg", TestImages.Jpeg(seed: 86));
        var (page, other) = await OpenAsync("Not dropped on");
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        var row = page.GetByRole(AriaRole.Row, new() { Name = "Dropped on", Exact = true });
        var drag = await FileDrag.BeginAsync(page, await FileAsync("into.jpg", TestImages.Jpeg(seed: 87)), Folder("Inner", ("within.jpg", TestImages.Jpeg(seed: 88))));
        await drag.OverAsync(page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 }), page.GetByText("Drop to create groups"));
        await drag.OverAsync(row, page.GetByText("Drop to choose: a new group, or “Dropped on”"));
        await drag.DropAsync(row);

        // Nothing is sent before the user answers.
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Heading, new() { Name = "Add 2 files" }).WaitForAsync();
        await dialog.GetByText("Published: visitors see the photos immediately. You can undo this.").WaitForAsync();
        await visit!.ShouldBeAccessibleAsync("the question about dropped files");
        await visit.ShouldFitANarrowScreenAsync("the question about dropped files");
        sent.ShouldBeEmpty();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add to “Dropped on”" }).ClickAsync();

        await page.GetByText("Adding 2 files to “Dropped on”. Visitors see them at once.").WaitForAsync();
        await page.GetByText("2 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBe(["there.jpg", "into.jpg", "within.jpg"]);
        (await NamesAsync(other)).ShouldBeEmpty();
        (await server.Admin.GetAsync("/api/v1/groups?q=Inner").JsonAsync()).Items().ShouldBeEmpty();

        // The list of uploads offers Undo while the list is open.
        var uploads = page.GetByRole(AriaRole.Region, new() { Name = "Uploads" });
        await uploads.GetByText("Visitors see these photos in “Dropped on” at once.").WaitForAsync();
        await uploads.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await page.GetByText("2 photos moved to the trash.").WaitForAsync();
        await uploads.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await NamesAsync(group)).ShouldBe(["there.jpg"]);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().Id().ShouldBe(there);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_upload_list_and_the_offline_banner_cover_no_row(bool onPhone)
    {
        var group = await server.Admin.CreateGroupAsync("Beneath the uploads");
        await server.Admin.PostImagesAsync(group, Enumerable.Range(1, 40).Select(number => ($"{number}.jpg", TestImages.Jpeg(64, 48, seed: 2_000 + number)))).StatusAsync(HttpStatusCode.Created);
        visit = await chromium.VisitAsync(server, onPhone);
        visit.Expects("ERR_FAILED|ERR_INTERNET_DISCONNECTED");
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(page, ("new.jpg", TestImages.Jpeg(64, 48, seed: onPhone ? 2_099 : 2_098)));
        await page.GetByText("1 uploaded").First.WaitForAsync();
        var uploads = page.GetByRole(AriaRole.Region, new() { Name = "Uploads" });
        await page.GetByRole(AriaRole.Row).Nth(2).WaitForAsync();
        Func<Task<bool>> isAbove = async () =>
        {
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
            var last = page.GetByRole(AriaRole.Row, new() { Name = "new.jpg" });
            return await last.IsVisibleAsync()
                && await last.BoundingBoxAsync() is { } row && await uploads.BoundingBoxAsync() is { } tray && row.Y + row.Height <= tray.Y;
        };
        await isAbove.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss the finished uploads" }).ClickAsync();

        // The banner has space of its own, and sticky elements below the header stick to the banner.
        await page.RouteAsync("**/api/v1/**", route => route.AbortAsync("failed"));
        await page.RouteAsync("**/health/**", route => route.AbortAsync("failed"));
        await page.EvaluateAsync("scrollTo(0, 0)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        var banner = page.GetByText("You are offline, or the server does not answer.");
        await banner.WaitForAsync();
        foreach (var top in (int[])[0, 300])
        {
            await page.EvaluateAsync($"scrollTo(0, {top})");
            Func<Task<string>> covered = () => page.EvaluateAsync<string>("""
                () => {
                  const banner = [...document.querySelectorAll("p")].find((part) => part.textContent.startsWith("You are offline")).getBoundingClientRect();
                  const reached = [...document.querySelectorAll("h1, #content button, #content a")].filter((part) => {
                    const { left, right, top, bottom } = part.getBoundingClientRect();
                    return part.checkVisibility() && top < banner.bottom && bottom > banner.top && left < banner.right && right > banner.left;
                  });
                  return scrollY > 0 ? reached.filter((part) => getComputedStyle(part.closest("[class*=tools]") ?? part).position === "sticky").map((part) => part.textContent).join() : reached.map((part) => part.textContent).join();
                }
                """);
            await covered.ShouldBecomeAsync("");
        }
    }

    [Fact]
    public async Task Undo_also_stops_uploads_to_a_public_group_that_are_still_running()
    {
        var group = await server.Admin.CreateGroupAsync("Undone half way");
        var (page, _) = await OpenAsync("Beside the undone");
        // Covers in the list may be deleted while they are being fetched.
        visit!.Expects("ERR_FAILED|ERR_ABORTED|409|404");
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(Bytes, async route =>
        {
            if (route.Request.Method == "PATCH" && NameOf(route.Request) != "1.jpg")
            {
                await gate.Task;
            }

            await route.ContinueAsync();
        });
        var row = page.GetByRole(AriaRole.Row, new() { Name = "Undone half way", Exact = true });
        await FileDrag.DropAsync(page, row, Folder("Half", [.. Enumerable.Range(1, 9).Select(number => ($"{number}.jpg", TestImages.JpegOf(Alone, seed: 900 + number)))]));
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to “Undone half way”" }).ClickAsync();
        Func<Task<int>> arrived = async () => (await NamesAsync(group)).Count;
        await arrived.ShouldBecomeAsync(1);
        Func<Task<bool>> goesOn = () => Task.FromResult(sent.Count >= 6);
        await goesOn.ShouldBecomeAsync(true);

        await page.GetByRole(AriaRole.Region, new() { Name = "Uploads" }).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        gate.SetResult();
        await page.GetByRole(AriaRole.Region, new() { Name = "Uploads" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await arrived.ShouldBecomeAsync(0);
        Func<Task<string>> receipt = async () => (await server.Admin.GetAsync("/api/v1/uploads").JsonAsync()).Items().Single(item => item.Id("groupId") == group).Text("state")!;
        await receipt.ShouldBecomeAsync("finished");
        await arrived.ShouldBecomeAsync(0);
    }

    [Fact]
    public async Task Files_dropped_on_a_listed_group_can_become_a_new_hidden_group()
    {
        var group = await server.Admin.CreateGroupAsync("Left alone", isPublished: false);
        var (page, _) = await OpenAsync("Beside the new one");
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        var row = page.GetByRole(AriaRole.Row, new() { Name = "Left alone", Exact = true });
        await FileDrag.DropAsync(page, row, Folder("Fjord", ("water.jpg", TestImages.Jpeg(seed: 97))));
        await page.GetByText("Hidden: visitors do not see the group").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create a new group: “Fjord”" }).ClickAsync();
        await page.GetByText("1 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBeEmpty();
        var made = (await server.Admin.GetAsync("/api/v1/groups?q=Fjord").JsonAsync()).Items().Single();
        (made.GetProperty("imageCount").GetInt32(), made.GetProperty("isPublished").GetBoolean()).ShouldBe((1, false));

        // The finished uploads link to the group.
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the group" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"/admin/groups/{made.Id()}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the group" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task Each_dropped_folder_becomes_a_hidden_group_and_all_of_them_are_published_together()
    {
        var (page, _) = await OpenAsync("Before the trips");
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        var trips = Folder("Trips", ("2023/Beach/sand.jpg", TestImages.Jpeg(seed: 92)), ("2024/Beach/sand.jpg", TestImages.Jpeg(seed: 93)), ("2024/Peak/snow.jpg", TestImages.Jpeg(seed: 94)));
        await FileDrag.DropAsync(page, page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 }), trips);

        await page.GetByText("3 uploaded").First.WaitForAsync();
        Func<Task<string>> groups = async () => string.Join('\n', (await server.Admin.GetAsync("/api/v1/groups?pageSize=3").JsonAsync()).Items()
            .Select(group => $"{group.Text("title")}: {group.GetProperty("imageCount")}, {group.GetProperty("isPublished")}"));
        (await groups()).ShouldBe("2023/Beach: 1, False\n2024/Beach: 1, False\nPeak: 1, False");
        await page.GetByText("3 new groups are hidden.").WaitForAsync();
        await visit!.ShouldBeAccessibleAsync("new groups that are hidden");
        await visit.ShouldFitANarrowScreenAsync("new groups that are hidden");

        // The notice is still there after a reload. It leaves out a group that was published separately.
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Peak" }).ClickAsync();
        await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Menuitem, new() { Name = "Publish" }).ClickAsync(),
            response => response.Request.Method == "PATCH");
        await page.GetByText("2 new groups are hidden.").WaitForAsync();

        // A later visit still offers the groups. If publishing is interrupted, the unpublished groups are offered again.
        var later = await visit.NewTabAsync();
        await page.CloseAsync();
        page = later;
        await page.GotoAsync("/admin");
        await page.GetByText("2 new groups are hidden.").WaitForAsync();
        var asked = 0;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/api/v1/groups/*", async route =>
        {
            if (route.Request.Method == "PATCH" && Interlocked.Increment(ref asked) == 2)
            {
                reached.SetResult();
                return;
            }

            await route.ContinueAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish all" }).ClickAsync();
        await page.GetByText("Publishing 1 of 2 …").WaitForAsync();
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        visit.Expects("ERR_FAILED|ERR_ABORTED");
        await page.ReloadAsync();
        await page.GetByText("1 new group is hidden.").WaitForAsync();
        await page.GetByText("1 new group is hidden.").Locator("xpath=..").GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await groups.ShouldBecomeAsync("2023/Beach: 1, True\n2024/Beach: 1, True\nPeak: 1, True");
        await page.GetByText("are hidden.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByText("1 group is published.").WaitForAsync();
    }

    [Fact]
    public async Task Dropped_sidecars_describe_their_photos_and_the_album_names_the_group()
    {
        var (page, _) = await OpenAsync("Before the album");
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        var album = Folder(
            "Photos from 2024",
            ("metadata.json", """{"title": "Summer in Norway"}"""u8.ToArray()),
            ("IMG_1.jpg", TestImages.Jpeg(seed: 95)),
            ("IMG_1.jpg.supplemental-meta.json", """{"title": "IMG_1.jpg", "description": "The fjord at dawn"}"""u8.ToArray()),
            ("IMG_2.jpg", TestImages.Jpeg(seed: 96)),
            ("IMG_2.xmp", """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>"""u8.ToArray()),
            ("IMG_3.jpg", TestImages.Jpeg(seed: 97)),
            ("IMG_3.xmp", "no XMP"u8.ToArray()),
            ("IMG_9.jpg.json", "{}"u8.ToArray()));
        visit!.Expects("422");
        await FileDrag.DropAsync(page, page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 }), album);

        await page.GetByText("3 uploaded · 1 failed").First.WaitForAsync();
        await RowAsync(page, "IMG_9.jpg.json", "Failed: No photo here belongs to this sidecar");
        await RowAsync(page, "IMG_3.jpg", "Done: Its sidecar could not be read");
        var group = (await server.Admin.GetAsync("/api/v1/groups?pageSize=1").JsonAsync()).Items().Single();
        group.Text("title").ShouldBe("Summer in Norway");
        var images = (await server.Admin.GetAsync($"/api/v1/groups/{group.Text("id")}/images").JsonAsync()).Items();
        images.Select(image => $"{image.Text("fileName")}: {image.Text("description")}").ShouldBe(["IMG_1.jpg: The fjord at dawn", "IMG_2.jpg: ", "IMG_3.jpg: "]);
        (await server.Admin.GetAsync($"/api/v1/images/{images[1].Text("id")}").JsonAsync()).GetProperty("rating").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task Signing_out_during_uploads_asks_first_and_visitors_pages_show_the_progress()
    {
        var (page, group) = await OpenAsync("In the middle");
        visit!.Expects("ERR_FAILED|ERR_ABORTED");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(Bytes, async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await PickAsync(page, [.. Enumerable.Range(1, 4).Select(number => ($"{number}.jpg", TestImages.JpegOf(Alone, seed: 120 + number)))]);
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("^[0-9]+% · In the middle · Gallery$", RegexOptions.None, TimeSpan.FromSeconds(1)));

        var signOut = page.GetByRole(AriaRole.Button, new() { Name = "Sign out" });
        await signOut.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Sign out and stop the uploads?" }).WaitForAsync();
        await page.GetByText("4 files are not uploaded yet.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the question before signing out");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(signOut).ToBeFocusedAsync();

        // The uploads continue on the visitors' pages.
        await page.GetByRole(AriaRole.Link, new() { Name = "View the gallery" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery" }).WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Uploads" }).GetByText("Uploading 4 files").WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("^[0-9]+% · Gallery$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await visit.ShouldBeAccessibleAsync("the gallery while files are uploaded");
        gate.SetResult();
        await page.GetByText("4 uploaded").First.WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Gallery");
        (await NamesAsync(group)).ShouldBe(["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);

        // Confirming cancels the running uploads.
        await page.RouteAsync(Bytes, _ => Task.CompletedTask);
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).WaitForAsync();
        await PickAsync(page, ("late.jpg", TestImages.JpegOf(Alone, seed: 125)));
        await RowAsync(page, "late.jpg", "Sending");
        await signOut.ClickAsync();
        await page.GetByText("1 file is not uploaded yet.").WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Uploads" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await NamesAsync(group)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Photos_are_reduced_before_the_upload_if_the_user_asks_for_it()
    {
        var (page, group) = await OpenAsync("Smaller");
        await page.GetByRole(AriaRole.Button, new() { Name = "Size of new photos" }).ClickAsync();
        await visit!.ShouldBeAccessibleAsync("the size of new photos");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox).SelectOptionAsync("2048");
        await page.Keyboard.PressAsync("Escape");
        await PickAsync(page, ("large.jpg", TestImages.Jpeg(3000, 2000, seed: 90)), ("small.jpg", TestImages.Jpeg(seed: 91)));
        await page.GetByText("2 uploaded").First.WaitForAsync();

        var images = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        images[0].GetProperty("full").GetProperty("width").GetInt32().ShouldBe(2048);
        images[0].GetProperty("full").GetProperty("height").GetInt32().ShouldBe(1365);
        images[1].GetProperty("full").GetProperty("width").GetInt32().ShouldBe(640);
    }

    [Fact]
    public async Task Upload_progress_is_announced_to_screen_readers()
    {
        var (page, _) = await OpenAsync("Announced");
        await page.EvaluateAsync("""
            () => {
              window.said = [];
              new MutationObserver(() => {
                for (const region of document.querySelectorAll('[role=status]')) {
                  const text = region.textContent;
                  if (text && window.said.at(-1) !== text && /pload/.test(text)) window.said.push(text);
                }
              }).observe(document.body, { subtree: true, childList: true, characterData: true });
            }
            """);
        await PickAsync(page, [.. Enumerable.Range(1, 20).Select(number => ($"{number}.jpg", TestImages.JpegOf(Alone, seed: 100 + number)))]);
        await page.GetByText("20 uploaded").First.WaitForAsync();

        var said = await page.EvaluateAsync<string[]>("window.said");
        said[0].ShouldBe("Uploading 20 files to “Announced”");
        said.ShouldContain("Uploads finished: 20 uploaded");
        said.Count(text => text.Contains('%', StringComparison.Ordinal)).ShouldBeInRange(1, 10);
    }

    public async ValueTask DisposeAsync()
    {
        if (visit is not null)
        {
            await visit.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    [GeneratedRegex("Retry failed", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RetryFailed();

    /// <summary>Whether leaving the page asks for confirmation.</summary>
    private static Task<bool> WarnsAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => { const leaving = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(leaving); return leaving.defaultPrevented; }");

    private static Task PickAsync(IPage page, params (string Name, byte[] Content)[] files) =>
        page.Locator("input[type=file]").First.SetInputFilesAsync(files.Select(file => new FilePayload { Name = file.Name, MimeType = file.Name.EndsWith(".txt", StringComparison.Ordinal) ? "text/plain" : "image/jpeg", Buffer = file.Content }));

    private static Task RowAsync(IPage page, string name, string state) =>
        page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = name }).GetByText(state).First.WaitForAsync();

    private async Task<(IPage Page, Guid Group)> OpenAsync(string title, params (string Name, byte[] Content)[] images)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        foreach (var (name, content) in images)
        {
            await server.Admin.AddImageAsync(group, name, content);
        }

        visit = await chromium.VisitAsync(server);
        visit.Page.Request += (_, request) =>
        {
            if (request.Method == "PATCH" && request.Url.Contains("/uploads/tus/", StringComparison.Ordinal))
            {
                sent.Enqueue(NameOf(request));
            }
            else if (request.Url.EndsWith("/uploads/files", StringComparison.Ordinal))
            {
                sent.Enqueue(Together);
            }
        };
        await visit.Context.RouteAsync("**/api/v1/uploads", AnnounceAsync);
        await visit.SignInAsync(string.Create(CultureInfo.InvariantCulture, $"/admin/groups/{group}"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).WaitForAsync();
        return (visit.Page, group);
    }

    /// <summary>Lets an announcement through, and records the upload address of each file.</summary>
    private async Task AnnounceAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        if (answer.Status == (int)HttpStatusCode.Created)
        {
            var files = JsonDocument.Parse(route.Request.PostData!).RootElement.Items("files");
            foreach (var (file, told) in files.Zip((await answer.JsonAsync())!.Value.Items("files")))
            {
                if (told.Text("uploadUrl") is { } url)
                {
                    announced[url] = file.Text("fileName")!;
                }
            }
        }

        await route.FulfillAsync(new() { Response = answer });
    }

    private string NameOf(IRequest request) => announced.GetValueOrDefault(new Uri(request.Url).AbsolutePath, request.Url);

    /// <summary>Writes a file on this machine.</summary>
    /// <returns>Its path.</returns>
    private async Task<string> FileAsync(string name, byte[] content)
    {
        var path = Path.Combine(folder.FullName, name);
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        return path;
    }

    /// <summary>Creates a folder on this machine and writes files in it, each at its path within the folder.</summary>
    /// <returns>The folder's path.</returns>
    private string Folder(string name, params (string Path, byte[] Content)[] files)
    {
        var root = folder.CreateSubdirectory(name).FullName;
        foreach (var (path, content) in files)
        {
            var file = new FileInfo(Path.Combine(root, path));
            file.Directory!.Create();
            File.WriteAllBytes(file.FullName, content);
        }

        return root;
    }

    private async Task<List<string>> NamesAsync(Guid group)
    {
        var names = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100&cursor={Uri.EscapeDataString(cursor)}").JsonAsync();
            names.AddRange(page.Items().Select(image => image.Text("fileName")!));
            cursor = page.Text("nextCursor");
        }

        return names;
    }
}
