using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Uploads;

/// <summary>Uploads from the desk: what a curator sees, and what is sent.</summary>
public sealed partial class UploadTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>, IAsyncDisposable
{
    private readonly ConcurrentQueue<string> puts = new();
    private Visit? visit;

    [Fact]
    public async Task Five_hundred_files_in_one_drop_keep_the_page_small_and_arrive_in_their_order_once()
    {
        var folder = Directory.CreateTempSubdirectory("imagehub-");
        var names = Enumerable.Range(1, 500).Select(number => $"photo {number}.jpg").ToList();
        var picture = TestImages.Jpeg(48, 32);
        foreach (var (name, index) in names.Select((name, index) => (name, index)))
        {
            // Different bytes, the same picture: a comment behind its start.
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), TestImages.WithSegment(picture, 0xFE, BitConverter.GetBytes(index)));
        }

        try
        {
            var (page, group) = await OpenAsync("Five hundred");
            var input = page.Locator("input[type=file][webkitdirectory]");
            await input.SetInputFilesAsync(folder.FullName);
            await page.GetByText("Uploading 500 files").First.WaitForAsync();
            (await page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem).CountAsync()).ShouldBeInRange(1, 60);
            (await page.Locator("[role=row]").CountAsync()).ShouldBeLessThanOrEqualTo(60);

            await page.GetByText("500 uploaded").First.WaitForAsync(new() { Timeout = 120_000 });
            (await page.Locator("[role=row]").CountAsync()).ShouldBeLessThanOrEqualTo(60);
            (await NamesAsync(group)).ShouldBe(names);

            // The same folder again sends nothing.
            puts.Clear();
            await input.SetInputFilesAsync(folder.FullName);
            await page.GetByText("500 already there").First.WaitForAsync(new() { Timeout = 60_000 });
            puts.ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Each_file_says_what_became_of_it_and_Retry_sends_exactly_the_failed_ones()
    {
        var (page, group) = await OpenAsync("What becomes of each");
        await server.Admin.AddImageAsync(group, "taken.jpg", TestImages.Jpeg(seed: 30));
        await server.Admin.AddImageAsync(group, "there.jpg", TestImages.Jpeg(seed: 31));
        visit!.Expects("409|422|ERR_FAILED");
        var breaks = true;
        await page.RouteAsync("**/images/broken*.jpg", route => breaks ? route.AbortAsync("failed") : route.ContinueAsync());

        await PickAsync(page, ("fine.jpg", TestImages.Jpeg(seed: 32)), ("again.jpg", TestImages.Jpeg(seed: 31)), ("taken.jpg", TestImages.Jpeg(seed: 33)),
            ("damaged.jpg", TestImages.Jpeg(seed: 34)[..200]), ("notes.txt", Encoding.UTF8.GetBytes("not an image")), ("broken1.jpg", TestImages.Jpeg(seed: 35)), ("broken2.jpg", TestImages.Jpeg(seed: 36)));

        await RowAsync(page, "fine.jpg", "Done");
        await RowAsync(page, "again.jpg", "Already there");
        await RowAsync(page, "taken.jpg", "different photo");
        await RowAsync(page, "damaged.jpg", "Failed");
        await RowAsync(page, "notes.txt", "Failed");
        await RowAsync(page, "broken1.jpg", "Failed", patience: 60_000);
        await RowAsync(page, "broken2.jpg", "Failed", patience: 60_000);
        puts.ShouldNotContain(path => path.EndsWith("again.jpg", StringComparison.Ordinal) || path.EndsWith("notes.txt", StringComparison.Ordinal));
        await visit.ShouldBeAccessibleAsync("the list of uploads");

        breaks = false;
        puts.Clear();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = RetryFailed() }).ClickAsync();
        await RowAsync(page, "broken1.jpg", "Done");
        await RowAsync(page, "broken2.jpg", "Done");
        puts.Select(path => path.Split('/')[^1]).Order(StringComparer.Ordinal).ShouldBe(["broken1.jpg", "broken2.jpg", "damaged.jpg", "taken.jpg"]);
    }

    [Fact]
    public async Task Pausing_acts_between_files_cancelling_at_once_and_closing_in_the_middle_warns()
    {
        var (page, group) = await OpenAsync("Pausing");
        visit!.Expects("ERR_FAILED|ERR_ABORTED");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync($"**/groups/{group}/images/*", async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await PickAsync(page, [.. Enumerable.Range(1, 12).Select(number => ($"{number}.jpg", TestImages.Jpeg(seed: 40 + number)))]);
        Func<Task<bool>> begun = () => Task.FromResult(!puts.IsEmpty);
        await begun.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).WaitForAsync();
        var underWay = puts.Count;

        (await WarnsAsync(page)).ShouldBeTrue();
        gate.SetResult();
        await page.GetByText("Paused", new() { Exact = true }).First.WaitForAsync();
        puts.Count.ShouldBe(underWay);
        (await NamesAsync(group)).Count.ShouldBe(underWay);

        await page.UnrouteAllAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync($"**/groups/{group}/images/*", async route =>
        {
            await hold.Task;
            await route.AbortAsync();
        });
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, request) => aborted.TrySetResult();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        Func<Task<bool>> goesOn = () => Task.FromResult(puts.Count > underWay);
        await goesOn.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel all" }).ClickAsync();
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await page.GetByText("Uploads cancelled").First.WaitForAsync();
        hold.SetResult();
        Func<Task<bool>> warns = () => WarnsAsync(page);
        await warns.ShouldBecomeAsync(false);
        (await NamesAsync(group)).Count.ShouldBe(underWay);
    }

    [Fact]
    public async Task A_busy_server_is_given_the_time_that_it_asks_for()
    {
        var (page, group) = await OpenAsync("Busy");
        visit!.Expects("503|429");
        var times = new ConcurrentQueue<DateTimeOffset>();
        await page.RouteAsync($"**/groups/{group}/images/*", route =>
        {
            times.Enqueue(TimeProvider.System.GetUtcNow());
            return times.Count switch
            {
                1 => route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "2" } }),
                2 => route.FulfillAsync(new() { Status = 429, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "1" } }),
                _ => route.ContinueAsync(),
            };
        });
        await PickAsync(page, ("busy.jpg", TestImages.Jpeg(seed: 60)));

        await RowAsync(page, "busy.jpg", "Done");
        var at = times.ToArray();
        at.Length.ShouldBe(3);
        (at[1] - at[0]).TotalSeconds.ShouldBeGreaterThanOrEqualTo(2);
        (at[2] - at[1]).TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_session_that_ends_in_the_middle_loses_nothing()
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
    public async Task Files_can_be_dropped_and_pasted_anywhere()
    {
        var (page, group) = await OpenAsync("Anywhere");
        const string Give = """
            ([kind, name, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }));
              const init = { bubbles: true, cancelable: true };
              if (kind === 'paste') document.body.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
              else document.body.dispatchEvent(new DragEvent(kind, { ...init, dataTransfer: data }));
            }
            """;
        string[] File(string kind, int seed) => [kind, $"{seed}.jpg", Convert.ToBase64String(TestImages.Jpeg(seed: seed))];
        await page.EvaluateAsync(Give, File("dragover", 80));
        await page.GetByText("Drop to add to “Anywhere”").WaitForAsync();
        await page.EvaluateAsync(Give, File("drop", 80));
        await RowAsync(page, "80.jpg", "Done");
        await page.EvaluateAsync(Give, File("paste", 81));
        await RowAsync(page, "81.jpg", "Done");
        (await NamesAsync(group)).ShouldBe(["80.jpg", "81.jpg"]);

        // On the list of groups they become one of their own.
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).WaitForAsync();
        await page.EvaluateAsync(Give, File("drop", 82));
        await RowAsync(page, "82.jpg", "Done");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = PhotosOf() }).First.WaitForAsync();
    }

    [Fact]
    public async Task Photos_are_made_smaller_before_they_are_sent_when_that_is_asked_for()
    {
        var (page, group) = await OpenAsync("Smaller");
        await page.GetByRole(AriaRole.Button, new() { Name = "Size of new photos" }).ClickAsync();
        await visit!.ShouldBeAccessibleAsync("the size of new photos");
        await page.GetByRole(AriaRole.Combobox).SelectOptionAsync("2048");
        await page.Keyboard.PressAsync("Escape");
        await PickAsync(page, ("large.jpg", TestImages.Jpeg(3000, 2000, seed: 90)), ("small.jpg", TestImages.Jpeg(seed: 91)));
        await page.GetByText("2 uploaded").First.WaitForAsync();

        var images = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        images[0].GetProperty("full").GetProperty("width").GetInt32().ShouldBe(2048);
        images[0].GetProperty("full").GetProperty("height").GetInt32().ShouldBe(1365);
        images[1].GetProperty("full").GetProperty("width").GetInt32().ShouldBe(640);
    }

    [Fact]
    public async Task Progress_is_announced()
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
        await PickAsync(page, [.. Enumerable.Range(1, 20).Select(number => ($"{number}.jpg", TestImages.Jpeg(1600, 1200, seed: 100 + number)))]);
        await page.GetByText("20 uploaded").First.WaitForAsync(new() { Timeout = 60_000 });

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
    }

    [GeneratedRegex("Retry failed", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RetryFailed();

    [GeneratedRegex("Photos of", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PhotosOf();

    /// <summary>Whether leaving the page asks first.</summary>
    private static Task<bool> WarnsAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => { const leaving = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(leaving); return leaving.defaultPrevented; }");

    private static Task PickAsync(IPage page, params (string Name, byte[] Content)[] files) =>
        page.Locator("input[type=file]").First.SetInputFilesAsync(files.Select(file => new FilePayload { Name = file.Name, MimeType = file.Name.EndsWith(".txt", StringComparison.Ordinal) ? "text/plain" : "image/jpeg", Buffer = file.Content }));

    private static Task RowAsync(IPage page, string name, string state, int patience = 15_000) =>
        page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = name }).GetByText(state).First.WaitForAsync(new() { Timeout = patience });

    private async Task<(IPage Page, Guid Group)> OpenAsync(string title)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        visit = await chromium.VisitAsync(server);
        visit.Page.Request += (_, request) =>
        {
            if (request.Method == "PUT" && request.Url.Contains("/images/", StringComparison.Ordinal))
            {
                puts.Enqueue(new Uri(request.Url).AbsolutePath);
            }
        };
        await visit.SignInAsync(string.Create(CultureInfo.InvariantCulture, $"/admin/groups/{group}"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).WaitForAsync();
        return (visit.Page, group);
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
