using System.Data;
using System.Data.Common;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Removes a connection's prepared statements before it returns to the pool, if a statement failed or was cancelled. Npgsql 10 regards a statement as prepared
/// once PostgreSQL has parsed it. If PostgreSQL then rejects the parameters or the client cancels, Npgsql does not know the statement's columns, and the next
/// use of the statement fails with "Received unexpected backend message DataRow".
/// </summary>
internal sealed class FailedStatementInterceptor : DbCommandInterceptor, IDbConnectionInterceptor
{
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) => Note(eventData);

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default) => Note(eventData);

    public InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        if (eventData.Context is ImageHubDb { HasFailedStatement: true } db)
        {
            db.HasFailedStatement = false;
            RemoveStatements((NpgsqlConnection)connection);
        }

        return result;
    }

    public ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
        ValueTask.FromResult(ConnectionClosing(connection, eventData, result));

    private static Task Note(CommandEndEventData eventData)
    {
        if (eventData.Context is ImageHubDb db)
        {
            db.HasFailedStatement = true;
        }

        return Task.CompletedTask;
    }

    private static void RemoveStatements(NpgsqlConnection connection)
    {
        if (connection.FullState != ConnectionState.Open || new NpgsqlConnectionStringBuilder(connection.ConnectionString).MaxAutoPrepare == 0)
        {
            return;
        }

        try
        {
            connection.UnprepareAll();
            StatementTimeoutInterceptor.Prepare(connection);
        }
        catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
        {
            // Npgsql does not return a broken connection to the pool.
        }
    }
}
