using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>
/// A queue of requests that wait to hash a password. Known callers and strangers alternate. Within each of these lanes, the account or address with the fewest
/// recent hashes is next, so neither guessing from many addresses nor a busy account blocks others.
/// </summary>
/// <remarks>Only one request of a queue waits for the shared semaphore, so a long queue delays other queues by at most one hash.</remarks>
/// <param name="turn">The semaphore shared by all queues; its holder may hash.</param>
/// <param name="clock">The time.</param>
internal sealed class HashQueue(SemaphoreSlim turn, TimeProvider clock)
{
    private const int MaxWaiting = 20;

    /// <summary>The number of places reserved for known callers.</summary>
    private const int KeptForKnown = 5;

    // The running request and half of the waiting requests.
    private const int MaxOfOneAddress = 1 + (MaxWaiting / 2);

    private readonly SemaphoreSlim turn = turn;
    private readonly Lock gate = new();
    private readonly RecentDuration turns = new(clock);
    private readonly RecentHashes recent = new(clock);

    // In order of arrival, without the running request.
    private readonly List<Waiter> waiting = [];
    private Waiter? active;
    private bool wasKnown;

    /// <summary>Waits until no other hash runs.</summary>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.ServerBusy"/> if the queue is full, if too many requests of the caller wait, or if a later request takes this request's place.
    /// </exception>
    public async Task<IDisposable> WaitForTurnAsync(HashCaller caller, CancellationToken cancellationToken)
    {
        var own = Enter(caller);
        try
        {
            await own.Called.Task.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(own);
            throw;
        }

        // The measured time includes waiting for the other queue's hash, because later requests wait for it too.
        var held = new Turn(this, own);
        try
        {
            await turn.WaitAsync(cancellationToken);
            held.HasTurn = true;
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private Waiter Enter(HashCaller caller)
    {
        lock (gate)
        {
            var own = new Waiter(caller);
            if (active is null)
            {
                Call(own);
                return own;
            }

            // A known caller and strangers at the same address are counted separately.
            var ofAddress = waiting.Append(active).Count(other => other.Caller == caller);
            if (ofAddress == MaxOfOneAddress || (IsFull(caller.IsKnown) && !TryReplace(own)))
            {
                throw Busy();
            }

            waiting.Add(own);
            return own;
        }
    }

    private bool IsFull(bool isKnown) =>
        waiting.Count == MaxWaiting || (!isKnown && waiting.Count(other => !other.Caller.IsKnown) == MaxWaiting - KeptForKnown);

    /// <summary>
    /// Removes the latest request of the account or address that uses the queue most. Known callers replace strangers. Within a lane, nothing is removed if the
    /// added request's account or address would then use the queue more than the removed request's.
    /// </summary>
    private bool TryReplace(Waiter added)
    {
        var own = UseOf(added);
        var replaced = waiting.AsEnumerable().Reverse()
            .Where(other => other.Caller.IsKnown == added.Caller.IsKnown ? UseOf(other) > own + 1 : added.Caller.IsKnown)
            .OrderBy(other => other.Caller.IsKnown).ThenByDescending(UseOf).FirstOrDefault();
        if (replaced is null)
        {
            return false;
        }

        waiting.Remove(replaced);
        replaced.Called.TrySetException(Busy());
        return true;
    }

    /// <summary>The number of recent hashes and waiting requests of a request's account or address.</summary>
    private int UseOf(Waiter one)
    {
        var key = KeyOf(one.Caller);
        return recent.Count(key) + waiting.Count(other => KeyOf(other.Caller) == key);
    }

    private ProblemException Busy() => new(Problems.ServerBusy, $"{waiting.Count + 1} passwords are being checked or are waiting; try again in a moment.")
    {
        // An estimate: by then all waiting requests have had their turns.
        RetryAfter = turns.Longest * (waiting.Count + 1),
    };

    private void Leave(Waiter own)
    {
        lock (gate)
        {
            if (active == own)
            {
                active = null;
                CallNext();
            }
            else
            {
                waiting.Remove(own);
            }
        }
    }

    private void CallNext()
    {
        // The lanes alternate. If one is empty, the other goes again.
        var known = FindNext(isKnown: true);
        var stranger = FindNext(isKnown: false);
        if ((wasKnown ? stranger ?? known : known ?? stranger) is { } next)
        {
            waiting.Remove(next);
            Call(next);
        }
    }

    private Waiter? FindNext(bool isKnown) => waiting.Where(waiter => waiter.Caller.IsKnown == isKnown).MinBy(waiter => recent.Count(KeyOf(waiter.Caller)));

    private static string KeyOf(HashCaller caller) => caller.KnownAs?.ToString() ?? caller.Address;

    private void Call(Waiter next)
    {
        (active, wasKnown) = (next, next.Caller.IsKnown);
        recent.Add(KeyOf(next.Caller));
        next.Called.TrySetResult();
    }

    /// <param name="Caller">The request's caller.</param>
    private sealed record Waiter(HashCaller Caller)
    {
        public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Turn(HashQueue queue, Waiter waiter) : IDisposable
    {
        private readonly IDisposable run = queue.turns.Begin();
        private int isOver;

        /// <summary>Whether the request holds the shared semaphore.</summary>
        public bool HasTurn { get; set; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
            {
                run.Dispose();
                if (HasTurn)
                {
                    queue.turn.Release();
                }

                queue.Leave(waiter);
            }
        }
    }

    /// <summary>
    /// Counts the hashes of each account and each stranger's address in the last one to two minutes. Hashing is slow, so the table stays small regardless of
    /// the number of requests.
    /// </summary>
    private sealed class RecentHashes(TimeProvider clock)
    {
        private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

        private Dictionary<string, int> current = new(StringComparer.Ordinal);
        private Dictionary<string, int> previous = new(StringComparer.Ordinal);
        private long began = clock.GetTimestamp();

        public int Count(string key)
        {
            Forget();
            return current.GetValueOrDefault(key) + previous.GetValueOrDefault(key);
        }

        public void Add(string key)
        {
            Forget();
            current[key] = current.GetValueOrDefault(key) + 1;
        }

        private void Forget()
        {
            var age = clock.GetElapsedTime(began);
            if (age > Period)
            {
                previous = age > 2 * Period ? new Dictionary<string, int>(StringComparer.Ordinal) : current;
                current = new Dictionary<string, int>(StringComparer.Ordinal);
                began = clock.GetTimestamp();
            }
        }
    }
}
