using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>
/// Those who wait for a hash, in the order in which they came. Only the first of a queue asks for the turn that all queues share, so that a
/// long queue delays the others by one hash at most.
/// </summary>
/// <param name="turn">Whoever holds it hashes.</param>
/// <param name="clock">The time.</param>
internal sealed class HashQueue(SemaphoreSlim turn, TimeProvider clock) : IDisposable
{
    private const int MaxWaiting = 20;

    // The one that hashes, and half of those that wait.
    private const int MaxOfOneAddress = 1 + (MaxWaiting / 2);

    private readonly SemaphoreSlim turn = turn;
    private readonly SemaphoreSlim first = new(1);
    private readonly RecentDuration turns = new(clock);

    // By address, the one that hashes included.
    private readonly Dictionary<string, int> queued = new(StringComparer.Ordinal);

    /// <summary>Waits until no other hash runs.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ServerBusy"/> when too many wait already.</exception>
    public async Task<IDisposable> WaitForTurnAsync(string address, CancellationToken cancellationToken)
    {
        Enter(address);
        try
        {
            await first.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(address);
            throw;
        }

        // The other queue's hash is a part of the time that a turn takes here.
        var own = new Turn(this, address);
        try
        {
            await turn.WaitAsync(cancellationToken);
            own.HasTurn = true;
            return own;
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    public void Dispose() => first.Dispose();

    private void Enter(string address)
    {
        lock (queued)
        {
            var own = queued.GetValueOrDefault(address);
            var all = queued.Values.Sum();
            if (own == MaxOfOneAddress || all == MaxWaiting + 1)
            {
                throw new ProblemException(Problems.ServerBusy, $"{all} passwords are being checked; try again in a moment.")
                {
                    // By then those who wait now have had their turns.
                    RetryAfter = turns.Longest * all,
                };
            }

            queued[address] = own + 1;
        }
    }

    private void Leave(string address)
    {
        lock (queued)
        {
            if (--queued[address] == 0)
            {
                queued.Remove(address);
            }
        }
    }

    private sealed class Turn(HashQueue queue, string address) : IDisposable
    {
        private readonly IDisposable run = queue.turns.Begin();
        private int isOver;

        /// <summary>Whether it holds the turn that all queues share.</summary>
        public bool HasTurn { get; set; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
            {
                run.Dispose();
                queue.Leave(address);
                if (HasTurn)
                {
                    queue.turn.Release();
                }

                queue.first.Release();
            }
        }
    }
}
