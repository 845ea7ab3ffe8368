namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Lets transactions of this instance that lock the same rows run one after the other. A transaction waits here before it opens a connection. At the
/// database, each waiting transaction would occupy a connection of the pool, and readers would find none.
/// </summary>
internal sealed class Turns
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Row> rows = [];

    /// <summary>Waits until no other transaction has the turn for any of the rows.</summary>
    /// <param name="rowIds">The ids of the rows.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The turn, which ends when it is disposed.</returns>
    public async Task<IDisposable> TakeAsync(IEnumerable<Guid> rowIds, CancellationToken cancellationToken)
    {
        var turn = new Turn(this);
        try
        {
            // In one order, so that two transactions do not wait for each other.
            foreach (var rowId in rowIds.Distinct().Order())
            {
                await turn.AddAsync(rowId, cancellationToken);
            }

            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    private async Task EnterAsync(Guid rowId, CancellationToken cancellationToken)
    {
        Row row;
        lock (gate)
        {
            row = rows.TryGetValue(rowId, out var found) ? found : rows[rowId] = new Row();
            row.Users++;
        }

        try
        {
            await row.Turn.WaitAsync(cancellationToken);
        }
        catch
        {
            Forget(rowId, row);
            throw;
        }
    }

    private void Leave(Guid rowId)
    {
        Row row;
        lock (gate)
        {
            row = rows[rowId];
        }

        row.Turn.Release();
        Forget(rowId, row);
    }

    private void Forget(Guid rowId, Row row)
    {
        lock (gate)
        {
            if (--row.Users == 0)
            {
                rows.Remove(rowId);
                row.Turn.Dispose();
            }
        }
    }

    private sealed class Row
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>The number of transactions that have the turn or wait for it.</summary>
        public int Users { get; set; }
    }

    private sealed class Turn(Turns all) : IDisposable
    {
        private readonly List<Guid> held = [];

        public async Task AddAsync(Guid rowId, CancellationToken cancellationToken)
        {
            await all.EnterAsync(rowId, cancellationToken);
            held.Add(rowId);
        }

        public void Dispose()
        {
            held.ForEach(all.Leave);
            held.Clear();
        }
    }
}
