using System.Data.Common;
using System.Globalization;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Has PostgreSQL end the statements of some scopes (<see cref="StatementTimeout.AtServer"/>), also when this process is gone. The setting
/// travels with the statement, without a round trip of its own, and is reset after it. When the statement fails, the rollback undoes it,
/// since all three are one transaction.
/// </summary>
internal sealed class StatementTimeoutInterceptor : DbCommandInterceptor
{
    private const string Reset = "RESET statement_timeout";

    /// <summary>
    /// Prepares what is sent behind a statement. Npgsql 10 would do it at its fifth use, and would take it for prepared for good when the
    /// statement before it failed just then, after its first row.
    /// </summary>
    internal static void Prepare(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Reset, connection);
        command.Prepare();
    }

    /// <inheritdoc cref="Prepare"/>
    internal static async Task PrepareAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Reset, connection);
        await command.PrepareAsync();
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Limit(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Limit(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Limit(command, eventData);
        return ValueTask.FromResult(result);
    }

    /// <summary>A statement with its limit around it.</summary>
    internal static string Within(TimeSpan limit, string statement) =>
        string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = {(int)limit.TotalMilliseconds};\n{statement}\n;{Reset}");

    private static void Limit(DbCommand command, CommandEventData eventData)
    {
        // Npgsql's provider counts the statements of what is saved; those have the client's limit alone.
        if (eventData.CommandSource != CommandSource.SaveChanges && (eventData.Context as ImageHubDb)?.StatementTimeout?.AtServer is { } limit)
        {
            command.CommandText = Within(limit, command.CommandText);
        }
    }
}
