using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Backups;

/// <summary>A backup of a server under load, compared with a model of its gallery.</summary>
public sealed class BackupUnderLoadTests
{
    private const int FirstPhotos = 30;
    private const int LaterChanges = 10;

    [Fact]
    public async Task A_backup_that_was_killed_twice_under_load_restores_each_file_row_and_count_of_one_moment()
    {
        var folder = TemporaryFolders.Create();
        await using var server = new ImageHubProcess();
        await using var copy = new ImageHubProcess { IsFirstStart = true };
        try
        {
            using var admin = await server.StartAndSignInAsync();
            Guid[] groups = [await admin.CreateGroupAsync("Harbour"), await admin.CreateGroupAsync("Workshop")];
            var gallery = new Gallery(admin, groups);
            while (gallery.States.Count <= FirstPhotos)
            {
                await gallery.UploadAsync();
            }

            using var done = new CancellationTokenSource();
            var busy = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await gallery.ChangeAsync();
                }
            });

            // Kill a backup while it writes the tables, and another backup while it copies the objects.
            await KillAsync(folder, server.DataDirectory, () => Directory.Exists(Path.Combine(folder, "backups")) && Directory.GetFiles(Path.Combine(folder, "backups"), "*.copy*", SearchOption.AllDirectories).Length > 0);
            await KillAsync(folder, server.DataDirectory, () => Directory.Exists(Path.Combine(folder, "objects")) && Directory.GetFiles(Path.Combine(folder, "objects"), "*", SearchOption.AllDirectories).Length > 0);
            var acknowledged = gallery.States.Count - 1;
            var backup = await BackupConsole.RunAsync("backup", folder, server.DataDirectory);
            var last = gallery.States.Count;
            while (gallery.States.Count < last + LaterChanges)
            {
                busy.IsFaulted.ShouldBeFalse();
                await Task.Delay(20);
            }

            await done.CancelAsync();
            await busy;

            (backup.ExitCode, backup.Error).ShouldBe((0, ""));
            (await BackupConsole.RunAsync("verify", folder)).ExitCode.ShouldBe(0);
            var restore = await BackupConsole.RunAsync("restore", folder, copy.DataDirectory);
            (restore.ExitCode, restore.Error).ShouldBe((0, ""));
            using var restored = await copy.StartAndSignInAsync();
            var found = await ReadAsync(restored, groups);

            // The snapshot may already contain the change that was not yet acknowledged when the backup ended.
            var moment = Enumerable.Range(acknowledged, last - acknowledged + 1).Where(change => gallery.States[change].SetEquals(found)).ToArray();
            moment.ShouldNotBeEmpty($"the restored gallery is that after one of the changes {acknowledged} to {last}");
            foreach (var group in groups)
            {
                (await restored.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(found.Count(photo => photo.Group == group));
            }

            (await restored.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("damaged").GetInt64().ShouldBe(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task KillAsync(string folder, string dataDirectory, Func<bool> isThen)
    {
        using var backup = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ImageHub.Api.dll"), "backup", folder, $"--ImageHub:DataDirectory={dataDirectory}"]))!;
        while (!isThen())
        {
            backup.HasExited.ShouldBeFalse();
            await Task.Delay(1);
        }

        backup.Kill();
        await backup.WaitForExitAsync();
        (await BackupConsole.RunAsync("verify", folder)).ShouldBe((2, "", $"'{folder}' contains no finished backup.\n"));
    }

    /// <summary>Reads the photos of the groups, each with the hash of its original file.</summary>
    private static async Task<HashSet<Photo>> ReadAsync(HttpClient client, Guid[] groups)
    {
        var found = new HashSet<Photo>();
        foreach (var group in groups)
        {
            foreach (var image in (await client.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items())
            {
                found.Add(new Photo(image.Id(), group, Hash(await client.GetByteArrayAsync($"/api/v1/images/{image.Id()}/original"))));
            }
        }

        return found;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private sealed record Photo(Guid Id, Guid Group, string Sha256);

    /// <summary>Changes a gallery and records the gallery's photos after each acknowledged change.</summary>
    private sealed class Gallery(HttpClient admin, Guid[] groups)
    {
        private int number;

        /// <summary>The photos after each change. The first entry is the empty gallery.</summary>
        public List<HashSet<Photo>> States { get; } = [[]];

        public async Task UploadAsync()
        {
            var (photo, group) = (TestImages.Jpeg(160, 120, 5_000 + number), groups[number % 2]);
            var image = await admin.AddImageAsync(group, $"{number++}.jpg", photo);
            States.Add([.. States[^1], new Photo(image, group, Hash(photo))]);
        }

        public async Task ChangeAsync()
        {
            var photo = States[^1].OrderBy(each => each.Id).ElementAt(number % 10);
            switch (States.Count % 3)
            {
                case 0:
                    var group = groups.Single(each => each != photo.Group);
                    await admin.PatchAsJsonAsync($"/api/v1/images/{photo.Id}", new { groupId = group }).StatusAsync(HttpStatusCode.OK);
                    States.Add([.. States[^1].Where(each => each.Id != photo.Id), photo with { Group = group }]);
                    break;
                case 1:
                    await admin.DeleteAsync($"/api/v1/images/{photo.Id}").StatusAsync(HttpStatusCode.NoContent);
                    States.Add([.. States[^1].Where(each => each.Id != photo.Id)]);

                    // Deletes the objects at once, including objects that the backup has not copied yet.
                    await admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { photo.Id } }).StatusAsync(HttpStatusCode.OK);
                    break;
                default:
                    await UploadAsync();
                    break;
            }
        }
    }
}
