using ImageHub.Infrastructure.Database;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace ImageHub.UnitTests.Database;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string folder = TemporaryFolders.Create();

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await using (var first = await StartAsync())
        {
            await AskAsync(first, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");
        }

        await using var second = await StartAsync();
        (await AskAsync(second, "SELECT word FROM kept")).ShouldBe("here");
        second.IsAdopted.ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<EmbeddedPostgres> StartAsync(string? dataDirectory = null)
    {
        var postgres = new EmbeddedPostgres(dataDirectory ?? folder, NullLogger.Instance, durable: false);
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        return postgres;
    }

    private static async Task<object?> AskAsync(EmbeddedPostgres postgres, string sql)
    {
        var once = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("postgres")) { Pooling = false };
        await using var connection = new NpgsqlConnection(once.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
