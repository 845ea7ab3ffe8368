using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Api.Console;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The command <c>add</c> with a real server.</summary>
public sealed class AddFolderTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IDisposable
{
    private readonly string folder = TemporaryFolders.Create();

    /// <summary>Makes titles unique: the tests share a server, and <c>add</c> finds groups by title.</summary>
    private readonly string unique = Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public async Task Each_folder_with_images_becomes_a_group_and_the_gallery_is_in_the_order_of_the_folders()
    {
        Write("Trip/root.jpg", 1);
        Write("Trip/Day 2/b.jpg", 2);
        Write("Trip/Day 10/c.png", 3);
        Write("Trip/Day 2/Evening/d.jpg", 4);
        Directory.CreateDirectory(Path.Combine(folder, "Trip", "Empty"));
        Write("Trip/Documents/plan.txt", "the plan"u8.ToArray());
        var trip = Path.Combine(folder, $"Trip {unique}");
        Directory.Move(Path.Combine(folder, "Trip"), trip);

        var run = await AddAsync(trip, "--publish");

        run.Text.ShouldEndWith("4 uploaded, 1 skipped, 0 failed");
        run.Text.ShouldContain("skipped  1, not an image by its file name: Documents/plan.txt");
        run.ExitCode.ShouldBe(0);
        var groups = await server.Visitor.GetAsync("/api/v1/groups?pageSize=4").JsonAsync();
        groups.Items().Select(group => group.Text("title")).ShouldBe([$"Trip {unique}", "Day 2", "Day 2 / Evening", "Day 10"]);
    }

    [Fact]
    public async Task Nested_folders_become_nested_groups_on_request()
    {
        var top = $"Trips {unique}";
        Write($"{top}/Norway/Stage 2/b.jpg", 1);
        Write($"{top}/Norway/Stage 10/c.jpg", 2);
        Write($"{top}/Norway/a.jpg", 3);
        Write($"{top}/1/2/3/4/5/deep.jpg", 4);
        Write($"{top}/Broken/Nothing/no.jpg", "no picture"u8.ToArray());

        var run = await AddAsync(folder, "--nested");

        run.Text.ShouldContain("4 uploaded, 0 skipped, 1 failed");
        (await PlacesAsync()).ShouldBe(
        [
            $"{top}: 0", $"{top}/1: 0", $"{top}/1/2: 0", $"{top}/1/2/3: 0", $"{top}/1/2/3/4 / 5: 1", $"{top}/Norway: 1", $"{top}/Norway/Stage 2: 1", $"{top}/Norway/Stage 10: 1",
        ]);

        // A second run finds the groups by their paths.
        Write($"{top}/Norway/Stage 2/d.jpg", 5);
        (await AddAsync(folder, "--nested")).Text.ShouldContain("1 uploaded, 4 skipped, 1 failed");
        (await PlacesAsync()).Count.ShouldBe(8);

        Task<List<string>> PlacesAsync() => this.PlacesAsync(title => title == top);
    }

    [Fact]
    public async Task An_albums_title_is_also_the_title_above_the_groups_of_its_subfolders()
    {
        Write("Rome/a.jpg", 1);
        Write("Rome/metadata.json", Album($"Trip {unique}"));
        Write("Rome/day1/b.jpg", 2);
        Write("Rome again/metadata.json", Album($"Trip {unique}"));
        Write("Rome again/day1/c.jpg", 3);

        var run = await AddAsync(folder, "--nested");

        run.Text.ShouldEndWith("3 uploaded, 0 skipped, 0 failed");
        (await PlacesAsync(title => title.Contains(unique, StringComparison.Ordinal))).ShouldBe(
            [$"Trip {unique}: 1", $"Trip {unique}/day1: 1", $"Trip {unique} (2): 0", $"Trip {unique} (2)/day1: 1"]);
    }

    [Fact]
    public async Task The_images_of_a_group_are_in_the_natural_order_of_their_names_in_whatever_order_they_arrived()
    {
        // The first files are the largest, so they finish last.
        foreach (var number in Enumerable.Range(1, 24))
        {
            Write($"IMG_{number}.jpg", TestImages.Jpeg(number < 4 ? 3000 : 200, number < 4 ? 2000 : 150, seed: number));
        }

        var run = await AddAsync(folder, "--group", unique);

        run.ExitCode.ShouldBe(0, run.Text);
        (await NamesAsync(unique)).ShouldBe(Enumerable.Range(1, 24).Select(number => $"IMG_{number}.jpg"));
    }

    [Fact]
    public async Task A_second_run_skips_existing_files_and_inserts_new_files_in_order()
    {
        Write("1.jpg", 1);
        Write("3.jpg", 3);
        Write("5.jpg", 5);
        (await AddAsync(folder, "--group", unique)).Text.ShouldEndWith("3 uploaded, 0 skipped, 0 failed");

        var again = await AddAsync(folder, "--group", unique);
        again.Text.ShouldEndWith("0 uploaded, 3 skipped, 0 failed");
        again.ExitCode.ShouldBe(0);

        Write("0.jpg", 10);
        Write("2.jpg", 2);
        Write("4.jpg", 4);
        (await AddAsync(folder, "--group", unique)).Text.ShouldEndWith("3 uploaded, 3 skipped, 0 failed");
        (await NamesAsync(unique)).ShouldBe(["1.jpg", "3.jpg", "5.jpg", "0.jpg", "2.jpg", "4.jpg"]);
    }

    [Fact]
    public async Task A_file_with_a_used_name_and_different_bytes_fails_and_the_first_file_in_order_is_stored()
    {
        Write("a/IMG_0001.jpg", TestImages.Jpeg(3000, 2000, seed: 1));
        Write("b/IMG_0001.jpg", 2);
        Write("c/IMG_0001.jpg", TestImages.Jpeg(3000, 2000, seed: 1));

        var run = await AddAsync(folder, "--group", unique);

        run.Text.ShouldContain("failed   b/IMG_0001.jpg: Another image is called 'IMG_0001.jpg'");
        run.Text.ShouldContain("is in the group already: c/IMG_0001.jpg");
        run.Text.ShouldEndWith("1 uploaded, 1 skipped, 1 failed");
        run.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Files_that_are_not_images_fail_with_the_servers_reason_and_the_others_are_uploaded()
    {
        Write("good.jpg", 1);
        Write("broken.jpg", TestImages.Jpeg(seed: 2)[..2000]);
        Write("page.jpg", "<html>"u8.ToArray());
        Write("empty.jpg", []);

        var run = await AddAsync(folder, "--group", unique);

        run.Text.ShouldContain("failed   broken.jpg: ");
        run.Text.ShouldContain("failed   page.jpg: The content is not an image");
        run.Text.ShouldContain("failed   empty.jpg: The file is empty.");
        run.Text.ShouldEndWith("1 uploaded, 0 skipped, 3 failed");
        run.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Hidden_files_and_system_files_are_skipped_and_circular_links_end()
    {
        Write("photo.jpg", 1);
        foreach (var litter in (string[])[".hidden.jpg", "Thumbs.db", "desktop.ini", ".DS_Store", ".git/photo.jpg", "@eaDir/photo.jpg"])
        {
            Write(litter, 2);
        }

        Directory.CreateSymbolicLink(Path.Combine(folder, "circle"), folder);
        Directory.CreateSymbolicLink(Path.Combine(folder, "itself"), Path.Combine(folder, "itself"));

        var run = await AddAsync(folder, "--group", unique);

        run.Text.ShouldContain("failed   itself: ");
        run.Text.ShouldContain("skipped  2, hidden: .git/, .hidden.jpg");
        run.Text.ShouldEndWith("1 uploaded, 2 skipped, 1 failed");
    }

    [Fact]
    public async Task A_file_over_the_servers_size_limit_fails_without_being_read()
    {
        Write("photo.jpg", 1);
        await using (var disk = File.Create(Path.Combine(folder, "disk.img")))
        {
            // Reading this sparse file would take minutes.
            disk.SetLength(1L << 40);
        }

        var run = await AddAsync(folder, "--group", unique);

        run.Text.ShouldContain("failed   disk.img: The file exceeds the limit of 52428800 bytes.");
        run.Text.ShouldEndWith("1 uploaded, 0 skipped, 1 failed");
    }

    [Fact]
    public async Task File_names_that_are_not_valid_text_fail_and_the_other_files_are_uploaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there a name may be any bytes.");
        Write("photo.jpg", 1);
        Write("old.jpg", 2);
        Write("summer/lake.jpg", 3);

        // Simulate a disk with file names from before UTF-8.
        await ShellAsync("""mv old.jpg "$(printf 'caf\351.jpg')" && cp photo.jpg "$(printf '.\351.jpg')" && mv summer "$(printf '\351t\351')" """);

        var run = await AddAsync(folder, "--group", unique);

        // .NET cannot express these names, so it cannot delete the files either.
        await ShellAsync("find . -mindepth 1 -delete");

        run.Text.ShouldContain("failed   caf\uFFFD.jpg: Its name is not valid UTF-8");
        run.Text.ShouldContain("failed   \uFFFDt\uFFFD: Its name is not valid UTF-8");
        run.Text.ShouldEndWith("1 uploaded, 1 skipped, 2 failed");
        run.ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("upload")]
    [InlineData("admin")]
    public async Task A_folder_without_images_creates_no_group(string? scope)
    {
        Write("page.jpg", "<html>"u8.ToArray());
        string[] credentials = scope is null ? ["--user", ImageHubServer.AdminName] : ["--key", await KeyAsync(scope, "upload")];

        var run = await RunAsync(ImageHubServer.AdminPassword, ["add", folder, "--group", unique, "--server", server.Url.ToString(), .. credentials]);

        run.Text.ShouldEndWith("0 uploaded, 0 skipped, 1 failed");
        (await server.Admin.GetAsync($"/api/v1/groups?q={unique}").JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_with_an_unused_name_is_sent_after_a_refusal_and_a_used_name_gets_a_number_on_request()
    {
        Write("1/IMG.jpg", 1);
        Write("2/IMG.jpg", 2);
        Write("3/copy.jpg", 2);

        (await AddAsync(folder, "--group", unique)).Text.ShouldEndWith("2 uploaded, 0 skipped, 1 failed");
        (await NamesAsync(unique)).ShouldBe(["IMG.jpg", "copy.jpg"]);

        Write("4/IMG.jpg", 4);
        (await AddAsync(folder, "--group", unique, "--rename")).Text.ShouldEndWith("1 uploaded, 3 skipped, 0 failed");
        (await NamesAsync(unique)).ShouldBe(["IMG.jpg", "copy.jpg", "IMG (2).jpg"]);
    }

    [Fact]
    public async Task A_folder_name_in_the_decomposed_form_of_macOS_matches_the_existing_group()
    {
        Write($"Cafe\u0301 {unique}/1.jpg", 1);
        var cafe = Path.Combine(folder, $"Cafe\u0301 {unique}");
        (await AddAsync(cafe)).Text.ShouldEndWith("1 uploaded, 0 skipped, 0 failed");

        (await AddAsync(cafe)).Text.ShouldEndWith("0 uploaded, 1 skipped, 0 failed");

        (await server.Admin.GetAsync($"/api/v1/groups?q={unique}").JsonAsync()).Items().Select(group => group.Text("title")).ShouldBe([$"Caf\u00e9 {unique}"]);
    }

    [Fact]
    public async Task A_decomposed_folder_name_does_not_match_a_group_whose_description_has_it()
    {
        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = $"Brot {unique}", description = $"Brot und K\u00e4se {unique}", isPublished = true }).StatusAsync(HttpStatusCode.Created);
        Write($"Ka\u0308se {unique}/1.jpg", 1);

        (await AddAsync(Path.Combine(folder, $"Ka\u0308se {unique}"))).Text.ShouldEndWith("1 uploaded, 0 skipped, 0 failed");

        (await server.Admin.GetAsync($"/api/v1/groups?q={unique}").JsonAsync()).Items()
            .Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32()))
            .ShouldBe([($"K\u00e4se {unique}", 1), ($"Brot {unique}", 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task New_groups_can_start_hidden_and_a_log_lists_every_file_that_was_not_uploaded_with_the_reason()
    {
        Write("good.jpg", 1);
        Write("page.jpg", "<html>"u8.ToArray());
        Write("notes.txt", "x"u8.ToArray());
        var logs = TemporaryFolders.Create();
        var log = Path.Combine(logs, "add.log");

        await AddAsync(folder, "--group", unique, "--log", log);
        var run = await AddAsync(folder, "--group", unique, "--log", log);

        run.Text.ShouldEndWith("0 uploaded, 2 skipped, 1 failed");
        (await server.Admin.GetAsync($"/api/v1/groups?q={unique}").JsonAsync()).Items().Single().GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        var lines = (await File.ReadAllLinesAsync(log)).Select(line => line.Split('\t')[1..]).ToArray();
        lines.Length.ShouldBe(5);
        lines[0][..2].ShouldBe(["failed", Path.Combine(folder, "page.jpg")]);
        lines[0][2].ShouldStartWith("The content is not an image");
        lines[1].ShouldBe(["skipped", Path.Combine(folder, "notes.txt"), "not an image by its file name"]);
        lines[3].ShouldBe(["skipped", Path.Combine(folder, "good.jpg"), "is in the group already"]);
        Directory.Delete(logs, recursive: true);
    }

    [Fact]
    public async Task A_key_with_the_upload_scope_is_sufficient_also_from_the_environment()
    {
        Write("a.jpg", 1);
        var key = await KeyAsync("upload");

        var run = await RunAsync(null, ["add", folder, "--group", unique, "--server", server.Url.ToString(), "--key", key]);
        run.Error.ShouldBeEmpty();
        run.Text.ShouldEndWith("1 uploaded, 0 skipped, 0 failed");

        Write("b.jpg", 2);
        var kept = await RunAsync(key, ["add", folder, "--group", unique, "--server", server.Url.ToString()], "IMAGEHUB_KEY");
        kept.Text.ShouldEndWith("1 uploaded, 1 skipped, 0 failed");

        var reading = await RunAsync(null, ["add", folder, "--server", server.Url.ToString(), "--key", await KeyAsync("read")]);
        (reading.ExitCode, reading.Error.Contains("rejects the key: This needs a key with the scope 'upload'", StringComparison.Ordinal)).ShouldBe((2, true), reading.Error);
        var wrong = await RunAsync(null, ["add", folder, "--server", server.Url.ToString(), "--key", "ihk_wrong"]);
        wrong.ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Files_added_to_a_watched_folder_are_uploaded_and_refused_files_are_not_sent_again()
    {
        Write("1.jpg", 1);
        Write("page.jpg", "<html>"u8.ToArray());
        using var stop = new CancellationTokenSource();
        await using var output = new StringWriter();
        var log = Path.Combine(folder, "add.out");
        var running = WatchAsync(output, stop.Token, "--log", log);
        await ImagesBecomeAsync(1);

        Write("2.jpg", 2);
        await ImagesBecomeAsync(2);
        Write("page.jpg", "<html lang='en'>"u8.ToArray());
        Write("below/3.jpg", 3);
        await ImagesBecomeAsync(3);
        await Polling.EventuallyAsync(() => File.ReadAllLines(log).Length == 2);

        await stop.CancelAsync();
        (await running).ShouldBe(130);
        var lines = output.ToString().Split(Environment.NewLine);
        lines.Where(line => line.Contains(" for 1 group from ", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).ShouldBe(5, output.ToString());
        lines.Count(line => line.StartsWith("failed   page.jpg", StringComparison.Ordinal)).ShouldBe(2);
        File.ReadAllLines(log).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_is_being_written_in_a_watched_folder_does_not_delay_the_others()
    {
        Write("1.jpg", 1);
        using var stop = new CancellationTokenSource();
        await using var output = new StringWriter();
        var running = WatchAsync(output, stop.Token);
        await ImagesBecomeAsync(1);
        using var end = new CancellationTokenSource();
        var writing = WriteSlowlyAsync(end.Token);
        Write("3.jpg", 3);

        await ImagesBecomeAsync(2);
        await end.CancelAsync();
        await writing;
        await ImagesBecomeAsync(3);

        await stop.CancelAsync();
        (await running).ShouldBe(130);

        async Task WriteSlowlyAsync(CancellationToken lastPart)
        {
            var photo = TestImages.Jpeg(seed: 2);
            await using var file = new FileStream(Path.Combine(folder, "growing.jpg"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            var sent = 0;
            while (!lastPart.IsCancellationRequested)
            {
                await file.WriteAsync(photo.AsMemory(sent++, 1), CancellationToken.None);
                await Task.Delay(20, CancellationToken.None);
            }

            await file.WriteAsync(photo.AsMemory(sent), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Sidecars_describe_the_photos_beside_them_and_others_are_reported()
    {
        Write("album/IMG_1.jpg", 1);
        Write("album/IMG_1.xmp", Xmp("From Lightroom"));
        Write("album/IMG_2.jpg", 2);
        Write("album/IMG_2.jpg.supplemental-metadata.json", """{"title":"IMG_2.jpg","description":"From Takeout","photoTakenTime":{"timestamp":"1777631696"}}"""u8.ToArray());
        Write("album/metadata.json", Album($"Summer {unique}"));
        Write("album/orphan.xmp", Xmp("Of nothing"));

        var run = await AddAsync(folder);

        run.Text.ShouldEndWith("2 uploaded, 1 skipped, 0 failed");
        run.Text.ShouldContain("applied  2 sidecars");
        run.Text.ShouldContain("skipped  1, sidecar without a photo: album/orphan.xmp");
        var images = await ImagesAsync($"Summer {unique}");
        images[0].Text("title").ShouldBe("From Lightroom");
        images[1].Text("description").ShouldBe("From Takeout");

        // A second run keeps the changes that curators have made since the first run.
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{images[0].Id()}", new { title = "Mine" }).StatusAsync(HttpStatusCode.OK);
        var again = await AddAsync(folder);
        again.Text.ShouldEndWith("0 uploaded, 3 skipped, 0 failed");
        again.Text.ShouldContain("applied  2 sidecars of photos that were there already, to fields without a value");
        (await ImagesAsync($"Summer {unique}"))[0].Text("title").ShouldBe("Mine");
    }

    [Fact]
    public async Task A_second_run_brings_the_sidecars_that_an_interrupted_run_has_not_sent()
    {
        Write("IMG_1.jpg", 1);
        Write("IMG_2.jpg", 2);
        (await AddAsync(folder, "--group", unique)).ExitCode.ShouldBe(0);
        var images = await ImagesAsync(unique);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{images[1].Id()}", new { title = "Mine" }).StatusAsync(HttpStatusCode.OK);
        Write("IMG_1.xmp", Xmp("One"));
        Write("IMG_2.xmp", Xmp("Two"));

        (await AddAsync(folder, "--group", unique)).Text.ShouldEndWith("0 uploaded, 2 skipped, 0 failed");

        (await ImagesAsync(unique)).Select(image => image.Text("title")).ShouldBe(["One", "Mine"]);

        // A key may change only photos that its own account has uploaded. The sidecars are skipped without an error, because the photos already exist.
        await server.SqlAsync($"UPDATE images SET added_by = NULL WHERE id IN ('{images[0].Id()}', '{images[1].Id()}')");
        var other = await RunAsync(null, ["add", folder, "--group", unique, "--server", server.Url.ToString(), "--key", await KeyAsync("upload")]);
        other.Text.ShouldContain("skipped  2, sidecar of a photo of another account: ");
        other.ExitCode.ShouldBe(0, other.Text);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_sends_the_sidecars_of_the_photos_that_it_has_sent_and_counts_the_others()
    {
        foreach (var number in Enumerable.Range(1, 40))
        {
            Write($"IMG_{number}.jpg", number);
            Write($"IMG_{number}.xmp", Xmp($"Photo {number}"));
        }

        using var stop = new CancellationTokenSource();
        await using var output = new StoppingWriter(stop, " 10 %");
        var exitCode = await CommandLine.RunAsync(Args(folder, "--group", unique), new Terminal(output, output, _ => ImageHubServer.AdminPassword), stop.Token);

        exitCode.ShouldBe(130, output.ToString());
        var images = await ImagesAsync(unique);
        images.Count.ShouldBeInRange(4, 39);
        output.ToString().ShouldContain($"Stopped early: {40 - images.Count} not sent.");
        images.Select(image => $"{image.Text("title")}.jpg".Replace("Photo ", "IMG_", StringComparison.Ordinal)).ShouldBe(images.Select(image => image.Text("fileName")!));
    }

    [Fact]
    public async Task A_photo_in_Takeouts_folder_of_a_year_is_left_out_if_it_is_also_in_an_album()
    {
        var (album, year) = ($"Rome {unique}", "Photos from 2024");
        Write($"Takeout/{album}/IMG_1.jpg", 1);
        Write($"Takeout/{album}/IMG_2.jpg", TestImages.Jpeg(seed: 2)[..2000]);
        Write($"Takeout/{year}/metadata.json", Album($"Year {unique}"));
        Write($"Takeout/{year}/IMG_1.jpg", 1);
        Write($"Takeout/{year}/IMG_1.jpg.json", """{"description":"The forum"}"""u8.ToArray());
        Write($"Takeout/{year}/IMG_2.jpg", TestImages.Jpeg(seed: 2)[..2000]);
        Write($"Takeout/{year}/IMG_3.jpg", 3);
        Write("Elsewhere/IMG_3.jpg", 3);
        Write("Photos from 2023/IMG_1.jpg", 1);

        var run = await AddAsync(folder);

        // A damaged photo of an album is tried again in the folder of its year. Albums count only if they are beside the folder of the year.
        run.Text.ShouldContain($"skipped  1, is also in an album: Takeout/{year}/IMG_1.jpg");
        run.Text.ShouldEndWith("4 uploaded, 1 skipped, 2 failed");
        (await NamesAsync($"Year {unique}")).ShouldBe(["IMG_3.jpg"]);
        var image = (await ImagesAsync($"/ {album}")).ShouldHaveSingleItem();
        image.Text("description").ShouldBe("The forum");
    }

    [Fact]
    public async Task An_unreadable_sidecar_is_reported_and_its_photo_stays()
    {
        Write("IMG_1.jpg", 1);
        Write("IMG_1.xmp", "<no xmp"u8.ToArray());

        var run = await AddAsync(folder, "--group", unique);

        run.Text.ShouldEndWith("1 uploaded, 0 skipped, 1 failed");
        run.Text.ShouldContain("failed   IMG_1.xmp: ");
        run.ExitCode.ShouldBe(1);
        (await NamesAsync(unique)).ShouldBe(["IMG_1.jpg"]);
    }

    [Fact]
    public async Task A_sidecar_that_changes_in_a_watched_folder_changes_its_photo()
    {
        Write("IMG_1.jpg", 1);
        Write("IMG_1.xmp", Xmp("First"));
        using var stop = new CancellationTokenSource();
        await using var output = new StringWriter();
        var running = WatchAsync(output, stop.Token);
        await EventuallyAsync("First");

        Write("IMG_1.xmp", Xmp("Second, which is longer"));
        await EventuallyAsync("Second, which is longer");

        await stop.CancelAsync();
        (await running).ShouldBe(130);

        async Task EventuallyAsync(string title)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while ((await server.Admin.GetAsync($"/api/v1/groups?q={unique}").JsonAsync()).Items() is not [var group] || (await ImagesAsync(unique)) is not [var image] || image.Text("title") != title)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    [Fact]
    public async Task A_wrong_password_an_unreachable_server_or_wrong_arguments_end_with_exit_code_2_and_one_line()
    {
        Write("photo.jpg", 1);

        var wrong = await RunAsync("not the password", ["add", folder, "--server", server.Url.ToString(), "--user", "admin"]);
        wrong.ExitCode.ShouldBe(2);
        wrong.Error.ShouldContain("admin cannot sign in at");

        var nobody = await RunAsync("x", ["add", folder, "--server", "http://127.0.0.1:1", "--user", "admin"]);
        nobody.ExitCode.ShouldBe(2);
        nobody.Error.ShouldContain("http://127.0.0.1:1/ cannot be reached");

        var speechless = await RunAsync(null, ["add", folder, "--server", server.Url.ToString(), "--user", "admin"]);
        speechless.ExitCode.ShouldBe(2);
        speechless.Error.ShouldContain("set IMAGEHUB_PASSWORD");

        foreach (var args in (string[][])[
            ["add"], ["add", folder + "-"], ["add", folder, "--server", "http://localhost"], ["add", folder, "--server", "localhost", "--user", "admin"],
            ["add", folder, "--sever", "x"], ["add", folder, "--user", "admin"], ["add", folder, "--key", "ihk_x"], ["add", folder, "--log", folder, "--server", "http://localhost", "--key", "x", "--local"],
            ["add", folder, "--server", server.Url.ToString(), "--user", "admin", "--key", "ihk_x"], ["add", folder, "--group", " "], ["upload", folder],
            ["add", folder, "--server"], ["add", folder, "--server", server.Url.ToString(), "--key"], ["add", folder, "--server", server.Url.ToString(), "--user"], ["add", folder, "--server", "--user", "admin"],
            ["add", folder, "--group"], ["add", folder, "--log"], ["health", "--url"], ["reset-password"],
            ["add", folder, "--Storage:Provider=Floppy", $"--ImageHub:DataDirectory={folder}/data"]])
        {
            var run = await RunAsync("x", args);
            run.ExitCode.ShouldBe(2, string.Join(' ', args));
            run.Error.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task A_full_disk_of_the_log_is_reported_and_the_command_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        Write("good.jpg", 1);
        Write("broken.jpg", TestImages.Jpeg(seed: 2)[..2000]);

        var run = await AddAsync(folder, "--group", unique, "--log", "/dev/full");

        run.Error.ShouldMatch("^The log '/dev/full' cannot be written: No space left on device.*\n$");
        run.Text.ShouldContain("failed   broken.jpg: ");
        run.Text.ShouldEndWith("1 uploaded, 0 skipped, 1 failed");
        run.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task The_program_reads_the_password_from_the_environment_and_returns_the_exit_code()
    {
        Write("good.jpg", 1);
        Write("broken.jpg", TestImages.Jpeg(seed: 2)[..2000]);
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. Args(folder, "--group", unique)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["IMAGEHUB_PASSWORD"] = ImageHubServer.AdminPassword },
        };
        using var program = Process.Start(start)!;
        var error = program.StandardError.ReadToEndAsync();
        var output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();

        (await error).ShouldBeEmpty();
        output.TrimEnd().ShouldEndWith("1 uploaded, 0 skipped, 1 failed");
        program.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_server_the_command_uploads_into_the_data_directory_even_while_a_server_uses_it()
    {
        Write("photo.jpg", 1);

        var run = await RunAsync(null, [
            "add", folder, "--group", unique, $"--ImageHub:DataDirectory={server.DataDirectory}", $"--ConnectionStrings:ImageHub={server.ConnectionString}",
            $"--Jwt:SigningKey={ImageHubServer.SigningKey}"]);

        run.Error.ShouldBeEmpty();
        run.Text.ShouldEndWith("1 uploaded, 0 skipped, 0 failed");
        run.ExitCode.ShouldBe(0);
        (await NamesAsync(unique)).ShouldBe(["photo.jpg"]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string[] Args(string what, params string[] more) => ["add", what, "--server", server.Url.ToString(), "--user", ImageHubServer.AdminName, .. more];

    private Task<int> WatchAsync(StringWriter output, CancellationToken stop, params string[] more) => CommandLine.RunAsync(
        Args(folder, ["--group", unique, "--watch", .. more]), new Terminal(TextWriter.Synchronized(output), output, _ => ImageHubServer.AdminPassword), stop);

    private Task ImagesBecomeAsync(int count) => Polling.EventuallyAsync(async () =>
        (await server.Admin.GetAsync($"/api/v1/groups?q={unique}").JsonAsync()).Items().Select(group => group.GetProperty("imageCount").GetInt32()).SingleOrDefault() == count);

    private Task<Run> AddAsync(string what, params string[] more) => RunAsync(ImageHubServer.AdminPassword, Args(what, more));

    private async Task<string> KeyAsync(params string[] scopes) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name = unique, scopes }).JsonAsync(HttpStatusCode.Created)).Text("key")!;

    private static async Task<Run> RunAsync(string? secret, string[] args, string variable = "IMAGEHUB_PASSWORD")
    {
        await using var error = new StringWriter();
        await using var output = new StringWriter();
        var exitCode = await CommandLine.RunAsync(args, new Terminal(output, error, name => name == variable ? secret : null));
        return new Run(exitCode, output.ToString().TrimEnd(), error.ToString());
    }

    private static byte[] Album(string title) => JsonSerializer.SerializeToUtf8Bytes(new { title });

    private static byte[] Xmp(string title) => System.Text.Encoding.UTF8.GetBytes(
        $"""
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">
        <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>
        """);

    private async Task<IEnumerable<string?>> NamesAsync(string title) => (await ImagesAsync(title)).Select(image => image.Text("fileName"));

    private async Task<IReadOnlyList<JsonElement>> ImagesAsync(string title)
    {
        var group = (await server.Admin.GetAsync($"/api/v1/groups?q={Uri.EscapeDataString(title)}").JsonAsync()).Items().Single();
        return (await server.Admin.GetAsync($"/api/v1/groups/{group.Id()}/images?pageSize=100").JsonAsync()).Items();
    }

    /// <summary>Lists the top-level groups with included titles and all groups below them, each as its path and its number of images.</summary>
    private async Task<List<string>> PlacesAsync(Func<string, bool> isIncluded)
    {
        var places = new List<string>();
        await AddBelowAsync("root", "");
        return places;

        async Task AddBelowAsync(string parentId, string above)
        {
            foreach (var group in (await server.Admin.GetAsync($"/api/v1/groups?parentId={parentId}&pageSize=100").JsonAsync()).Items().Where(group => above != "" || isIncluded(group.Text("title")!)))
            {
                places.Add($"{above}{group.Text("title")}: {group.GetProperty("imageCount")}");
                await AddBelowAsync(group.Text("id")!, $"{above}{group.Text("title")}/");
            }
        }
    }

    private async Task ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder })!;
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0);
    }

    private void Write(string path, int seed) => Write(path, TestImages.Jpeg(320, 240, seed));

    private void Write(string path, byte[] content)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
    }

    /// <summary>Cancels the run when a line of output starts with a given text.</summary>
    private sealed class StoppingWriter(CancellationTokenSource stop, string at) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(at, StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }

    private sealed record Run(int ExitCode, string Text, string Error);
}
