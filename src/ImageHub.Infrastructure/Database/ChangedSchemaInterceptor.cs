using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Has all connections made anew when a newer version has added a column to what a prepared statement reads: PostgreSQL refuses the statement
/// then, once on each connection ("cached plan must not change result type"). So it fails for one request or job, and not for the next.
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
