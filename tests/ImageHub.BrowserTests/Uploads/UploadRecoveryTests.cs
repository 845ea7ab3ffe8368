using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Uploads;

/// <summary>Uploads whose page closes before they have finished.</summary>
public sealed class UploadRecoveryTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    /// <summary>Matches the upload addresses of files.</summary>
    private const string Bytes = "**/api/v1/uploads/tus/*";

    private const int Count = 12;

    private static readonly string[] Names = [.. Enumerable.Range(1, Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number}.jpg"))];

    [Fact]
    public async Task A_new_tab_continues_the_uploads_of_a_crashed_tab_and_sends_no_file_twice()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        var group = await server.Admin.CreateGroupAsync("Crashed");
        var sent = new ConcurrentQueue<string>();
        await StopAfterAsync(visit.Page, 3, sent);
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 100);
        Func<Task<int>> arrived = async () => (await NamesAsync(group)).Count;
        await arrived.ShouldBecomeAsync(3);
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("9 files, 9 copies");

        // Simulate a crash: the page asks for no confirmation and runs no further scripts.
        await visit.Page.CloseAsync(new() { RunBeforeUnload = false });
        var page = await visit.NewTabAsync();
        var (again, answers) = (new ConcurrentQueue<string>(), new ConcurrentQueue<(string Url, int Status)>());
        page.Request += (_, request) => Note(request, again);
        page.Response += (_, response) =>
        {
            if (response.Request.Method == "PATCH")
            {
                answers.Enqueue((response.Url, response.Status));
            }
        };
        await page.GotoAsync($"/admin/groups/{group}");

        await page.GetByText("9 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBe(Names);

        // A request of the crashed tab may still reach the server, which refuses the file then. The page sends it again unless the server has all of it.
        // Nothing is sent after a file was accepted.
        again.Distinct(StringComparer.Ordinal).Count().ShouldBe(9);
        Func<Task<bool>> allAnswered = () => Task.FromResult(answers.Count == again.Count);
        await allAnswered.ShouldBecomeAsync(true);
        foreach (var file in answers.GroupBy(answer => answer.Url, StringComparer.Ordinal))
        {
            var statuses = file.Select(answer => answer.Status).ToList();
            statuses[^1].ShouldBeOneOf((int)HttpStatusCode.NoContent, (int)HttpStatusCode.Conflict);
            statuses[..^1].ShouldAllBe(status => status == (int)HttpStatusCode.Conflict);
        }

        var receipts = (await server.Admin.GetAsync("/api/v1/uploads").JsonAsync()).Items().Where(row => row.Id("groupId") == group).ToList();
        receipts.ShouldHaveSingleItem().Text("state").ShouldBe("finished");
        receipts[0].GetProperty("uploaded").GetInt32().ShouldBe(Count);
        Func<Task<string>> left = () => KeptAsync(page);
        await left.ShouldBecomeAsync("0 files, 0 copies");
    }

    [Fact]
    public async Task Files_that_the_browser_could_not_store_are_named_and_continue_when_they_are_added_again()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        var group = await server.Admin.CreateGroupAsync("Not kept");
        await StopAfterAsync(visit.Page, 3, new());
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 200);
        Func<Task<int>> arrived = async () => (await NamesAsync(group)).Count;
        await arrived.ShouldBecomeAsync(3);

        // The order is undefined, because several files are hashed and sent at once.
        var rest = Names.Except(await NamesAsync(group)).ToArray();
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("9 files, 9 copies");
        await ForgetBytesAsync(visit.Page);
        await visit.Page.CloseAsync(new() { RunBeforeUnload = false });

        var page = await visit.NewTabAsync();
        await page.GotoAsync($"/admin/groups/{group}");

        // A single line about all lost files explains how to continue.
        await page.GetByText("Uploads interrupted").WaitForAsync();
        await page.GetByText("The page was closed before 9 files were sent.").WaitForAsync();
        (await page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem).CountAsync()).ShouldBe(0);
        await PickAsync(page, first: 200, rest);

        await page.GetByText("9 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBe(Names);
        (await server.Admin.GetAsync("/api/v1/uploads").JsonAsync()).Items().Count(receipt => receipt.Id("groupId") == group).ShouldBe(1);
    }

    [Fact]
    public async Task The_list_follows_the_files_that_continue_while_others_are_lost()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        var group = await server.Admin.CreateGroupAsync("Half kept");
        await StopAfterAsync(visit.Page, 0, new());
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 600);
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("12 files, 12 copies");
        await StoredAsync<string>(visit.Page, """
            (transaction) => {
              const bytes = transaction.objectStore("bytes");
              const keys = bytes.getAllKeys();
              keys.onsuccess = () => keys.result.slice(0, 5).forEach((key) => bytes.delete(key));
              return () => "five deleted";
            }
            """);
        await visit.Page.CloseAsync(new() { RunBeforeUnload = false });

        var page = await visit.NewTabAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(Bytes, async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync($"/admin/groups/{group}");
        await page.GetByText("The page was closed before 5 files were sent.").WaitForAsync();
        var files = page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem);
        await Assertions.Expect(files).ToHaveCountAsync(7);
        gate.SetResult();

        await Assertions.Expect(files.Filter(new() { HasText = "Done" })).ToHaveCountAsync(7);
    }

    [Theory]
    [InlineData("dropped")]
    [InlineData("chosen")]
    public async Task An_interrupted_drop_of_a_folder_continues_in_the_group_that_it_created(string way)
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        var title = $"Fjords {way}";
        var folder = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("imagehub-").FullName, title));
        foreach (var (name, index) in Names.Select((name, index) => (name, index)))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), TestImages.JpegOf(300_000, seed: (way.Length * 1_000) + index), TestContext.Current.CancellationToken);
        }

        await StopAfterAsync(visit.Page, 3, new());
        await visit.SignInAsync();
        var heading = visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 });
        await FileDrag.DropAsync(visit.Page, heading, folder.FullName);
        Func<Task<string>> groups = async () => string.Join(' ', (await server.Admin.GetAsync($"/api/v1/groups?q={Uri.EscapeDataString(title)}").JsonAsync()).Items().Select(group => group.GetProperty("imageCount").GetInt32()));
        await groups.ShouldBecomeAsync("3");
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("9 files, 9 copies");
        await ForgetBytesAsync(visit.Page);
        await visit.Page.CloseAsync(new() { RunBeforeUnload = false });

        var page = await visit.NewTabAsync();
        await page.GotoAsync("/admin");
        await page.GetByText("The page was closed before 9 files were sent.").WaitForAsync();
        if (way == "dropped")
        {
            await FileDrag.DropAsync(page, page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 }), folder.FullName);
            await page.GetByRole(AriaRole.Heading, new() { Name = "Continue where you left off?" }).WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Continue there" }).ClickAsync();
            await page.GetByText("9 uploaded · 3 already there").First.WaitForAsync();
        }
        else
        {
            var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Choose the folder again to go on" }).ClickAsync());
            await chooser.SetFilesAsync(folder.FullName);
            await page.GetByText("9 uploaded").First.WaitForAsync();
        }

        await groups.ShouldBecomeAsync("12");
        folder.Parent!.Delete(recursive: true);
    }

    [Fact]
    public async Task Single_files_continue_when_their_folder_is_chosen()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        var group = await server.Admin.CreateGroupAsync("Single files");
        await StopAfterAsync(visit.Page, 3, new());
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 700);
        Func<Task<int>> arrived = async () => (await NamesAsync(group)).Count;
        await arrived.ShouldBecomeAsync(3);
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("9 files, 9 copies");
        await ForgetBytesAsync(visit.Page);
        await visit.Page.CloseAsync(new() { RunBeforeUnload = false });
        var folder = TemporaryFolders.Create();
        foreach (var (name, content) in Contents(700))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content, TestContext.Current.CancellationToken);
        }

        var page = await visit.NewTabAsync();
        await page.GotoAsync($"/admin/groups/{group}");
        await page.GetByText("The page was closed before 9 files were sent.").WaitForAsync();
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Choose the folder again to go on" }).ClickAsync());
        await chooser.SetFilesAsync(folder);

        await page.GetByText("9 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBe(Names, ignoreOrder: true);
    }

    /// <summary>The browser aborts a transaction that stores a file which has been deleted from the disk. The script does the same.</summary>
    [Fact]
    public async Task A_file_that_cannot_be_copied_does_not_prevent_copies_of_the_others()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        await visit.Page.AddInitScriptAsync("""
            const { put } = IDBObjectStore.prototype;
            IDBObjectStore.prototype.put = function (value, key) {
              const request = put.call(this, value, key);
              if (value instanceof File && value.name === "5.jpg") this.transaction.abort();
              return request;
            };
            """);
        var group = await server.Admin.CreateGroupAsync("One not kept");
        await StopAfterAsync(visit.Page, 0, new());
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 800);
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("12 files, 11 copies");
        await visit.Page.CloseAsync(new() { RunBeforeUnload = false });

        var page = await visit.NewTabAsync();
        await page.GotoAsync($"/admin/groups/{group}");

        await page.GetByText("The page was closed before 1 file was sent.").WaitForAsync();
        Func<Task<int>> arrived = async () => (await NamesAsync(group)).Count;
        await arrived.ShouldBecomeAsync(11);
    }

    [Fact]
    public async Task Files_that_are_added_without_a_connection_are_sent_later()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_INTERNET_DISCONNECTED|Failed to load");
        var group = await server.Admin.CreateGroupAsync("Offline");
        await visit.SignInAsync($"/admin/groups/{group}");
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await visit.Context.SetOfflineAsync(true);
        await PickAsync(visit.Page, first: 900);
        await visit.Page.GetByText("No connection. Retrying in").First.WaitForAsync();

        await visit.Context.SetOfflineAsync(false);

        await visit.Page.GetByText("12 uploaded").First.WaitForAsync();
        (await NamesAsync(group)).ShouldBe(Names);
    }

    [Fact]
    public async Task Another_tab_does_not_touch_the_running_uploads_of_this_one()
    {
        await using var visit = await chromium.VisitAsync(server);
        var group = await server.Admin.CreateGroupAsync("Two tabs");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.Page.RouteAsync(Bytes, async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 300);
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("12 files, 12 copies");

        var owners = await OwnersAsync(visit.Page);
        var other = await visit.NewTabAsync();
        var sent = new ConcurrentQueue<string>();
        other.Request += (_, request) => Note(request, sent);
        await other.GotoAsync($"/admin/groups/{group}");

        // The tab has asked the other tabs and leaves their uploads alone.
        await other.WaitForFunctionAsync("""() => performance.getEntriesByName("imagehub.uploads.restored").length > 0""");
        (await OwnersAsync(other)).ShouldBe(owners);
        gate.SetResult();
        await visit.Page.GetByText("12 uploaded").First.WaitForAsync();
        sent.ShouldBeEmpty();
        (await NamesAsync(group)).ShouldBe(Names);
    }

    [Fact]
    public async Task Signing_out_deletes_the_stored_uploads()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED|ERR_ABORTED|409");
        var group = await server.Admin.CreateGroupAsync("Forgotten");
        await StopAfterAsync(visit.Page, 0, new());
        await visit.SignInAsync($"/admin/groups/{group}");
        await PickAsync(visit.Page, first: 400);
        Func<Task<string>> kept = () => KeptAsync(visit.Page);
        await kept.ShouldBecomeAsync("12 files, 12 copies");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();

        await kept.ShouldBecomeAsync("0 files, 0 copies");
    }

    [Fact]
    public async Task An_interrupted_file_continues_from_the_bytes_that_the_server_has()
    {
        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.Clock.InstallAsync();
        visit.Expects("ERR_FAILED");
        var group = await server.Admin.CreateGroupAsync("In its middle");
        var content = TestImages.JpegOf(2_400_000, seed: 500);
        var requests = new ConcurrentQueue<string>();
        await visit.Page.RouteAsync(Bytes, async route =>
        {
            var request = route.Request;
            requests.Enqueue(request.Method == "PATCH" ? $"PATCH from {request.Headers["upload-offset"]}" : request.Method);
            if (requests.Count > 1)
            {
                await route.ContinueAsync();
                return;
            }

            // Send the first million bytes, then break the connection.
            using var part = new HttpRequestMessage(HttpMethod.Patch, request.Url) { Content = new ByteArrayContent(content, 0, 1_000_000) };
            part.Headers.Add("Tus-Resumable", "1.0.0");
            part.Headers.Add("Upload-Offset", "0");
            part.Content.Headers.ContentType = new("application/offset+octet-stream");
            await server.Admin.SendAsync(part).StatusAsync(HttpStatusCode.NoContent);
            await route.AbortAsync("failed");
        });
        await visit.SignInAsync($"/admin/groups/{group}");
        await visit.Page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "large.jpg", MimeType = "image/jpeg", Buffer = content });

        await visit.Page.GetByText("1 uploaded").First.WaitForAsync();
        requests.ShouldBe(["PATCH from 0", "HEAD", "PATCH from 1000000"]);
        var image = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single();
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image.Id()}/original")).ShouldBe(content);
    }

    /// <summary>Deletes the stored copies of files, like a browser without space for copies.</summary>
    private static Task<string> ForgetBytesAsync(IPage page) =>
        StoredAsync<string>(page, "(transaction) => { transaction.objectStore('bytes').clear(); return () => 'forgotten'; }");

    /// <summary>Lets the uploads of the given number of files through. All further requests stay unanswered.</summary>
    private static Task<IAsyncDisposable> StopAfterAsync(IPage page, int count, ConcurrentQueue<string> sent) => page.RouteAsync(Bytes, async route =>
    {
        Note(route.Request, sent);
        if (sent.Count <= count)
        {
            await route.ContinueAsync();
        }
    });

    private static void Note(IRequest request, ConcurrentQueue<string> sent)
    {
        if (request.Method == "PATCH" && request.Url.Contains("/uploads/tus/", StringComparison.Ordinal))
        {
            sent.Enqueue(request.Url);
        }
    }

    /// <summary>Picks files. The seed of the first picture makes their content different from other tests' files.</summary>
    private static Task PickAsync(IPage page, int first, string[]? names = null) => page.Locator("input[type=file]").First.SetInputFilesAsync(
        Contents(first, names).Select(file => new FilePayload { Name = file.Name, MimeType = "image/jpeg", Buffer = file.Content }));

    private static IEnumerable<(string Name, byte[] Content)> Contents(int first, string[]? names = null) =>
        (names ?? Names).Select(name => (name, TestImages.JpegOf(300_000, seed: first + Array.IndexOf(Names, name))));

    /// <summary>Returns how many unfinished uploads, and how many copies of their files, the browser has stored.</summary>
    private static Task<string> KeptAsync(IPage page) => StoredAsync<string>(page, """
        (transaction) => {
          const counts = ["files", "bytes"].map((name) => transaction.objectStore(name).count());
          return () => `${counts[0].result} files, ${counts[1].result} copies`;
        }
        """);

    /// <summary>The pages that the stored uploads belong to.</summary>
    private static Task<string[]> OwnersAsync(IPage page) => StoredAsync<string[]>(page, """
        (transaction) => {
          const kept = transaction.objectStore("files").getAll();
          return () => kept.result.map(({ page }) => page);
        }
        """);

    /// <summary>
    /// Runs a script in a transaction of the page's database and returns the value of the function that the script returns. Waits until the page
    /// has created the database.
    /// </summary>
    private static async Task<T> StoredAsync<T>(IPage page, string script)
    {
        await page.WaitForFunctionAsync("async () => (await indexedDB.databases()).some(({ name }) => name === 'imagehub.uploads')");
        return await page.EvaluateAsync<T>($$"""
            () => new Promise((resolve, reject) => {
              const request = indexedDB.open("imagehub.uploads");
              request.onerror = () => reject(request.error);
              request.onsuccess = () => {
                const transaction = request.result.transaction(["files", "bytes"], "readwrite");
                const read = ({{script}})(transaction);
                transaction.oncomplete = () => {
                  request.result.close();
                  resolve(read());
                };
                transaction.onabort = () => reject(transaction.error);
              };
            })
            """);
    }

    private async Task<List<string>> NamesAsync(Guid group) =>
        [.. (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName")!)];
}
