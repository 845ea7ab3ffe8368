using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Infrastructure.Database;

/// <summary>A transaction that ends its turn when it is disposed.</summary>
internal sealed class TransactionInTurn(IDbContextTransaction transaction, IDisposable turn) : IDbContextTransaction
{
    public Guid TransactionId => transaction.TransactionId;

    public bool SupportsSavepoints => transaction.SupportsSavepoints;

    public void Commit() => transaction.Commit();

    public Task CommitAsync(CancellationToken cancellationToken = default) => transaction.CommitAsync(cancellationToken);

    public void Rollback() => transaction.Rollback();

    public Task RollbackAsync(CancellationToken cancellationToken = default) => transaction.RollbackAsync(cancellationToken);

    public void Dispose()
    {
        try
        {
            transaction.Dispose();
        }
        finally
        {
            turn.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            turn.Dispose();
        }
    }
}
