using System.Globalization;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.WebDav;

/// <summary>rclone (https://rclone.org), set up as docs/webdav.md says, copies, synchronizes and compares a folder of photos.</summary>
public sealed class RcloneTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const int Files = 500;

    [Fact]
    public async Task Rclone_copies_synchronizes_and_checks_a_folder_with_folders_in_it()
    {
        var folder = Directory.CreateTempSubdirectory("rclone").FullName;
        try
        {
            var photos = Path.Combine(folder, "photos");
            for (var i = 0; i < Files; i++)
            {
                Write(Path.Combine(photos, i % 2 == 0 ? "" : $"Day {i % 3}"), string.Create(CultureInfo.InvariantCulture, $"IMG {i:000} é.jpg"), i);
            }

            // A Mac writes this file into every folder. The server discards it, so comparisons leave it out.
            await File.WriteAllBytesAsync(Path.Combine(photos, ".DS_Store"), new byte[6148]);
            await RcloneAsync(folder, "copy", photos, "hub:Summer 2026");
            await RcloneAsync(folder, "check", "--exclude", ".DS_Store", photos, "hub:Summer 2026");
            await RcloneAsync(folder, "check", "--exclude", ".DS_Store", "--download", photos, "hub:Summer 2026");

            File.Delete(Path.Combine(photos, "IMG 000 é.jpg"));
            Write(photos, "IMG 002 é.jpg", seed: Files);
            Write(Path.Combine(photos, "Day 9"), "new.jpg", seed: Files + 1);
            await RcloneAsync(folder, "sync", photos, "hub:Summer 2026");
            await RcloneAsync(folder, "check", "--exclude", ".DS_Store", "--download", photos, "hub:Summer 2026");

            // rclone sends DELETE after a failed upload. The former photo at the address stays.
            var damaged = Path.Combine(photos, "IMG 004 é.jpg");
            await File.WriteAllBytesAsync(damaged, TestImages.Jpeg(64, 48, seed: Files + 2)[..200]);
            (await ExecuteAsync(folder, "sync", photos, "hub:Summer 2026")).Output.ShouldContain("corruptImage");
            Write(photos, "IMG 004 é.jpg", seed: 4);
            await RcloneAsync(folder, "check", "--exclude", ".DS_Store", "--download", photos, "hub:Summer 2026");

            await RcloneAsync(folder, "moveto", "hub:Summer 2026/Day 9/new.jpg", "hub:Summer 2026/moved.jpg");
            (await RcloneAsync(folder, "lsf", "hub:Summer 2026")).Split('\n').ShouldContain("moved.jpg");
            await RcloneAsync(folder, "purge", "hub:Summer 2026");
            (await RcloneAsync(folder, "lsf", "hub:")).Split('\n').ShouldNotContain("Summer 2026/");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string folder, string name, int seed)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), TestImages.Jpeg(64, 48, seed));
    }

    private async Task<string> RcloneAsync(string folder, params string[] arguments)
    {
        var (exitCode, output) = await ExecuteAsync(folder, arguments);
        exitCode.ShouldBe(0, $"rclone {string.Join(' ', arguments)}: {output}");
        return output;
    }

    private async Task<(int ExitCode, string Output)> ExecuteAsync(string folder, params string[] arguments)
    {
        var configuration = Path.Combine(folder, "rclone.conf");
        if (!File.Exists(configuration))
        {
            var documented = (await File.ReadAllLinesAsync(Repository.PathOf("docs", "webdav.md"))).Single(line => line.StartsWith("rclone config create ", StringComparison.Ordinal));
            var command = documented.Replace("https://photos.example/dav", new Uri(server.Url, "/dav").AbsoluteUri, StringComparison.Ordinal).Replace("ihk_…", await server.Admin.CreateKeyAsync("admin"), StringComparison.Ordinal);
            await DavPrograms.RunAsync("rclone", folder, new Dictionary<string, string>(StringComparer.Ordinal), ["--config", configuration, .. command.Split(' ')[1..]]);
        }

        return await DavPrograms.ExecuteAsync("rclone", folder, new Dictionary<string, string>(StringComparer.Ordinal), ["--config", configuration, "--retries", "1", .. arguments]);
    }
}
