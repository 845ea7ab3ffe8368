using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.OneDrive;

namespace ImageHub.ApiTests.OneDrive;

/// <summary>The allowed download addresses of an import, and its time limits.</summary>
public sealed class ImportDownloadTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::ffff:10.0.0.1]/a")]
    [InlineData("https://0xa000001/a")]
    [InlineData("http://graph.example/a")]
    [InlineData("ftp://127.0.0.1/a")]
    public async Task A_download_from_an_address_that_is_not_public_is_refused(string address)
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.DownloadUrl = address;
        var file = hub.Drive.File(hub.Drive.Root, "a.jpg", ConnectedHub.Picture());

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, file.Id));

        progress.Items("failures").ShouldHaveSingleItem().Text("code").ShouldBe("oneDriveRefused");
    }

    [Theory]
    [InlineData("https://10.0.0.1/a")]
    [InlineData("https://[fd00::1]/a")]
    [InlineData("http://192.168.1.1/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/moved/again")]
    public async Task A_download_that_redirects_to_a_private_address_or_endlessly_is_refused(string address)
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.Redirect = address;
        var file = hub.Drive.File(hub.Drive.Root, "a.jpg", ConnectedHub.Picture());

        (await hub.ImportedAsync(await hub.ImportAsync(null, file.Id))).Items("failures").ShouldHaveSingleItem().Text("code").ShouldBe("oneDriveRefused");
    }

    [Fact]
    public async Task Downloads_from_the_servers_own_machine_require_a_setting()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, settings: new() { ["OneDrive:AllowedNetworks"] = "" });
        var file = hub.Drive.File(hub.Drive.Root, "a.jpg", ConnectedHub.Picture());

        (await hub.ImportedAsync(await hub.ImportAsync(null, file.Id))).Items("failures").ShouldHaveSingleItem().Text("code").ShouldBe("oneDriveRefused");
    }

    [Fact]
    public async Task A_download_that_does_not_finish_in_time_is_retried()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, settings: new() { ["OneDrive:MaxFileSeconds"] = "1" });
        var never = new TaskCompletionSource();
        var file = hub.Drive.File(hub.Drive.Root, "a.jpg", ConnectedHub.Picture());
        hub.Drive.OnDownload = _ =>
        {
            hub.Drive.OnDownload = null;
            return never.Task;
        };

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, file.Id))).ShouldBe((1, 1, 0, 0));

        hub.Drive.OnDownload.ShouldBeNull();
        never.SetResult();
    }

    [Fact]
    public async Task A_file_that_is_refused_for_good_fails_at_once_and_the_others_are_imported()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        var files = ((string[])["1.jpg", "2.jpg", "3.jpg"]).Select(name => hub.Drive.File(folder, name, ConnectedHub.Picture())).ToArray();
        files[1].DownloadStatus = 403;
        var tries = 0;
        hub.Drive.OnDownload = file =>
        {
            tries += file == files[1] ? 1 : 0;
            return Task.CompletedTask;
        };

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id));

        ConnectedHub.Counts(progress).ShouldBe((3, 2, 0, 1));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"), failure.Text("error"))).ShouldBe([("2.jpg", "oneDriveRefused", "The download answers 403.")]);
        tries.ShouldBe(1);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task An_albums_file_that_is_refused_leaves_its_group_the_folders_name(int status)
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "2026-07 Norway");
        hub.Drive.File(folder, "a.jpg", ConnectedHub.Picture());
        hub.Drive.File(folder, "metadata.json", """{"title": "Summer in Norway"}"""u8.ToArray()).DownloadStatus = status;

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id))).ShouldBe((1, 1, 0, 0));

        (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem().Text("title").ShouldBe("2026-07 Norway");
    }

    [Theory]
    [InlineData(1, "Summer in Norway")]
    [InlineData(int.MaxValue, "2026-07 Norway")]
    public async Task An_albums_file_that_does_not_arrive_in_time_is_read_again_and_finally_ignored(int late, string title)
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, settings: new() { ["OneDrive:MaxFileSeconds"] = "1" });
        var never = new TaskCompletionSource();
        var folder = hub.Drive.Folder(hub.Drive.Root, "2026-07 Norway");
        hub.Drive.File(folder, "a.jpg", ConnectedHub.Picture());
        var tries = 0;
        var album = hub.Drive.File(folder, "metadata.json", """{"title": "Summer in Norway"}"""u8.ToArray());
        hub.Drive.OnDownload = item => item == album && tries++ < late ? never.Task : Task.CompletedTask;

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id))).ShouldBe((1, 1, 0, 0));

        tries.ShouldBeGreaterThan(1);
        (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem().Text("title").ShouldBe(title);
        never.SetResult();
    }
}
