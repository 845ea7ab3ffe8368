using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Application.Imports;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.OneDrive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.OneDrive;

/// <summary>The results of imports from the connected OneDrive.</summary>
public sealed class ImportTests(PostgresServer postgres)
{
    [Fact]
    public async Task Each_folder_with_images_becomes_a_hidden_group_named_by_the_shortest_unique_end_of_its_path()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var trips = hub.Drive.Folder(hub.Drive.Root, "Trips");
        foreach (var country in (string[])["Spain", "Italy"])
        {
            var folder = hub.Drive.Folder(trips, country);
            hub.Drive.File(hub.Drive.Folder(folder, "Best"), "a.jpg", ConnectedHub.Picture());
            hub.Drive.File(folder, "b.JPEG", ConnectedHub.Picture());
            hub.Drive.File(folder, "notes.txt", [1]);
        }

        hub.Drive.File(hub.Drive.Folder(trips, "Documents"), "ticket.pdf", [1]);

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, trips.Id));

        progress.GetProperty("total").GetInt32().ShouldBe(4);
        var groups = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items();
        groups.Select(group => group.Text("title")).ShouldBe(["Italy", "Italy/Best", "Spain", "Spain/Best"]);
        groups.ShouldAllBe(group => !group.GetProperty("isPublished").GetBoolean() && group.GetProperty("imageCount").GetInt32() == 1);
        (await hub.Server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nested_folders_become_nested_groups_on_request()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var trips = hub.Drive.Folder(hub.Drive.Root, "Trips");
        var norway = hub.Drive.Folder(trips, "Norway");
        hub.Drive.File(hub.Drive.Folder(norway, "Best"), "a.jpg", ConnectedHub.Picture());
        hub.Drive.File(norway, "b.jpg", ConnectedHub.Picture());
        var deep = trips;
        foreach (var name in (string[])["1", "2", "3", "4", "5"])
        {
            deep = hub.Drive.Folder(deep, name);
        }

        hub.Drive.File(deep, "deep.jpg", ConnectedHub.Picture());
        var answer = await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds = new[] { trips.Id }, nested = true }).JsonAsync(HttpStatusCode.Accepted);

        (await hub.ImportedAsync(answer.Id())).GetProperty("uploaded").GetInt32().ShouldBe(3);

        var groups = (await hub.Admin.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items();
        groups.Select(group => string.Join('>', [.. group.Items("path").Select(above => above.Text("title")), group.Text("title")]) + $": {group.GetProperty("imageCount")}")
            .ShouldBe(["Trips: 0", "Trips>1: 0", "Trips>1>2: 0", "Trips>1>2>3: 0", "Trips>1>2>3>4/5: 1", "Trips>Norway: 1", "Trips>Norway>Best: 1"]);
        groups.ShouldAllBe(group => !group.GetProperty("isPublished").GetBoolean());
        var both = await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds = new[] { trips.Id }, nested = true, groupId = groups[0].Id() }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        both.GetProperty("errors").TryGetProperty("nested", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Sidecars_describe_their_photos_and_an_album_names_its_group()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Photos from 2024");
        hub.Drive.File(folder, "metadata.json", """{"title": "Summer in Norway"}"""u8.ToArray());
        hub.Drive.File(folder, "IMG_1.jpg", ConnectedHub.Picture());
        hub.Drive.File(folder, "IMG_1.jpg.supplemental-meta.json", """{"title": "IMG_1.jpg", "description": "The fjord at dawn", "photoTakenTime": {"timestamp": "1718000000"}}"""u8.ToArray());
        hub.Drive.File(folder, "IMG_2.jpg", ConnectedHub.Picture());
        hub.Drive.File(folder, "IMG_2.xmp", Rated("4"));
        hub.Drive.File(folder, "IMG_3.jpg", ConnectedHub.Picture());
        hub.Drive.File(folder, "IMG_3.jpg.xmp", "no XMP"u8.ToArray());
        hub.Drive.File(folder, "IMG_4.jpg", ConnectedHub.Picture());
        hub.Drive.File(folder, "IMG_4.xmp", new byte[(1024 * 1024) + 1]);
        hub.Drive.File(folder, "IMG_9.jpg.json", "{}"u8.ToArray());

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id));

        (progress.GetProperty("total").GetInt32(), progress.GetProperty("uploaded").GetInt32(), progress.GetProperty("failed").GetInt32()).ShouldBe((7, 4, 3));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"))).ShouldBe(
            [("IMG_3.jpg.xmp", "invalidSidecar"), ("IMG_4.xmp", "invalidSidecar"), ("IMG_9.jpg.json", "invalidSidecar")]);
        var group = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Single();
        group.Text("title").ShouldBe("Summer in Norway");
        var images = (await hub.Admin.GetAsync($"/api/v1/groups/{group.Text("id")}/images").JsonAsync()).Items();
        images.Select(image => $"{image.Text("fileName")}: {image.Text("description")}").ShouldBe(["IMG_1.jpg: The fjord at dawn", "IMG_2.jpg: ", "IMG_3.jpg: ", "IMG_4.jpg: "]);
        (await hub.Admin.GetAsync($"/api/v1/images/{images[0].Text("id")}").JsonAsync()).Text("takenAt").ShouldBe("2024-06-10T06:13:20+00:00");
        (await hub.Admin.GetAsync($"/api/v1/images/{images[1].Text("id")}").JsonAsync()).GetProperty("rating").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task Files_and_folders_are_imported_into_the_named_group_in_order_and_existing_images_are_skipped()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var group = await hub.Admin.CreateGroupAsync("Chosen");
        var same = ConnectedHub.Picture();
        await hub.Admin.AddImageAsync(group, "before.jpg", same);
        await hub.Admin.AddImageAsync(group, "taken.jpg", ConnectedHub.Picture());
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        foreach (var name in (string[])["c.jpg", "B.jpg", "a.jpg"])
        {
            hub.Drive.File(folder, name, ConnectedHub.Picture());
        }

        hub.Drive.File(folder, "equal.jpg", same);
        hub.Drive.File(folder, "taken.jpg", ConnectedHub.Picture());
        var single = hub.Drive.File(hub.Drive.Root, "single.jpg", ConnectedHub.Picture());
        var noImage = hub.Drive.File(hub.Drive.Root, "notes.txt", "no image"u8.ToArray());

        var progress = await hub.ImportedAsync(await hub.ImportAsync(group, folder.Id, single.Id, noImage.Id, "unknown"));

        ConnectedHub.Counts(progress).ShouldBe((8, 4, 1, 3));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"))).ShouldBe(
            [("notes.txt", "unsupportedFormat"), ("taken.jpg", "duplicateFileName"), ("unknown", "notFound")], ignoreOrder: true);
        (await hub.NamesAsync(group)).ShouldBe(["before.jpg", "taken.jpg", "single.jpg", "a.jpg", "B.jpg", "c.jpg"]);

        var again = await hub.ImportedAsync(await hub.ImportAsync(group, folder.Id, single.Id));
        ConnectedHub.Counts(again).ShouldBe((6, 0, 5, 1));
    }

    [Fact]
    public async Task Individually_selected_files_are_imported_into_a_group_of_their_folder()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        var files = ((string[])["2.jpg", "1.jpg", "3.jpg"]).Select(name => hub.Drive.File(folder, name, ConnectedHub.Picture())).ToArray();
        var atRoot = hub.Drive.File(hub.Drive.Root, "top.jpg", ConnectedHub.Picture());

        await hub.ImportedAsync(await hub.ImportAsync(null, files[0].Id, files[1].Id, atRoot.Id));

        var groups = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items();
        groups.Select(group => group.Text("title")).ShouldBe(["OneDrive", "Harbour"]);
        (await hub.NamesAsync(groups[1].Id())).ShouldBe(["1.jpg", "2.jpg"]);
    }

    [Fact]
    public async Task Individually_selected_sidecars_describe_the_selected_photos_of_their_folder()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        var photos = ((string[])["1.jpg", "2.jpg"]).Select(name => hub.Drive.File(folder, name, ConnectedHub.Picture())).ToArray();
        var sidecar = hub.Drive.File(folder, "1.xmp", Rated("4"));
        hub.Drive.File(folder, "2.xmp", Rated("3"));
        var alone = hub.Drive.File(hub.Drive.Root, "2.jpg.xmp", Rated("5"));

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, sidecar.Id, photos[0].Id, photos[1].Id, alone.Id));

        ConnectedHub.Counts(progress).ShouldBe((3, 2, 0, 1));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"))).ShouldBe([("2.jpg.xmp", "invalidSidecar")]);
        var group = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem();
        var images = (await hub.Admin.GetAsync($"/api/v1/groups/{group.Id()}/images").JsonAsync()).Items();
        images.Select(image => $"{image.Text("fileName")}: {image.GetProperty("rating")}").ShouldBe(["1.jpg: 4", "2.jpg: "]);
    }

    [Fact]
    public async Task A_sidecar_selected_together_with_its_folder_describes_its_photo()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        hub.Drive.File(folder, "1.jpg", ConnectedHub.Picture());
        var sidecar = hub.Drive.File(folder, "1.xmp", Rated("4"));
        var alone = hub.Drive.File(folder, "2.xmp", Rated("4"));

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, sidecar.Id, folder.Id, alone.Id))).ShouldBe((2, 1, 0, 1));

        var group = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem();
        var image = (await hub.Admin.GetAsync($"/api/v1/groups/{group.Id()}/images").JsonAsync()).Items().ShouldHaveSingleItem();
        image.GetProperty("rating").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task A_file_selected_together_with_its_folder_is_imported_once()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        var inner = hub.Drive.Folder(folder, "Boats");
        var files = ((string[])["1.jpg", "2.jpg"]).Select(name => hub.Drive.File(inner, name, ConnectedHub.Picture())).ToArray();

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, files[1].Id, inner.Id, folder.Id, files[0].Id, files[0].Id));

        ConnectedHub.Counts(progress).ShouldBe((2, 2, 0, 0));
        var group = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem();
        (await hub.NamesAsync(group.Id())).ShouldBe(["1.jpg", "2.jpg"]);
    }

    [Fact]
    public async Task A_folder_with_more_pages_than_requests_are_allowed_between_two_waits_is_listed_completely()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        Enumerable.Range(0, 12).ToList().ForEach(i => hub.Drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture()));
        (hub.Drive.MaxPage, hub.Drive.ThrottleEvery) = (2, 3);
        hub.Drive.OnDownload = _ =>
        {
            hub.Drive.ThrottleEvery = 0;
            return Task.CompletedTask;
        };

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id))).ShouldBe((12, 12, 0, 0));

        hub.Drive.Throttled.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task A_folder_with_more_files_than_one_batch_is_imported_in_order()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        Enumerable.Range(0, 510).ToList().ForEach(i => hub.Drive.File(folder, $"{i:000}.jpg", ConnectedHub.Picture()));

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id))).ShouldBe((510, 510, 0, 0));

        var group = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem();
        (await hub.Admin.GetAsync($"/api/v1/groups/{group.Id()}/images?pageSize=100&page=6").JsonAsync()).Items().Select(image => image.Text("fileName"))
            .ShouldBe(Enumerable.Range(500, 10).Select(i => $"{i:000}.jpg"));
    }

    [Fact]
    public async Task A_folder_that_is_on_two_pages_of_a_list_is_imported_once()
    {
        var log = new LoggedLines();
        await using var hub = await ConnectedHub.StartAsync(postgres, configure: builder => builder.Logging.AddProvider(log));
        var trips = hub.Drive.Folder(hub.Drive.Root, "Trips");
        hub.Drive.File(hub.Drive.Folder(trips, "A"), "a.jpg", ConnectedHub.Picture());
        hub.Drive.File(hub.Drive.Folder(trips, "B"), "b.jpg", ConnectedHub.Picture());
        hub.Drive.MaxPage = 1;

        // A folder that is added after the first page moves its folder to the second page.
        hub.Drive.OnPage = folder =>
        {
            if (folder == trips)
            {
                hub.Drive.OnPage = null;
                hub.Drive.Folder(trips, "0");
            }
        };

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, trips.Id))).ShouldBe((2, 2, 0, 0));

        (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => group.Text("title")).ShouldBe(["A", "B"]);
        log.Find("").Where(line => line.Level == LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task Imports_are_listed_newest_first_with_their_states()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var (file, asked, opened) = (hub.Drive.File(hub.Drive.Root, "1.jpg", ConnectedHub.Picture()), new TaskCompletionSource(), new TaskCompletionSource());
        var done = await hub.ImportAsync(null, file.Id);
        await hub.ImportedAsync(done);
        hub.Drive.OnDownload = _ =>
        {
            asked.TrySetResult();
            return opened.Task;
        };
        var running = await hub.ImportAsync(null, file.Id);
        await asked.Task;

        var imports = (await hub.Admin.GetAsync("/api/v1/onedrive/imports").JsonAsync()).Items();

        imports.Select(import => (import.Id(), import.Text("state"), import.Text("endedAt") is null)).ShouldBe([(running, "running", true), (done, "done", false)]);
        opened.SetResult();
    }

    [Fact]
    public async Task An_import_that_the_scheduler_does_not_start_at_once_is_accepted_and_listed()
    {
        var jobs = new UnavailableImportJobs();
        await using var hub = await ConnectedHub.StartAsync(postgres, configure: builder => builder.Services.AddSingleton<IImportJobs>(jobs));
        var file = hub.Drive.File(hub.Drive.Root, "1.jpg", ConnectedHub.Picture());
        jobs.IsAway = true;

        var import = await hub.ImportAsync(null, file.Id);

        (await hub.Admin.GetAsync("/api/v1/onedrive/imports").JsonAsync()).Items().ShouldHaveSingleItem().Id().ShouldBe(import);
    }

    [Fact]
    public async Task An_invalid_import_request_is_400()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);

        foreach (var (body, field) in (ValueTuple<object, string>[])[
            (new { itemIds = Array.Empty<string>() }, "itemIds"),
            (new { itemIds = (string[])[""] }, "itemIds[0]"),
            (new { itemIds = Enumerable.Range(0, 1_001).Select(i => $"{i}") }, "itemIds"),
            (new { itemIds = (string[])["a"], groupId = Guid.CreateVersion7() }, "groupId"),
            (new { }, "itemIds")])
        {
            var problem = await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.GetRawText());
        }

        using var accepted = await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds = (string[])["a"] });
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await hub.Admin.GetAsync(accepted.Headers.Location).StatusAsync(HttpStatusCode.OK);
    }

    /// <summary>A scheduler whose database fails.</summary>
    private sealed class UnavailableImportJobs : IImportJobs
    {
        public bool IsAway { get; set; }

        public Task StartAsync(CancellationToken cancellationToken) =>
            IsAway ? Task.FromException(new InvalidOperationException("The scheduler's database does not respond.")) : Task.CompletedTask;
    }

    private static byte[] Rated(string rating) => Encoding.UTF8.GetBytes(
        $"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="{rating}"/></rdf:RDF></x:xmpmeta>""");
}
