using Npgsql;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>Statements without a time limit on a plain connection, for work on whole tables.</summary>
internal static class PlainSql
{
    /// <summary>Runs statements.</summary>
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string statements, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statements, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads the first column of a query, which must be text.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="parameter">The query's parameter <c>$1</c>, if it has one.</param>
    public static async Task<List<string>> ReadTextsAsync(this NpgsqlConnection connection, string query, CancellationToken cancellationToken, string? parameter = null)
    {
        await using var command = new NpgsqlCommand(query, connection) { CommandTimeout = 0 };
        if (parameter is not null)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    /// <summary>Quotes an identifier.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Quotes identifiers and separates them by commas.</summary>
    public static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));
}
