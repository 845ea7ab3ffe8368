using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.OneDrive;

namespace ImageHub.ApiTests.OneDrive;

/// <summary>Listing and changing the connected OneDrive.</summary>
public sealed class BrowseTests(PostgresServer postgres)
{
    private const string Items = "/api/v1/onedrive/items";

    [Fact]
    public async Task A_folder_is_listed_by_name_in_pages()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        foreach (var i in Enumerable.Range(0, 25))
        {
            hub.Drive.File(folder, $"{i:00}.jpg", new byte[i]);
        }

        (await hub.Admin.GetAsync(Items).JsonAsync()).GetRawText().ShouldBe(
            $$"""{"items":[{"id":"{{folder.Id}}","name":"Harbour","kind":"folder","bytes":300,"createdAt":"2026-05-01T10:34:56Z","modifiedAt":"2026-05-02T10:34:56.123Z","thumbnailUrl":null}],"nextCursor":null}""");
        var names = new List<string?>();
        var pages = 0;
        for (string? cursor = ""; cursor is not null; pages++)
        {
            var page = await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(folder.Id)}?pageSize=10&cursor={cursor}").JsonAsync();
            names.AddRange(page.Items().Select(item => item.Text("name")));
            cursor = page.Text("nextCursor");
        }

        pages.ShouldBe(3);
        names.ShouldBe(Enumerable.Range(0, 25).Select(i => $"{i:00}.jpg"));
        (await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(folder.Id)}").JsonAsync()).Items().Count.ShouldBe(12);
        var first = (await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(folder.Id)}?pageSize=2").JsonAsync()).Items();
        (first[1].Text("kind"), first[1].GetProperty("bytes").GetInt64()).ShouldBe(("file", 1));
    }

    [Fact]
    public async Task A_cursor_of_another_folder_or_an_invented_cursor_is_400()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.MaxPage = 1;
        var folders = Enumerable.Range(0, 2).Select(i => hub.Drive.Folder(hub.Drive.Root, $"{i}")).ToList();
        folders.ForEach(folder => (hub.Drive.File(folder, "a", [1]), hub.Drive.File(folder, "b", [1])).ShouldNotBe(default));
        var cursor = (await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(folders[0].Id)}").JsonAsync()).Text("nextCursor");

        foreach (var wrong in (string[])[cursor!, "http://127.0.0.1/", "CfDJ8" + new string('A', 100)])
        {
            var problem = await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(folders[1].Id)}?cursor={Uri.EscapeDataString(wrong)}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").TryGetProperty("cursor", out _).ShouldBeTrue();
        }

        await hub.Admin.GetAsync($"{Items}?pageSize=101").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task A_next_page_on_another_server_is_not_requested()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        await using var other = new StandInDrive();
        await other.InitializeAsync();
        hub.Drive.MaxPage = 1;
        hub.Drive.File(hub.Drive.Root, "a", [1]);
        hub.Drive.File(hub.Drive.Root, "b", [1]);
        hub.Drive.NextLink = other.Settings()["OneDrive:GraphUrl"] + "/me/drive/items/root/children";

        await hub.Admin.GetAsync(Items).ProblemAsync(HttpStatusCode.Conflict, "oneDriveRefused");
    }

    [Fact]
    public async Task An_admin_creates_a_folder_and_renames_and_deletes_items()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        const string odd = "Ärger & 100% #1 + 'ja' 🙂";

        using var made = await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/folders", new { name = odd });
        var folder = await Task.FromResult(made).JsonAsync(HttpStatusCode.Created);

        folder.Text("name").ShouldBe(odd);
        made.Headers.Location!.OriginalString.ShouldBe($"{Items}/{Uri.EscapeDataString(folder.Text("id")!)}");
        (await hub.Admin.GetAsync(made.Headers.Location).JsonAsync()).Items().ShouldBeEmpty();
        await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/folders", new { name = odd }).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/folders", new { name = "Inside", parentId = folder.Text("id") }).StatusAsync(HttpStatusCode.Created);

        var renamed = await hub.Admin.PatchAsJsonAsync(made.Headers.Location, new { name = "Summer" }).JsonAsync();
        renamed.Text("name").ShouldBe("Summer");
        hub.Drive.Children(hub.Drive.Root).ShouldHaveSingleItem().Name.ShouldBe("Summer");
        hub.Drive.Folder(hub.Drive.Root, "Taken");
        await hub.Admin.PatchAsJsonAsync(made.Headers.Location, new { name = "Taken" }).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");

        await hub.Admin.DeleteAsync(made.Headers.Location).StatusAsync(HttpStatusCode.NoContent);
        await hub.Admin.DeleteAsync(made.Headers.Location).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        hub.Drive.Children(hub.Drive.Root).ShouldHaveSingleItem().Name.ShouldBe("Taken");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("..")]
    [InlineData("a\nb")]
    public async Task A_name_that_OneDrive_does_not_allow_is_400(string name)
    {
        await using var server = await ImageHubServer.StartAsync(postgres);

        foreach (var answering in (Task<HttpResponseMessage>[])[
            server.Admin.PostAsJsonAsync("/api/v1/onedrive/folders", new { name }),
            server.Admin.PatchAsJsonAsync($"{Items}/any", new { name }),
            server.Admin.PostAsJsonAsync($"{Items}/any/upload-session", new { fileName = name })])
        {
            await answering.ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        }
    }

    [Fact]
    public async Task A_file_is_uploaded_directly_to_the_address_that_OneDrive_provides()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        var session = await hub.Admin.PostAsJsonAsync($"{Items}/{Uri.EscapeDataString(folder.Id)}/upload-session", new { fileName = "50% #2.jpg" }).JsonAsync();
        session.Text("expiresAt").ShouldBe("2030-01-29T09:21:55.523Z");

        using var browser = new HttpClient();
        using var body = new ByteArrayContent([1, 2, 3]);
        body.Headers.ContentRange = new ContentRangeHeaderValue(0, 2, 3);
        await browser.PutAsync(session.Text("uploadUrl"), body).StatusAsync(HttpStatusCode.Created);

        var file = hub.Drive.Children(folder).ShouldHaveSingleItem();
        (file.Name, file.Content!.Length).ShouldBe(("50% #2.jpg", 3));
        await hub.Admin.PostAsJsonAsync($"{Items}/{Uri.EscapeDataString(folder.Id)}/upload-session", new { fileName = "50% #2.jpg" }).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        await hub.Admin.PostAsJsonAsync($"{Items}/{Uri.EscapeDataString(file.Id)}/upload-session", new { fileName = "a.jpg" }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task No_address_reaches_anything_outside_the_root_folder()
    {
        var drive = new StandInDrive();
        var root = drive.Folder(drive.Folder(drive.Root, "Websites"), "Gallery");
        var inside = drive.Folder(drive.Folder(root, "2026"), "May");
        var outside = drive.Folder(drive.Root, "Private");
        var secret = drive.File(outside, "tax.pdf", [1]);
        var shared = drive.Shared("theirs.jpg", [1]);
        await using var hub = await ConnectedHub.StartAsync(postgres, drive, settings: new() { ["OneDrive:RootItemId"] = root.Id });

        (await hub.Admin.GetAsync(Items).JsonAsync()).Items().ShouldHaveSingleItem().Text("name").ShouldBe("2026");
        await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(inside.Id)}").StatusAsync(HttpStatusCode.OK);
        foreach (var id in (string[])[outside.Id, secret.Id, drive.Root.Id, root.Parent!.Id, shared.Id, "root", "root:/Private:", $"{root.Id}/../{outside.Id}", "...", "unknown", new string('x', 300)])
        {
            var path = $"{Items}/{Uri.EscapeDataString(id)}";
            foreach (var answering in (Task<HttpResponseMessage>[])[
                hub.Admin.GetAsync(path),
                hub.Admin.PatchAsJsonAsync(path, new { name = "Mine" }),
                hub.Admin.DeleteAsync(path),
                hub.Admin.PostAsJsonAsync($"{path}/upload-session", new { fileName = "a.jpg" }),
                hub.Admin.PostAsJsonAsync("/api/v1/onedrive/folders", new { name = "Mine", parentId = id })])
            {
                using var answer = await answering;
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{id}, {answer.RequestMessage!.Method}");
            }
        }

        // Clients resolve dots in an address, so ".." is tested in a body.
        await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/folders", new { name = "Mine", parentId = ".." }).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        // An item that is moved outside the root folder is inaccessible immediately.
        drive.Move(inside, outside);
        await hub.Admin.GetAsync($"{Items}/{Uri.EscapeDataString(inside.Id)}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await hub.Admin.DeleteAsync($"{Items}/{Uri.EscapeDataString(root.Id)}").ProblemAsync(HttpStatusCode.Conflict, "oneDriveRefused");
        await hub.Admin.PatchAsJsonAsync($"{Items}/{Uri.EscapeDataString(root.Id)}", new { name = "Mine" }).ProblemAsync(HttpStatusCode.Conflict, "oneDriveRefused");
        (outside.Name, root.Name, drive.Children(outside).Count).ShouldBe(("Private", "Gallery", 2));
    }

    [Fact]
    public async Task Items_shared_by_others_are_not_listed_even_with_access_to_the_whole_drive()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var shared = hub.Drive.Shared("theirs.jpg", [1]);

        await hub.Admin.DeleteAsync($"{Items}/{Uri.EscapeDataString(shared.Id)}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_client_gets_the_Retry_After_that_Graph_sent()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.ThrottleEvery = 1;

        using var answer = await hub.Admin.GetAsync(Items);

        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "oneDriveUnavailable");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetRawText().ShouldBe("""{"isConfigured":true,"isConnected":true,"account":"ada@example.com","usedBytes":null,"totalBytes":null}""");
    }

    [Fact]
    public async Task Thumbnails_come_through_the_server_which_fetches_only_addresses_from_OneDrive()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.File(hub.Drive.Root, "harbour.jpg", TestImages.Jpeg());
        hub.Drive.File(hub.Drive.Root, "notes.txt", [1]);
        var items = (await hub.Admin.GetAsync(Items).JsonAsync()).Items();
        items[1].Text("thumbnailUrl").ShouldBeNull();
        var url = items[0].Text("thumbnailUrl")!;

        using var answer = await hub.Admin.GetAsync(url);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        answer.Headers.CacheControl!.Private.ShouldBeTrue();
        TestPicture.Read(await answer.Content.ReadAsByteArrayAsync()).Width.ShouldBe(176);
        hub.Drive.Leaks.ShouldBe(0);
        await hub.Server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await hub.Admin.GetAsync(url[..^2]).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await hub.Admin.GetAsync("/api/v1/onedrive/thumbnails/" + Uri.EscapeDataString("http://127.0.0.1/")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }
}
