using ImageHub.Testing;
using ImageHub.Testing.Database;
using Npgsql;

namespace ImageHub.ApiTests.StartUp;

/// <summary>A database that another version of the program has migrated.</summary>
public sealed class DatabaseHistoryTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_database_with_another_history_stops_the_start_with_one_line_that_says_what_to_do_and_is_not_changed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(database, """CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL)""");
        await ExecuteAsync(database, """INSERT INTO "__EFMigrationsHistory" VALUES ('20260101000000_Elsewhere', '10.0.0')""");
        await using var hub = new ImageHubProcess
        {
            Environment = { ["ConnectionStrings__ImageHub"] = database, ["Jwt__SigningKey"] = ImageHubServer.SigningKey },
        };

        await hub.RunAsync();

        hub.ExitCode.ShouldNotBe(0);
        var line = hub.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
        line.ShouldContain("'20260101000000_Elsewhere'");
        line.ShouldContain("ConnectionStrings__ImageHub");
        (await ExecuteAsync(database, "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'")).ShouldBe(1);
        await postgres.DropDatabaseAsync(database);
    }

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
