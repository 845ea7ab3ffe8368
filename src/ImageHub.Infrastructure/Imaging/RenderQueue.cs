using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// Admits renderings in the order they came, while a processor is free and what all of them hold fits the memory
/// budget. One that alone is larger than the budget waits until it is alone, and is not overtaken meanwhile.
/// </summary>
/// <param name="slots">Renderings at the same time.</param>
/// <param name="budgetBytes">Bytes that they may hold together.</param>
/// <param name="maxWaiting">Renderings that may wait.</param>
/// <param name="clock">Measures how long they take.</param>
internal sealed class RenderQueue(int slots, long budgetBytes, int maxWaiting, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> queue = new();
    private readonly RecentDuration renderings = new(clock);
    private long heldBytes;
    private int running;

    /// <summary>Waits for admission.</summary>
    /// <param name="bytes">What the rendering will hold.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>To be disposed when the rendering has ended.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.ServerBusy"/> when as many wait as may.</exception>
    internal async Task<IDisposable> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new Waiting(Math.Min(bytes, budgetBytes));
        lock (gate)
        {
            if (queue.Count == 0 && Fits(waiting))
            {
                return Admit(waiting);
            }

            if (queue.Count >= maxWaiting)
            {
                throw new ProblemException(Problems.ServerBusy, $"{running} images are being rendered and {queue.Count} wait, which is the limit. Send the file again later.")
                {
                    // By then those that run now have ended, and the first of those that wait has left the queue.
                    RetryAfter = renderings.Longest,
                };
            }

            queue.AddLast(waiting);
        }

        await using (cancellationToken.UnsafeRegister(_ => Leave(waiting, cancellationToken), state: null))
        {
            return await waiting.Admission.Task;
        }
    }

    private bool Fits(Waiting waiting) => running < slots && heldBytes + waiting.Bytes <= budgetBytes;

    private Ticket Admit(Waiting waiting)
    {
        running++;
        heldBytes += waiting.Bytes;
        return new Ticket(this, waiting.Bytes);
    }

    private void Leave(Waiting waiting, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!queue.Remove(waiting))
            {
                return;
            }

            // The one that left may have been the large one that the others stood behind.
            AdmitNext();
        }

        waiting.Admission.TrySetCanceled(cancellationToken);
    }

    private void Release(long bytes)
    {
        lock (gate)
        {
            running--;
            heldBytes -= bytes;
            AdmitNext();
        }
    }

    private void AdmitNext()
    {
        while (queue.First is { } first && Fits(first.Value))
        {
            queue.RemoveFirst();
            first.Value.Admission.SetResult(Admit(first.Value));
        }
    }

    private sealed class Waiting(long bytes)
    {
        internal long Bytes { get; } = bytes;

        // Continuations must not run under the lock.
        internal TaskCompletionSource<IDisposable> Admission { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Ticket(RenderQueue queue, long bytes) : IDisposable
    {
        private readonly IDisposable rendering = queue.renderings.Begin();
        private int released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
            {
                rendering.Dispose();
                queue.Release(bytes);
            }
        }
    }
}
