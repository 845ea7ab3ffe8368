using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ImageHub.Infrastructure.Database;

/// <summary>Counts the statements and commits that the database has completed. A request during which the count does not grow has changed nothing.</summary>
internal sealed class StatementCount : DbCommandInterceptor, IDbTransactionInterceptor
{
    private long value;

    /// <summary>The statements and commits of this process so far.</summary>
    public long Value => Interlocked.Read(ref value);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) => Count(result);

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) => Count(result);

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) => Count(result);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref value);
        return Task.CompletedTask;
    }

    private ValueTask<T> Count<T>(T result)
    {
        Interlocked.Increment(ref value);
        return ValueTask.FromResult(result);
    }
}
