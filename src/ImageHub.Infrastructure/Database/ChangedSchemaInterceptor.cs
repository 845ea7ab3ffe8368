using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Renews all connections after a newer version has added a column to a table of a prepared statement: PostgreSQL then rejects the statement once on each
/// connection ("cached plan must not change result type"). So only one request or job fails.
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
