using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// Admits files while a worker is free and the memory budget suffices. Accounts take turns, and each account's files run in arrival order. Accounts with
/// recent timeouts come last.
/// </summary>
/// <remarks>
/// Slow files do not block other accounts: an account never gets the last worker or the last quarter of the memory. It gets a second worker only while no other
/// account, slow accounts aside, waits for its first. Files of <see cref="RenderAccounts.Background"/> run one at a time while there is no other work.
/// </remarks>
/// <param name="workers">The maximum number of concurrent files of one account; all accounts together have one more.</param>
/// <param name="budgetBytes">The memory budget in bytes.</param>
/// <param name="maxWaiting">The maximum number of waiting files.</param>
/// <param name="clock">Measures running and waiting times.</param>
internal sealed class RenderQueue(int workers, long budgetBytes, int maxWaiting, TimeProvider clock)
{
    private readonly TimeProvider clock = clock;

    /// <summary>The maximum waiting time, after which a file is rejected and may be sent again.</summary>
    internal static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>The running time after which a file may have to give its worker to another account. The file is then rendered again later.</summary>
    internal static readonly TimeSpan YieldAfter = TimeSpan.FromSeconds(2);

    // An account with this number of timeouts within the period counts as slow.
    private const int MaxTimeouts = 3;
    private static readonly TimeSpan TimeoutsKeptFor = TimeSpan.FromMinutes(10);

    // How often small files of other accounts may overtake a large file that waits for memory.
    private const int MaxOvertaken = 20;

    private readonly Lock gate = new();
    private readonly LinkedList<Lane> lanes = new();

    /// <summary>
    /// The lane for background work. Its files run only while the other lanes are idle, do not count as waiting, and are never rejected.
    /// </summary>
    private readonly Lane background = new(RenderAccounts.Background);
    private readonly RecentDuration renderings = new(clock);

    // The times of each account's latest timeouts, oldest first, at most MaxTimeouts. Files that never got a worker do not count.
    private readonly Dictionary<Guid, Queue<long>> timeouts = [];
    private long heldBytes;
    private int yielding;
    private int running;
    private int waiting;

    /// <summary>The number of running and of waiting files, without waiting background work, and the reserved memory in bytes.</summary>
    internal (int Running, int Waiting, long HeldBytes) Load
    {
        get
        {
            lock (gate)
            {
                return (running, waiting, heldBytes);
            }
        }
    }

    /// <summary>The maximum memory of a single file, in bytes: three quarters of the budget.</summary>
    internal long MaxBytes => budgetBytes / 4 * 3;

    // The caller must hold the gate.
    private long FreeBytes => budgetBytes - heldBytes;

    /// <summary>Waits for admission.</summary>
    /// <param name="account">The account of the file.</param>
    /// <param name="bytes">The estimated memory of the work; at most <see cref="MaxBytes"/>.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <param name="isAgain">Whether the file has yielded its worker and is queued again. It then precedes the account's other files.</param>
    /// <returns>A ticket that the caller disposes when the work has ended.</returns>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.ServerBusy"/> if the queue is full and this account has the most waiting files, or if the file has waited for <see cref="MaxWait"/>.
    /// Never thrown for background work.
    /// </exception>
    internal async Task<Ticket> EnterAsync(Guid account, long bytes, CancellationToken cancellationToken, bool isAgain = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, MaxBytes);
        Waiting file;
        lock (gate)
        {
            var lane = account == background.Account ? background : lanes.FirstOrDefault(lane => lane.Account == account) ?? lanes.AddLast(new Lane(account)).Value;
            file = new Waiting(lane, bytes);
            if (isAgain)
            {
                lane.Files.AddFirst(file);
            }
            else
            {
                lane.Files.AddLast(file);
            }

            waiting += Weigh(lane);
            AdmitNext();
            if (waiting > maxWaiting && lane != background && !isAgain && !file.Admission.Task.IsCompleted)
            {
                // Rejects a file of the account with the most waiting files, so that one sender cannot block others.
                var most = lanes.MaxBy(other => other.Files.Count)!;
                var refused = most.Files.Count > lane.Files.Count ? most.Files.Last!.Value : file;
                Remove(refused);
                refused.Admission.SetException(Busy($"{running} images are being rendered and {waiting} wait, which is the limit. Send the file again later."));
            }
        }

        try
        {
            return await file.Admission.Task.WaitAsync(file.Lane == background ? Timeout.InfiniteTimeSpan : MaxWait, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!Leave(file))
            {
                (await file.Admission.Task).Dispose();
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw Busy($"The file has waited for {MaxWait.TotalSeconds} s and is not rendered yet. Send it again later.");
        }
    }

    /// <summary>Counts a timeout.</summary>
    internal void CountTimeout(Guid account)
    {
        lock (gate)
        {
            var times = timeouts.GetValueOrDefault(account) ?? (timeouts[account] = new Queue<long>());
            times.Enqueue(clock.GetTimestamp());
            if (times.Count > MaxTimeouts)
            {
                times.Dequeue();
            }

            foreach (var (other, its) in timeouts.ToList())
            {
                if (clock.GetElapsedTime(its.Last()) > TimeoutsKeptFor)
                {
                    timeouts.Remove(other);
                }
            }
        }
    }

    /// <summary>
    /// Whether a file must yield its worker to an account that waits for its first worker. After <see cref="YieldAfter"/>, this applies to files of slow
    /// accounts and to all but the first running file of other accounts, and to background work if another file waits for memory.
    /// </summary>
    internal bool ShouldYield(Ticket ticket)
    {
        lock (gate)
        {
            var lane = ticket.Lane;
            if (!ticket.IsYielding && clock.GetElapsedTime(ticket.Began) >= YieldAfter && (lane == background ? IsMemoryWanted() : IsWorkerWanted(ticket)))
            {
                yielding++;
                ticket.IsYielding = true;
            }

            return ticket.IsYielding;
        }
    }

    private bool IsMemoryWanted() => lanes.Any(lane => lane.Files.First is { } first && first.Value.Bytes > FreeBytes);

    private bool IsWorkerWanted(Ticket ticket) => (ticket.Lane.Tickets.First?.Value != ticket || IsSlow(ticket.Lane))
        && lanes.Count(other => other != ticket.Lane && other is { Running: 0, Files.Count: > 0 } && !IsSlow(other)) > yielding;

    // An estimate: by then the running files have finished and the first waiting file has a worker.
    private ProblemException Busy(string detail) => new(Problems.ServerBusy, detail) { RetryAfter = renderings.Longest };

    private bool Leave(Waiting file)
    {
        lock (gate)
        {
            if (file.Admission.Task.IsCompleted)
            {
                return false;
            }

            Remove(file);

            // A large file may have blocked others.
            AdmitNext();
            return true;
        }
    }

    private void Remove(Waiting file)
    {
        file.Lane.Files.Remove(file);
        waiting -= Weigh(file.Lane);
        RemoveIfIdle(file.Lane);
    }

    private void Release(Ticket ticket)
    {
        lock (gate)
        {
            var lane = ticket.Lane;
            running--;
            yielding -= ticket.IsYielding ? 1 : 0;
            lane.Tickets.Remove(ticket);
            heldBytes -= ticket.Bytes;
            lane.HeldBytes -= ticket.Bytes;
            RemoveIfIdle(lane);
            AdmitNext();
        }
    }

    /// <summary>The number by which a file of a lane changes the number of waiting files: 0 for background work, otherwise 1.</summary>
    private int Weigh(Lane lane) => lane == background ? 0 : 1;

    private void RemoveIfIdle(Lane lane)
    {
        if (lane is { Running: 0, Files.Count: 0 })
        {
            lanes.Remove(lane);
        }
    }

    private void AdmitNext()
    {
        while (running <= workers && (FindNext() ?? FindInBackground()) is { } file)
        {
            var lane = file.Lane;
            lane.Files.RemoveFirst();

            // Ends the lane's turn.
            if (lanes.Remove(lane))
            {
                lanes.AddLast(lane);
            }

            waiting -= Weigh(lane);
            running++;
            heldBytes += file.Bytes;
            lane.HeldBytes += file.Bytes;
            file.Admission.SetResult(lane.Tickets.AddLast(new Ticket(this, lane, file.Bytes)).Value);
        }
    }

    private Waiting? FindInBackground() => running == 0 && waiting == 0 ? background.Files.First?.Value : null;

    private Waiting? FindNext()
    {
        List<Waiting> passed = [];
        foreach (var lane in lanes.OrderBy(IsSlow))
        {
            if (lane.Files.First?.Value is not { } first || lane.Running >= workers || lane.HeldBytes + first.Bytes > MaxBytes || MustWait(lane))
            {
                continue;
            }

            if (heldBytes + first.Bytes <= budgetBytes)
            {
                passed.ForEach(other => other.Overtaken++);
                return first;
            }

            if (first.Overtaken >= MaxOvertaken)
            {
                return null;
            }

            passed.Add(first);
        }

        return null;
    }

    private bool MustWait(Lane lane) => lanes.Any(other => other != lane && other.Files.Count > 0
        && ((lane.Running > 0 && other.Running == 0 && !IsSlow(other)) || (IsSlow(lane) && !IsSlow(other))));

    private bool IsSlow(Lane lane) =>
        timeouts.GetValueOrDefault(lane.Account) is { Count: MaxTimeouts } times && clock.GetElapsedTime(times.Peek()) <= TimeoutsKeptFor;

    /// <summary>The files of one account.</summary>
    internal sealed class Lane(Guid account)
    {
        internal Guid Account => account;

        internal LinkedList<Waiting> Files { get; } = new();

        /// <summary>The account's files with a worker, in order of admission.</summary>
        internal LinkedList<Ticket> Tickets { get; } = new();

        internal int Running => Tickets.Count;

        internal long HeldBytes { get; set; }
    }

    internal sealed class Waiting(Lane lane, long bytes)
    {
        internal Lane Lane => lane;

        internal long Bytes => bytes;

        internal int Overtaken { get; set; }

        // Continuations must not run under the lock.
        internal TaskCompletionSource<Ticket> Admission { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The admission of one file.</summary>
    internal sealed class Ticket : IDisposable
    {
        private readonly RenderQueue queue;
        private readonly IDisposable rendering;
        private int released;

        internal Ticket(RenderQueue queue, Lane lane, long bytes)
        {
            this.queue = queue;
            Lane = lane;
            rendering = queue.renderings.Begin();
            Began = queue.clock.GetTimestamp();
            Bytes = bytes;
            FreeBytes = queue.FreeBytes;
        }

        internal Lane Lane { get; }

        /// <summary>The timestamp of the admission.</summary>
        internal long Began { get; }

        /// <summary>Whether the file has been told to yield its worker.</summary>
        internal bool IsYielding { get; set; }

        /// <summary>The memory reserved for the file, in bytes.</summary>
        internal long Bytes { get; }

        /// <summary>The free part of the budget at admission, in bytes.</summary>
        internal long FreeBytes { get; }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
            {
                rendering.Dispose();
                queue.Release(this);
            }
        }
    }
}
