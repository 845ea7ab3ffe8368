using System.Text.Json;
using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using ImageHub.Domain.Storage;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace ImageHub.ApiTests.Backups;

/// <summary>Backups that the job makes according to the settings in the section <c>Backup</c>.</summary>
public sealed class ScheduledBackupTests(PostgresServer postgres)
{
    private readonly ShiftedClock clock = new();

    [Fact]
    public async Task A_backup_is_made_once_a_day_and_old_ones_are_deleted()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await StartAsync(new() { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target, ["Backup:Keep"] = "1d" });
            await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Harbour"), "harbour.jpg", TestImages.Jpeg(320, 240, 1));

            await RunAsync(server);
            await RunAsync(server);

            var first = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();

            // Neither yesterday's backup nor a backup that a wrong clock dated in the future counts as today's backup.
            var yesterday = Path.Combine(target, "backups", clock.GetUtcNow().AddDays(-1).ToString("yyyyMMdd'T235959Z'"));
            Directory.Move(first, yesterday);
            await RunAsync(server);
            await RunAsync(server);

            var second = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();
            second.ShouldNotBe(yesterday);
            Directory.Move(second, Path.Combine(target, "backups", "20990101T000000Z"));
            await RunAsync(server);

            var third = Directory.GetDirectories(Path.Combine(target, "backups")).Order(StringComparer.Ordinal).ToArray();
            third.Length.ShouldBe(2);
            (await BackupConsole.RunAsync("verify", third[0])).ExitCode.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task A_finished_backup_that_the_database_did_not_record_is_recorded_by_the_next_run_which_deletes_old_ones()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await StartAsync(new() { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target, ["Backup:Keep"] = "1d" });
            await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Harbour"), "harbour.jpg", TestImages.Jpeg(320, 240, 1));
            await RunAsync(server);
            var made = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();
            var recorded = await LastAsync();
            await BackupConsole.CopyAsync(made, Path.Combine(target, "backups", clock.GetUtcNow().AddDays(-1).ToString("yyyyMMdd'T235959Z'")));
            await server.SqlAsync("UPDATE last_backups SET at = at - interval '1 day', objects = 1");

            await RunAsync(server);

            (await LastAsync()).ShouldBe(recorded);
            Directory.GetDirectories(Path.Combine(target, "backups")).ShouldBe([made]);

            async Task<string> LastAsync() => (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("lastBackup").GetRawText();
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task A_damaged_backup_that_was_not_recorded_is_replaced_and_a_copy_under_another_name_changes_nothing()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await StartAsync(new() { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target, ["Backup:Keep"] = "1d" });
            await RunAsync(server);
            var damaged = BackupConsole.Newest(target);
            await File.AppendAllTextAsync(Path.Combine(damaged, "manifest.json"), " ", TestContext.Current.CancellationToken);
            await server.SqlAsync("UPDATE last_backups SET at = at - interval '1 day'");

            await RunAsync(server);

            var made = BackupConsole.Newest(target);
            made.ShouldNotBe(damaged);
            (await BackupConsole.RunAsync("verify", made)).ExitCode.ShouldBe(0);

            // A run that records a backup also deletes old ones.
            var copy = Path.Combine(target, "backups", clock.GetUtcNow().AddSeconds(1).ToString("yyyyMMdd'T'HHmmss'Z'"));
            Directory.Move(made, copy);
            var old = Path.Combine(target, "backups", clock.GetUtcNow().AddDays(-1).ToString("yyyyMMdd'T235959Z'"));
            await BackupConsole.CopyAsync(copy, old);
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            await RunAsync(server);
            Directory.Exists(old).ShouldBeTrue();
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task The_command_reports_a_backup_that_the_database_could_not_record_as_made()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await ImageHubServer.StartAsync(postgres);
            await server.SqlAsync("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the disk is full''; END'");
            await server.SqlAsync("CREATE TRIGGER refuse BEFORE INSERT ON last_backups FOR EACH ROW EXECUTE FUNCTION refuse()");

            var (exitCode, output, error) = await BackupConsole.RunAsync(
                "backup", target, server.DataDirectory, null, $"--ConnectionStrings:ImageHub={server.ConnectionString}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}");

            (exitCode, error).ShouldBe((0, ""));
            output.ShouldMatch("\nbackup in .*\nwarning: the backup is complete, but the database could not record it, so the storage page shows an earlier one: P0001: the disk is full\n");
            (await BackupConsole.RunAsync("verify", target)).ExitCode.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_whose_disk_is_not_mounted_gets_no_backup()
    {
        var (target, disk) = (TemporaryFolders.Create(), TemporaryFolders.Create());
        try
        {
            await using var server = await StartAsync(new() { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target });
            await RunAsync(server);
            var backup = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();

            // Without the disk, the mount point is an empty folder.
            Directory.Delete(disk);
            Directory.Move(target, disk);
            Directory.CreateDirectory(target);
            var run = () => RunAsync(server);
            (await run.ShouldThrowAsync<BackupException>()).Message.ShouldMatch(
                $"^'{target}' is empty, although a backup was made at 20..-..-.. ..:..:..Z. Is its disk mounted\\? If this is a new folder, run 'backup {target}' once.$");
            Directory.GetFileSystemEntries(target).ShouldBeEmpty();

            Directory.Delete(target);
            Directory.Move(disk, target);
            Directory.CreateDirectory(disk);
            await RunAsync(server);
            Directory.GetDirectories(Path.Combine(target, "backups")).ShouldBe([backup]);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
            Directory.Delete(disk, recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_of_another_gallery_does_not_count_and_is_kept()
    {
        var target = TemporaryFolders.Create();
        try
        {
            var settings = new Dictionary<string, string?> { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target, ["Backup:Keep"] = "1d" };
            await using var server = await StartAsync(settings);
            await RunAsync(server);
            var backup = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();

            // The tests' databases are copies of one database, so they have the same id.
            await using var other = await StartAsync(settings);
            await other.SqlAsync("UPDATE site_profiles SET gallery_id = gen_random_uuid()");
            var run = () => RunAsync(other);

            (await run.ShouldThrowAsync<BackupException>()).Message.ShouldBe($"'{backup}' is a backup of another gallery; name an empty folder or bucket for this gallery's backups.");
            Directory.GetDirectories(Path.Combine(target, "backups")).ShouldBe([backup]);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task The_latest_backup_is_recorded_also_after_a_wrong_clock_and_an_older_one_does_not_replace_it()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var now = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

        (await RecordAsync(server, now.AddYears(1), now)).ShouldBe(now.AddYears(1));
        (await RecordAsync(server, now.AddHours(-1), now)).ShouldBe(now.AddHours(-1));
        (await RecordAsync(server, now.AddHours(-2), now)).ShouldBe(now.AddHours(-1));
        (await RecordAsync(server, now, now)).ShouldBe(now);
    }

    [Fact]
    public async Task The_age_of_the_latest_backup_is_known_and_an_overdue_one_degrades_the_health()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await StartAsync(new() { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target });
            await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Harbour"), "harbour.jpg", TestImages.Jpeg(320, 240, 1));
            (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("lastBackup").ValueKind.ShouldBe(JsonValueKind.Null);
            (await HealthAsync()).ShouldBe(("degraded", "overdue"));

            await RunAsync(server);

            var last = (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("lastBackup");
            last.GetProperty("at").GetDateTimeOffset().ShouldBe(clock.GetUtcNow(), TimeSpan.FromMinutes(2));
            (last.Text("target"), last.GetProperty("objects").GetInt64(), last.GetProperty("lost").GetInt64()).ShouldBe(("folder", 4, 0));
            last.GetProperty("bytes").GetInt64().ShouldBe(Directory.GetFiles(Path.Combine(target, "objects"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
            clock.Advance(TimeSpan.FromHours(47));
            (await HealthAsync()).ShouldBe(("ok", "ok"));
            clock.Advance(TimeSpan.FromHours(2));
            (await HealthAsync()).ShouldBe(("degraded", "overdue"));

            async Task<(string Status, string Backup)> HealthAsync()
            {
                // The server reuses the result of a check for ten seconds.
                clock.Advance(TimeSpan.FromSeconds(11));
                var ready = await server.Visitor.GetAsync("/health/ready").JsonAsync();
                return (ready.Text("status")!, ready.GetProperty("checks").Text("backup")!);
            }
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_schedule_no_backup_is_made()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await ImageHubServer.StartAsync(postgres, new() { ["Backup:Target"] = target });

            await RunAsync(server);

            Directory.GetFileSystemEntries(target).ShouldBeEmpty();
            (await server.Visitor.GetAsync("/health/ready").JsonAsync()).GetProperty("checks").TryGetProperty("backup", out _).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    /// <summary>Starts a server and sets its clock to noon, so that no test passes midnight. Tokens are checked by the machine's clock, so they are issued before.</summary>
    private async Task<ImageHubServer> StartAsync(Dictionary<string, string?> settings)
    {
        var server = await ImageHubServer.StartAsync(postgres, settings, builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));

        // The change of the clock may make the job due.
        var jobs = await server.Services.GetRequiredService<ISchedulerFactory>().GetScheduler();
        await Polling.EventuallyAsync(() => jobs.Status == SchedulerStatus.Running);
        await jobs.PauseTrigger(new TriggerKey(nameof(MakeDueBackup)));
        clock.Set(TimeSpan.FromHours(12) - clock.GetUtcNow().TimeOfDay);
        return server;
    }

    /// <summary>Records a backup and returns the time of the recorded one.</summary>
    private static async Task<DateTimeOffset> RecordAsync(ImageHubServer server, DateTimeOffset at, DateTimeOffset now)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await db.RecordBackupAsync(new LastBackupResponse(at, BackupTarget.Folder, 1, 1, 0), now, TestContext.Current.CancellationToken);
        return (await db.FindLastBackupAsync(TestContext.Current.CancellationToken))!.At;
    }

    private static async Task RunAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new MakeDueBackup(), TestContext.Current.CancellationToken);
    }
}
