using System.Net;
using System.Security.Cryptography;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The real program, killed during uploads.</summary>
public sealed class CrashTests
{
    private const int Files = 100;

    [Fact]
    public async Task After_a_kill_during_an_upload_committed_files_are_whole_and_the_others_can_be_sent_again()
    {
        var photos = Enumerable.Range(0, Files).Select(i => (Name: $"{i:000}.jpg", Content: TestImages.Jpeg(1200, 900, seed: i))).ToArray();
        await using var hub = new ImageHubProcess();
        Guid group;
        using (var admin = await hub.StartAndSignInAsync())
        {
            group = await admin.CreateGroupAsync();
            var uploading = admin.PostImagesAsync(group, photos.Select(photo => (photo.Name, photo.Content)));
            while (await CountAsync(admin, group) < 15)
            {
                uploading.IsCompleted.ShouldBeFalse();
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await hub.KillAsync();
            await Should.ThrowAsync<HttpRequestException>(() => uploading);
        }

        using var again = await hub.StartAndSignInAsync();
        var committed = await CountAsync(again, group);
        committed.ShouldBeInRange(15, Files - 1);
        await AllAreWholeAsync(again, group, photos, committed);

        // The interrupted uploads left nothing: only the objects of committed images exist, and staging contains only this process's lock file.
        Objects(hub).Length.ShouldBe(4 * committed);
        Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "staging"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["lock"]);

        var report = await again.PostImagesAsync(group, photos.Select(photo => (photo.Name, photo.Content))).JsonAsync(HttpStatusCode.Created);
        report.Items("skipped").Count.ShouldBe(committed);
        report.Items("skipped").ShouldAllBe(item => item.GetProperty("code").GetString() == "duplicateContent");
        report.Items("uploaded").Count.ShouldBe(Files - committed);
        await AllAreWholeAsync(again, group, photos, Files);
    }

    [Fact]
    public async Task A_start_prints_all_addresses_and_the_first_password_once_and_a_signal_stops_every_process()
    {
        await using var hub = new ImageHubProcess { Environment = { ["Admin__Password"] = "" } };
        using (await hub.StartAsync())
        {
            await hub.StopAsync();
        }

        hub.ExitCode.ShouldBe(0);
        hub.Output.ShouldContain(hub.DataDirectory);
        hub.Output.ShouldContain("PostgreSQL 18");
        hub.Output.ShouldContain("libvips 8");
        hub.Output.ShouldContain("password: ");
        hub.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThan(10, hub.Output);
        File.Exists(Path.Combine(hub.DataDirectory, "postgres", "postmaster.pid")).ShouldBeFalse();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(hub.DataDirectory, "signing.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var first = hub.Output.Length;
        using (await hub.StartAsync())
        {
            hub.Output[first..].ShouldNotContain("password");
        }
    }

    [Fact]
    public async Task A_start_that_fails_on_a_used_port_has_printed_the_password_of_the_new_admin()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var hub = new ImageHubProcess
        {
            Environment = { ["Admin__Password"] = "", ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}" },
        };

        await hub.RunAsync();

        hub.ExitCode.ShouldNotBe(0);
        hub.Output.ShouldContain("address already in use");
        hub.Output.ShouldContain("first admin: admin, password: ");
    }

    [Theory]
    [InlineData("Imaging__MaxPixels", "many", "Imaging:MaxPixels")]
    [InlineData("Imaging__LibVips", "/nowhere/libvips.so", "Imaging:LibVips")]
    [InlineData("ASPNETCORE_URLS", "localhost", "ASPNETCORE_URLS")]
    public async Task An_invalid_setting_stops_the_start_with_one_line_that_names_it(string name, string value, string key)
    {
        await using var hub = new ImageHubProcess { Environment = { [name] = value } };

        await hub.RunAsync();

        hub.ExitCode.ShouldNotBe(0);
        var line = hub.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
        line.ShouldContain(key);
        line.ShouldNotContain("Exception");
    }

    private static async Task<int> CountAsync(HttpClient client, Guid group) =>
        (await client.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32();

    private static async Task AllAreWholeAsync(HttpClient client, Guid group, (string Name, byte[] Content)[] photos, int count)
    {
        var contents = photos.ToDictionary(photo => photo.Name, photo => photo.Content);
        var images = (await client.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items();
        images.Count.ShouldBe(count);
        foreach (var image in images)
        {
            var sent = contents[image.Text("fileName")!];
            (await client.GetByteArrayAsync(image.GetProperty("full").Text("url"))).AsSpan().SequenceEqual(sent).ShouldBeTrue();
            foreach (var variant in (string[])["low", "medium", "high"])
            {
                var link = image.GetProperty(variant);
                (await client.GetByteArrayAsync(link.Text("url"))).Length.ShouldBe(link.GetProperty("bytes").GetInt32());
            }

            var details = await client.GetAsync($"/api/v1/images/{image.Id()}").JsonAsync();
            details.Text("sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(sent)));
        }
    }

    private static string[] Objects(ImageHubProcess hub) =>
        StoredFiles.Of(hub.DataDirectory);
}
