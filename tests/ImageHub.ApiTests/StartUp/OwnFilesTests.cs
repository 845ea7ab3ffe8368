using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The files and the log that the program leaves on its machine.</summary>
public sealed class OwnFilesTests
{
    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Only_the_owner_can_read_the_servers_files_and_every_log_line_of_a_request_has_its_id()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var hub = new ImageHubProcess { IsFirstStart = true };
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();
        var image = await admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());
        await admin.GetAsync($"/api/v1/images/{image}/thumbnails/200").StatusAsync(HttpStatusCode.OK);
        await admin.GetAsync($"/api/v1/groups/{group}/archive").StatusAsync(HttpStatusCode.OK);

        // The files of the embedded PostgreSQL are left out.
        var entries = new DirectoryInfo(hub.DataDirectory).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(entry => !Path.GetRelativePath(hub.DataDirectory, entry.FullName).StartsWith("postgres", StringComparison.Ordinal))
            .Where(entry => entry.UnixFileMode != (entry is DirectoryInfo ? PrivateFolder : PrivateFile))
            .Select(entry => $"{Convert.ToString((int)entry.UnixFileMode, 8)} {Path.GetRelativePath(hub.DataDirectory, entry.FullName)}");
        entries.ShouldBeEmpty();

        foreach (var file in Directory.EnumerateFiles(hub.DataDirectory, "full", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        using var lost = await admin.GetAsync($"/api/v1/images/{image}/full");
        lost.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await hub.LineAsync("is lost or damaged")).ShouldContain(lost.Headers.GetValues("X-Request-Id").Single());
    }
}
