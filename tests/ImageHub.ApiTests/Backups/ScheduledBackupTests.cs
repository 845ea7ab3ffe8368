using ImageHub.Application.Backups;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Backups;

/// <summary>Backups by the job, after the settings in the section <c>Backup</c>.</summary>
public sealed class ScheduledBackupTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_backup_is_made_once_a_day_and_old_ones_are_deleted()
    {
        var target = TemporaryFolders.Create();
        try
        {
            await using var server = await ImageHubServer.StartAsync(postgres, new() { ["Backup:Schedule"] = "00:00", ["Backup:Target"] = target, ["Backup:Keep"] = "1d" });
            await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Harbour"), "harbour.jpg", TestImages.Jpeg(320, 240, 1));

            await RunAsync(server);
            await RunAsync(server);

            var first = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();

            // A backup of the day before does not count, and neither does one of the future, from a clock that was wrong.
            var yesterday = Path.Combine(target, "backups", DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyyMMdd'T235959Z'"));
            Directory.Move(first, yesterday);
            await RunAsync(server);
            await RunAsync(server);

            var second = Directory.GetDirectories(Path.Combine(target, "backups")).ShouldHaveSingleItem();
            second.ShouldNotBe(yesterday);
            Directory.Move(second, Path.Combine(target, "backups", "20990101T000000Z"));
            await RunAsync(server);

            var third = Directory.GetDirectories(Path.Combine(target, "backups")).Order(StringComparer.Ordinal).ToArray();
            third.Length.ShouldBe(2);
            (await BackupTests.RunAsync("verify", third[0])).ExitCode.ShouldBe(0);
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
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    private static async Task RunAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new MakeDueBackup(), TestContext.Current.CancellationToken);
    }
}
