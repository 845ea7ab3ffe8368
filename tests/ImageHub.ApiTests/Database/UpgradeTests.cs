using System.Net;
using ImageHub.Api.Console;
using ImageHub.ApiTests.Backups;
using ImageHub.Application.Upgrades;
using ImageHub.Infrastructure.Database.Upgrades;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>Schema updates of a database that an earlier version has filled: checked in advance, undone after a mistake, repeated after a kill.</summary>
public sealed class UpgradeTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Earliest = "Baseline";

    private string database = "";

    public async ValueTask InitializeAsync() => (database, _) = await MigrationTests.FillAsync(postgres, Earliest);

    public async ValueTask DisposeAsync() => await postgres.DropDatabaseAsync(database);

    [Fact]
    public async Task The_check_says_what_the_next_start_would_do_and_changes_nothing()
    {
        var migrations = await QueryAsync("SELECT string_agg(migration_id, ' ') FROM \"__EFMigrationsHistory\"");

        var (exitCode, output, error) = await CheckAsync();

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldContain(", schema 20261124000000_Baseline\n");
        output.ShouldMatch("The next start updates the schema to [0-9]+_[A-Za-z]+: [0-9]+ migrations in one transaction\\.\nOn a copy it took [0-9]+\\.[0-9] s and did not change the compared data\\.\n$");
        (await QueryAsync("SELECT string_agg(migration_id, ' ') FROM \"__EFMigrationsHistory\"")).ShouldBe(migrations);
        (await QueryAsync($"SELECT count(*) FROM pg_database WHERE datname = '{SchemaUpgrade.NameCopy(new NpgsqlConnectionStringBuilder(database).Database!)}'")).ShouldBe(0L);

        await using (await ImageHubServer.StartAsync(postgres, new() { ["ConnectionStrings:ImageHub"] = database }))
        {
        }

        (await CheckAsync()).Output.ShouldEndWith("The schema is up to date; the next start changes nothing.\n");
    }

    [Fact]
    public async Task The_check_names_what_prevents_a_copy()
    {
        await using var other = await OpenAsync();
        var (exitCode, output, _) = await CheckAsync();
        exitCode.ShouldBe(2);
        output.ShouldEndWith("It cannot be tried on a copy now: other programs are connected to the database. Stop the servers and run this again, or allow the account to create databases.\n");
    }

    [Fact]
    public async Task The_check_refuses_a_database_of_a_newer_version()
    {
        await QueryAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '10.0.0')");
        var (exitCode, _, error) = await CheckAsync();
        exitCode.ShouldBe(2);
        error.ShouldContain("this one does not know its migration '29991231000000_Later'");
    }

    [Theory]
    [InlineData("UPDATE images SET file_name = 'x' || file_name WHERE file_name = 'one.jpg'", "the table 'images' has other values in id, group_id, ")]
    [InlineData("DELETE FROM favourites", "the table 'favourites' has 0 rows instead of 1")]
    [InlineData("ALTER TABLE users DROP COLUMN password_hash", "the table 'users' lacks columns of id, user_name, ")]
    [InlineData("DROP TABLE api_keys", "the table 'api_keys' with 1 rows is gone")]
    public async Task An_update_that_changes_data_is_undone(string mistake, string difference)
    {
        await using var connection = await OpenAsync();
        const string state = "SELECT concat((SELECT count(*) FROM favourites), ' ', (SELECT count(*) FROM api_keys), ' ', (SELECT string_agg(file_name, ',' ORDER BY file_name) FROM images), ' ', (SELECT count(password_hash) FROM users))";
        var before = await QueryAsync(state);

        var update = () => SchemaUpgrade.ApplyAsync(connection, new PendingMigrations("Later", 1, $"ALTER TABLE groups ADD later integer; {mistake}"), TestContext.Current.CancellationToken);

        (await update.ShouldThrowAsync<ChangedDataException>()).Message.ShouldContain(difference);
        (await QueryAsync(state)).ShouldBe(before);
        (await QueryAsync("SELECT count(*) FROM pg_attribute WHERE attrelid = 'groups'::regclass AND attname = 'later'")).ShouldBe(0L);
    }

    [Fact]
    public async Task The_database_as_it_was_before_an_update_can_be_restored()
    {
        await using var hub = NewProcess();
        using (var client = await hub.StartAsync())
        {
            await client.EventuallyPreparedAsync();
            await hub.StopAsync();
        }

        var (before, data) = (await postgres.CreateDatabaseAsync(), TemporaryFolders.Create());
        var upgrades = Path.Combine(hub.DataDirectory, "upgrades");
        (await BackupTests.RunAsync("verify", upgrades)).Output.ShouldEndWith(", 0 objects, 0 bytes\ncomplete\n");
        (await BackupTests.RunAsync("restore", upgrades, data, null, $"--ConnectionStrings:ImageHub={before}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}")).ExitCode.ShouldBe(0);

        await postgres.DropDatabaseAsync(database);
        database = before;
        (await QueryAsync("SELECT string_agg(migration_id, ' ') FROM \"__EFMigrationsHistory\"")).ShouldBe("20261124000000_Baseline");
        await using var restored = NewProcess();
        await EnsureCompleteAsync(restored);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_newest_three_backups_before_updates_are_kept()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var scope = server.Services.CreateAsyncScope();
        var folder = TemporaryFolders.Create();
        var made = new List<string>();
        for (var update = 0; update < 5; update++)
        {
            made.Add(await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SnapshotDatabase(folder)));
        }

        Directory.GetDirectories(Path.Combine(folder, "backups")).Order(StringComparer.Ordinal).ShouldBe(made[2..]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_update_waits_for_a_program_that_uses_the_tables_and_is_repeated_after_a_kill()
    {
        await using var hub = NewProcess();
        await using (var reader = await OpenAsync())
        {
            await using var reading = await reader.BeginTransactionAsync();
            await ExecuteAsync(reader, "SELECT count(*) FROM images");
            using (var client = await hub.StartAsync())
            {
                (await hub.LineAsync("is not tried on a copy")).ShouldContain("other programs are connected to the database");
                await hub.LineAsync("Updating the schema of");
                await client.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
                await hub.KillAsync();
            }

            // The open transaction can still read the table.
            await using var counting = new NpgsqlCommand("SELECT count(*) FROM images", reader);
            (await counting.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(8L);
        }

        (await QueryAsync("SELECT count(*) FROM \"__EFMigrationsHistory\"")).ShouldBe(1L);
        await EnsureCompleteAsync(hub);
    }

    [Fact]
    public async Task An_update_gives_way_to_a_program_that_writes_and_then_counts_its_rows()
    {
        await using var writer = await OpenAsync();
        await using var connection = await OpenAsync();
        var pending = new PendingMigrations("Later", 1, "ALTER TABLE groups ADD later integer");
        await using (var writing = await writer.BeginTransactionAsync())
        {
            await ExecuteAsync(writer, "INSERT INTO orphaned_objects VALUES ('another', 1, now())");
            var refused = await Should.ThrowAsync<PostgresException>(() => SchemaUpgrade.ApplyAsync(connection, pending, TestContext.Current.CancellationToken));
            refused.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
            await writing.CommitAsync();
        }

        await SchemaUpgrade.ApplyAsync(connection, pending, TestContext.Current.CancellationToken);
        (await QueryAsync("SELECT count(*) FROM pg_attribute WHERE attrelid = 'groups'::regclass AND attname = 'later'")).ShouldBe(1L);
    }

    [Theory]
    [InlineData("The update of the schema took")]
    [InlineData("Updating the schema of")]
    [InlineData("The schema is up to date")]
    public async Task An_update_that_is_killed_is_repeated(string line)
    {
        await using var hub = NewProcess();
        var running = hub.RunAsync();
        await hub.LineAsync(line);
        await hub.KillAsync();
        await running;

        await EnsureCompleteAsync(hub);
    }

    private ImageHubProcess NewProcess() => new()
    {
        Environment = { ["ConnectionStrings__ImageHub"] = database, ["Jwt__SigningKey"] = ImageHubServer.SigningKey },
    };

    private async Task EnsureCompleteAsync(ImageHubProcess hub)
    {
        using var client = await hub.StartAsync();
        await client.EventuallyPreparedAsync();
        (await client.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32())).ShouldBe([("Harbour", 3)]);
        (await QueryAsync("SELECT concat((SELECT count(*) FROM images), ' ', (SELECT count(*) FROM users), ' ', (SELECT count(*) FROM links), ' ', (SELECT count(*) FROM groups))")).ShouldBe("8 3 2 5");
        (await QueryAsync($"SELECT count(*) FROM pg_database WHERE datname = '{SchemaUpgrade.NameCopy(new NpgsqlConnectionStringBuilder(database).Database!)}'")).ShouldBe(0L);
    }

    private async Task<(int ExitCode, string Output, string Error)> CheckAsync()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            ["--check-upgrade", $"--ConnectionStrings:ImageHub={database}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}"], new Terminal(output, error, _ => null));
        return (exitCode, output.ToString(), error.ToString());
    }

    private async Task<object?> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteScalarAsync();
    }
}
