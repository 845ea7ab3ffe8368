using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Clears the connection pool when a prepared statement fails because a newer version has added a column. PostgreSQL rejects the statement once per
/// connection ("cached plan must not change result type"). With new connections, only one request or job fails.
/// </summary>
internal sealed class ChangedSchemaInterceptor(NpgsqlDataSource source) : DbCommandInterceptor
{
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Exception is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" })
        {
            source.Clear();
        }

        return Task.CompletedTask;
    }
}
