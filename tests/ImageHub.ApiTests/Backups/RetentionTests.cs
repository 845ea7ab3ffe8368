using System.Text.Json.Nodes;
using ImageHub.Api;
using ImageHub.Application.Backups;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.Extensions.DependencyInjection;
using static ImageHub.ApiTests.Backups.BackupConsole;

namespace ImageHub.ApiTests.Backups;

/// <summary>Several backups in one place: the deletion of old backups, and which backup a place stands for.</summary>
[Collection(typeof(BackedUpGallery))]
public sealed class RetentionTests(BackedUpServer original)
{
    [Fact]
    public async Task Old_backups_and_their_objects_are_deleted_and_the_others_stay_complete()
    {
        await using var place = new CopiedBackups(original.Backups);
        var renamed = Path.Combine(place.Backups, "backups", "before-upgrade");
        Directory.Move(Newest(place.Backups), renamed);
        var image = await original.Admin.AddImageAsync(original.OtherGroup, "temporary.jpg", TestImages.Jpeg(320, 240, 90));
        (await RunAsync("backup", place.Backups, original.DataDirectory)).ExitCode.ShouldBe(0);
        var old = Path.Combine(place.Backups, "backups", "20260901T023000Z");
        Directory.Move(Directory.GetDirectories(Path.Combine(place.Backups, "backups")).Single(backup => backup != renamed), old);
        await original.PurgeAsync(image);

        // An interrupted deletion leaves an unfinished backup, or objects that belong to no backup. An interrupted backup leaves part of an object.
        var unfinished = Path.Combine(place.Backups, "backups", "20260801T023000Z");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "unfinished"), "");
        var leftovers = Path.Combine(place.Backups, "objects", "images", "00", "01980000-0000-7000-8000-000000000000", "1");
        Directory.CreateDirectory(leftovers);
        await File.WriteAllTextAsync(Path.Combine(leftovers, $"full.{new string('0', 64)}"), "x");
        await File.WriteAllTextAsync(place.Files("objects").First() + ".unfinished", "xy");
        var before = place.Files("").ToArray();

        var dry = await RunAsync("backup", place.Backups, original.DataDirectory, "--dry-run", "--keep", "1d");

        var bytes = place.Files("objects").Where(file => file.Contains($"/{image}/", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length) + 3;
        dry.Output.ShouldEndWith($"would delete {old}\nwould keep 2 backups and would delete 1 backups and 6 objects ({bytes} bytes)\n");
        place.Files("").ShouldBe(before);

        var (exitCode, output, error) = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d");

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldEndWith($"deleted {old}\nkept 2 backups and deleted 1 backups and 6 objects ({bytes} bytes)\n");
        Directory.GetDirectories(Path.Combine(place.Backups, "backups")).Length.ShouldBe(2);
        Directory.GetDirectories(Path.Combine(place.Backups, "objects"), $"{image}", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.Exists(Path.Combine(place.Backups, "objects", "images", "00", "01980000-0000-7000-8000-000000000000")).ShouldBeFalse();
        place.Files("").ShouldNotContain(file => file.EndsWith("unfinished", StringComparison.Ordinal));
        foreach (var backup in Directory.GetDirectories(Path.Combine(place.Backups, "backups")))
        {
            (await RunAsync("verify", backup)).ExitCode.ShouldBe(0);
        }

        (await RunAsync("restore", renamed, place.Empty)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_deleted_while_a_backup_is_read_and_other_backups_can_be_read_meanwhile()
    {
        await using var place = new CopiedBackups(original.Backups);
        await using var app = ImageHubApp.Build([$"--ImageHub:DataDirectory={place.Empty}"]);
        using var opened = app.Services.GetRequiredService<IBackupPlaces>().Open(place.Backups);
        var old = Path.Combine(place.Backups, "backups", "20260901T023000Z");
        await CopyAsync(Newest(place.Backups), old);
        await using (await opened.LockAsync(BackupUse.Reading, TestContext.Current.CancellationToken))
        {
            var kept = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d");
            Directory.Exists(old).ShouldBeTrue();
            (kept.ExitCode, kept.Error).ShouldBe((2, $"A backup in '{place.Backups}' is being verified or restored, so no old backups were deleted; try again afterwards.\n"));
            (await RunAsync("verify", place.Backups)).ExitCode.ShouldBe(0);
        }

        (await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d")).ExitCode.ShouldBe(0);
        Directory.Exists(old).ShouldBeFalse();
        await using (await opened.LockAsync(BackupUse.Deleting, TestContext.Current.CancellationToken))
        {
            (await RunAsync("restore", place.Backups, place.Empty)).ShouldBe((2, "", $"Old backups in '{place.Backups}' are being deleted; try again afterwards.\n"));
        }
    }

    [Fact]
    public async Task Nothing_is_deleted_if_the_list_of_a_kept_backup_is_damaged()
    {
        await using var place = new CopiedBackups(original.Backups);
        var kept = Path.Combine(place.Backups, "backups", "20261001T023000Z");
        Directory.Move(Newest(place.Backups), kept);
        var old = Path.Combine(place.Backups, "backups", "20260901T023000Z");
        await CopyAsync(kept, old);
        await File.AppendAllTextAsync(Path.Combine(kept, "objects.txt"), "x");

        var (exitCode, _, error) = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "2d");

        (exitCode, error).ShouldBe(
            (1, $"'{kept}/objects.txt' is missing or damaged, so it is unknown which objects this backup needs. No backup and no object was deleted; delete '{kept}' first.\n"));
        (await RunAsync("verify", old)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("7d,7d")]
    public async Task A_wrong_rule_for_old_backups_is_refused(string rule) =>
        (await RunAsync("backup", original.Backups, original.DataDirectory, null, "--keep", rule))
            .ShouldBe((2, "", $"--keep must be days, weeks and months such as 7d,4w,12m, each at most once and from 1 to 999; it is '{rule}'.\n\n"));

    [Fact]
    public async Task A_place_stands_for_its_newest_backup_and_a_renamed_backup_is_named_if_there_are_others()
    {
        await using var place = new CopiedBackups(original.Backups);
        var newest = Newest(place.Backups);
        var renamed = Path.Combine(place.Backups, "backups", "before-upgrade");
        await CopyAsync(newest, renamed);

        (await RunAsync("verify", place.Backups)).Output.ShouldContain(newest);
        (await RunAsync("verify", renamed)).Output.ShouldContain(renamed);

        // A wrong clock dated this backup.
        var future = Path.Combine(place.Backups, "backups", "20990101T000000Z");
        await CopyAsync(newest, future);
        (await RunAsync("verify", place.Backups))
            .ShouldBe((2, "", $"'{place.Backups}' contains a backup whose time is in the future, because the clock of this machine or of the machine that made the backup is or was wrong. It is unknown which backup is the newest; name one of these: {newest}, {future}, {renamed}.\n"));
        (await RunAsync("verify", future)).Output.ShouldContain(future);
        Directory.Delete(future, recursive: true);

        // The clock of the machine that made this backup is ahead by some minutes.
        var ahead = Path.Combine(place.Backups, "backups", $"{DateTimeOffset.UtcNow.AddMinutes(4):yyyyMMdd'T'HHmmss'Z'}");
        await CopyAsync(newest, ahead);
        (await RunAsync("verify", place.Backups)).Output.ShouldContain(ahead);
        Directory.Delete(ahead, recursive: true);

        Directory.Delete(newest, recursive: true);
        (await RunAsync("verify", place.Backups)).Output.ShouldContain(renamed);

        var another = Path.Combine(place.Backups, "backups", "after-upgrade");
        await CopyAsync(renamed, another);
        (await RunAsync("verify", place.Backups))
            .ShouldBe((2, "", $"'{place.Backups}' contains only renamed backups. It is unknown which backup is the newest; name one of these: {another}, {renamed}.\n"));

        Directory.Delete(renamed, recursive: true);
        Directory.Move(another, future);
        (await RunAsync("verify", place.Backups))
            .ShouldBe((2, "", $"'{place.Backups}' contains a backup whose time is in the future, because the clock of this machine or of the machine that made the backup is or was wrong. It is unknown which backup is the newest; name one of these: {future}.\n"));
    }

    [Fact]
    public async Task A_place_with_backups_of_another_gallery_is_refused_and_keeps_them()
    {
        await using var place = new CopiedBackups(original.Backups);
        var manifest = Path.Combine(Newest(place.Backups), "manifest.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
        Guid.Parse((string)json["galleryId"]!).ShouldNotBe(Guid.Empty);
        json["galleryId"] = "01980000-0000-7000-8000-000000000000";
        await WriteManifestAsync(manifest, json);
        var before = place.Files("").ToArray();

        var refused = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d");

        refused.ShouldBe((2, "", $"'{Newest(place.Backups)}' is a backup of another gallery; name an empty folder or bucket for this gallery's backups.\n"));
        (await RunAsync("backup", place.Backups, original.DataDirectory, "--dry-run", "--keep", "1d")).ExitCode.ShouldBe(2);
        place.Files("").ShouldBe(before);
    }

    [Fact]
    public async Task A_place_whose_backups_were_all_deleted_takes_another_one_and_reuses_the_objects()
    {
        await using var place = new CopiedBackups(original.Backups);
        var written = place.Files("objects").ToDictionary(file => file, File.GetLastWriteTimeUtc, StringComparer.Ordinal);
        await File.WriteAllTextAsync(place.Files("objects").First() + ".unfinished", "xy");
        Directory.Delete(Path.Combine(place.Backups, "backups"), recursive: true);

        var (exitCode, _, error) = await RunAsync("backup", place.Backups, original.DataDirectory);

        (exitCode, error).ShouldBe((0, ""));
        written.Keys.ToDictionary(file => file, File.GetLastWriteTimeUtc, StringComparer.Ordinal).ShouldBe(written);
        (await RunAsync("verify", place.Backups)).ExitCode.ShouldBe(0);
    }
}
