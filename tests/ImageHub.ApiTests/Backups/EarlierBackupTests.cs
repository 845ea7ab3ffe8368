using ImageHub.Api;
using ImageHub.ApiTests.Database;
using ImageHub.Application.Backups;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Backups;

/// <summary>Backups of databases that released versions have filled.</summary>
public sealed class EarlierBackupTests(PostgresServer postgres)
{
    public static TheoryData<string> Migrations => [.. FilledDatabase.Migrations];

    [Theory]
    [MemberData(nameof(Migrations))]
    public async Task A_backup_of_an_earlier_version_is_restored_and_the_next_start_migrates_it(string name)
    {
        var (backups, data) = (TemporaryFolders.Create(), TemporaryFolders.Create());
        var (before, after) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        try
        {
            var migration = await FillAsync(before, name);
            await BackUpAsync(before, data, backups, migration);

            var (exitCode, _, error) = await BackupConsole.RunAsync("restore", backups, data, null, $"--ConnectionStrings:ImageHub={after}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}");

            (exitCode, error).ShouldBe((0, ""));
            await using var server = await ImageHubServer.StartAsync(postgres, new() { ["ConnectionStrings:ImageHub"] = after });
            (await server.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32()))
                .ShouldBe([("Harbour", 3), ("Workshop", 1)]);
            (await server.Visitor.GetAsync("/api/v1/tags").JsonAsync()).Items().Select(tag => (tag.Text("tag"), tag.GetProperty("count").GetInt32())).ShouldBe([("sea", 1), ("Été", 1)]);
            await server.Admin.CreateGroupAsync("Meadow");
        }
        finally
        {
            await postgres.DropDatabaseAsync(before);
            await postgres.DropDatabaseAsync(after);
            Directory.Delete(backups, recursive: true);
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Creates the schema and the rows that an earlier version left in a database.</summary>
    /// <returns>The last migration of that version.</returns>
    private static async Task<string> FillAsync(string connection, string name)
    {
        await using var db = new ImageHubDb(new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema(connection).Options);
        var migration = db.Database.GetMigrations().Single(id => id.EndsWith($"_{name}", StringComparison.Ordinal));
        await db.GetService<IMigrator>().MigrateAsync(migration);
        await using var filled = new NpgsqlConnection(connection);
        await filled.OpenAsync();
        await using var rows = new NpgsqlCommand(await FilledDatabase.ReadAsync(name), filled);
        await rows.ExecuteNonQueryAsync();
        return migration;
    }

    /// <summary>Makes a backup without starting the server, because a start would migrate the database.</summary>
    private static async Task BackUpAsync(string connection, string data, string backups, string migration)
    {
        await using var app = ImageHubApp.Build([$"--ConnectionStrings:ImageHub={connection}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}", $"--ImageHub:DataDirectory={data}"]);
        using var place = app.Services.GetRequiredService<IBackupPlaces>().Open(backups);
        var catalog = new BackupCatalog(place);
        await using var held = await catalog.BeginAsync(TestContext.Current.CancellationToken);
        var (backup, at) = await catalog.CreateAsync(TimeProvider.System, TestContext.Current.CancellationToken);
        var (found, tables) = await app.Services.GetRequiredService<IDatabaseDump>().WriteAsync(
            (table, content) => catalog.WriteAsync(BackupCatalog.TableName(backup, table), content, TestContext.Current.CancellationToken), _ => Task.CompletedTask, TestContext.Current.CancellationToken);
        found.ShouldBe(migration);
        var list = await catalog.WriteAsync(BackupCatalog.ListName(backup), Stream.Null, TestContext.Current.CancellationToken);
        await catalog.FinishAsync(
            backup,
            new BackupManifest(BackupManifest.CurrentFormat, "0.9.0", found, at, tables, new BackupObjects(0, 0, list), [], SigningKey: null),
            key: null,
            held,
            TestContext.Current.CancellationToken);
    }
}
