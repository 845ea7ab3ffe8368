using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Faults;

/// <summary>Points of the database connection: after changed rows, and around a commit.</summary>
internal static class PointTransactions
{
    /// <summary>Creates the interceptors.</summary>
    public static IInterceptor[] Create(Passings passings) => [new Rows(passings), new Commits(passings)];

    private static NpgsqlException Broken() => new("The connection is broken.", new IOException("Connection reset by peer"));

    private sealed class Rows(Passings passings) : DbCommandInterceptor
    {
        private static readonly string[] Changes = ["INSERT ", "UPDATE ", "DELETE "];

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            await PassAsync(command);
            return result;
        }

        public override async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            await PassAsync(command);
            return result;
        }

        private Task PassAsync(DbCommand command)
        {
            if (command.Transaction is not null && Array.Exists(Changes, change => command.CommandText.Contains(change, StringComparison.Ordinal)))
            {
                passings.Pass(WritePoint.Row, Broken);
            }

            return Task.CompletedTask;
        }
    }

    private sealed class Commits(Passings passings) : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            passings.Pass(WritePoint.Commit, Broken);
            return ValueTask.FromResult(result);
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            passings.Pass(WritePoint.Committed, Broken);
            return Task.CompletedTask;
        }
    }
}
