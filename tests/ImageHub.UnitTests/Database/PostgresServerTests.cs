using ImageHub.Testing.Database;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace ImageHub.UnitTests.Database;

public sealed class PostgresServerTests(PostgresServer server)
{
    [Fact]
    public async Task A_database_copied_from_a_template_has_its_rows_and_is_independent_of_other_copies()
    {
        var filled = 0;
        Task<string> Template() => server.TemplateAsync("greeting", async empty =>
        {
            filled++;
            await AskAsync(empty, "CREATE TABLE greeting (word text); INSERT INTO greeting VALUES ('hello')");
        });

        var first = await server.CreateDatabaseAsync(await Template());
        var second = await server.CreateDatabaseAsync(await Template());
        await AskAsync(first, "DELETE FROM greeting");

        (await AskAsync(first, "SELECT count(*) FROM greeting")).ShouldBe(0L);
        (await AskAsync(second, "SELECT count(*) FROM greeting")).ShouldBe(1L);
        filled.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_with_open_connections_can_be_dropped()
    {
        var database = await server.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        await server.DropDatabaseAsync(database);

        (await Should.ThrowAsync<PostgresException>(() => AskAsync(database, "SELECT 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidCatalogName);
    }

    private static async Task<object?> AskAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
