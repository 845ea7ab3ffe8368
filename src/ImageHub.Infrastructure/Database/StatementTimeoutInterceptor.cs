using System.Data.Common;
using System.Globalization;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Sets PostgreSQL's statement timeout for some scopes (<see cref="StatementTimeout.AtServer"/>). This timeout applies even after this process has crashed. One
/// round trip sends the setting, the statement and the reset as one transaction, so a failing statement undoes the setting.
/// </summary>
internal sealed class StatementTimeoutInterceptor : DbCommandInterceptor
{
    private const string Reset = "RESET statement_timeout";

    /// <summary>
    /// Prepares the reset statement. Npgsql 10 would otherwise prepare it at its fifth use, and would regard it as prepared even if the preceding statement
    /// failed after its first row.
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

    /// <summary>Wraps a statement with its timeout.</summary>
    internal static string Within(TimeSpan limit, string statement) =>
        string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = {(int)limit.TotalMilliseconds};\n{statement}\n;{Reset}");

    private static void Limit(DbCommand command, CommandEventData eventData)
    {
        // Npgsql's EF Core provider counts the statements of SaveChanges, so these cannot be wrapped and have only the client's timeout.
        if (eventData.CommandSource != CommandSource.SaveChanges && (eventData.Context as ImageHubDb)?.StatementTimeout?.AtServer is { } limit)
        {
            command.CommandText = Within(limit, command.CommandText);
        }
    }
}
