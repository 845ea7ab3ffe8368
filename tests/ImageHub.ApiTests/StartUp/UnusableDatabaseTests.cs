using ImageHub.Api.Console;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Npgsql;

namespace ImageHub.ApiTests.StartUp;

/// <summary>Databases that the program cannot use.</summary>
public sealed class UnusableDatabaseTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("migration_id", "product_version", "'20260101000000_Elsewhere'")]
    [InlineData("\"MigrationId\"", "\"ProductVersion\"", "before 0.9.0, whose data no later version reads")]
    public async Task A_database_with_another_history_stops_the_start_with_one_line_and_is_not_changed(string id, string version, string expected)
    {
        var database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(database, $"""CREATE TABLE "__EFMigrationsHistory" ({id} varchar(150) PRIMARY KEY, {version} varchar(32) NOT NULL)""");
        await ExecuteAsync(database, """INSERT INTO "__EFMigrationsHistory" VALUES ('20260101000000_Elsewhere', '10.0.0')""");

        var line = await RefusalAsync(database);

        line.ShouldContain(expected);
        line.ShouldContain("ConnectionStrings__ImageHub");
        (await ExecuteAsync(database, "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'")).ShouldBe(1);
        await postgres.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task A_database_whose_encoding_cannot_store_every_name_stops_the_start()
    {
        var database = await postgres.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        var maintenance = new NpgsqlConnectionStringBuilder(database) { Database = "postgres" }.ConnectionString;
        await ExecuteAsync(maintenance, $"DROP DATABASE \"{name}\"");
        await ExecuteAsync(maintenance, $"CREATE DATABASE \"{name}\" ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");

        var line = await RefusalAsync(database);

        line.ShouldContain("SQL_ASCII");
        line.ShouldContain("UTF8");
        await postgres.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task A_database_that_refuses_the_account_stops_the_start_and_commands_with_one_line()
    {
        var database = await postgres.CreateDatabaseAsync();
        var account = $"reader_{Guid.NewGuid():N}";
        await ExecuteAsync(database, $"CREATE ROLE {account} LOGIN PASSWORD '{account}'");
        var limited = new NpgsqlConnectionStringBuilder(database) { Username = account, Password = account };
        (await RefusalAsync(limited.ConnectionString)).ShouldEndWith(Reason("schema public"));

        // A command first reads the history of the schema.
        await ExecuteAsync(database, """CREATE TABLE "__EFMigrationsHistory" (migration_id varchar(150) PRIMARY KEY, product_version varchar(32) NOT NULL)""");
        var folder = TemporaryFolders.Create();
        foreach (var (command, start) in ((string[], string)[])[(["add", folder], "ImageHub cannot start: "), (["reset-password", "admin"], "ImageHub cannot start: "), (["backup", $"{folder}/backups"], "")])
        {
            await using var error = new StringWriter();
            (await CommandLine.RunAsync(
                [.. command, $"--ImageHub:DataDirectory={folder}/data", $"--ConnectionStrings:ImageHub={limited.ConnectionString}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}"],
                new Terminal(error, error, _ => null))).ShouldBe(2);
            error.ToString().TrimEnd().ShouldMatch($"^{start}PostgreSQL .*{System.Text.RegularExpressions.Regex.Escape(Reason("table __EFMigrationsHistory"))}$", command[0]);
        }

        Directory.Delete(folder, recursive: true);

        limited.Username = $"{account}_2";
        (await RefusalAsync(limited.ConnectionString)).ShouldContain($"{account}_2");
        await ExecuteAsync(database, $"DROP ROLE {account}");
        await postgres.DropDatabaseAsync(database);

        string Reason(string what) => $"database {limited.Database} refuses: 42501: permission denied for {what}. Correct ConnectionStrings__ImageHub, or the rights of its account.";
    }

    /// <summary>Runs the program, which must fail to start, and returns the single line with the reason.</summary>
    private static async Task<string> RefusalAsync(string database)
    {
        await using var hub = new ImageHubProcess
        {
            // The log can have a line about the render workers.
            Environment = { ["ConnectionStrings__ImageHub"] = database, ["Jwt__SigningKey"] = ImageHubServer.SigningKey, ["Logging__LogLevel__Default"] = "Warning" },
        };
        await hub.RunAsync();
        hub.ExitCode.ShouldBe(1);
        hub.Output.ShouldNotContain("   at ");

        // A slow start first prints its version and, indented, its addresses and settings.
        return hub.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("ImageHub 0.", StringComparison.Ordinal))
            .ShouldHaveSingleItem();
    }

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
