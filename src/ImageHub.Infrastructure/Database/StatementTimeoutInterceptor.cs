using System.Data.Common;
using System.Globalization;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Has PostgreSQL end the statements of some scopes (<see cref="StatementTimeout.AtServer"/>), also when this process is gone. The setting
/// travels with the statement, without a round trip of its own, and is taken back behind it; where the statement fails PostgreSQL takes it
/// back, since all three are one transaction.
/// </summary>
internal sealed class StatementTimeoutInterceptor : DbCommandInterceptor
{
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

    private static void Limit(DbCommand command, CommandEventData eventData)
    {
        // Npgsql's provider counts the statements of what is saved; those have the client's limit alone.
        if (eventData.CommandSource != CommandSource.SaveChanges && (eventData.Context as ImageHubDb)?.StatementTimeout?.AtServer is { } limit)
        {
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = {(int)limit.TotalMilliseconds};\n{command.CommandText};\nRESET statement_timeout");
        }
    }
}
