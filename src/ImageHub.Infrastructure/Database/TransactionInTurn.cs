using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Infrastructure.Database;

/// <summary>A transaction that ends its turn when it is committed or disposed. Ending a turn twice has no effect.</summary>
internal sealed class TransactionInTurn(IDbContextTransaction transaction, IDisposable turn) : IDbContextTransaction
{
    public Guid TransactionId => transaction.TransactionId;

    public bool SupportsSavepoints => transaction.SupportsSavepoints;

    public void Commit()
    {
        transaction.Commit();
        turn.Dispose();
    }

    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await transaction.CommitAsync(cancellationToken);
        turn.Dispose();
    }

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
