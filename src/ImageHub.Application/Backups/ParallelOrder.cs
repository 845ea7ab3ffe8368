using System.Runtime.CompilerServices;

namespace ImageHub.Application.Backups;

/// <summary>Works on several items at a time, because a disk or a bucket answers several requests faster than one after the other.</summary>
internal static class ParallelOrder
{
    private const int MaxRunning = 16;

    /// <summary>Maps items, up to 16 at a time.</summary>
    /// <returns>The results in the order of the items.</returns>
    public static async IAsyncEnumerable<TResult> SelectInOrderAsync<T, TResult>(
        this IAsyncEnumerable<T> items, Func<T, CancellationToken, Task<TResult>> map, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Task<TResult>>();
        try
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                if (running.Count == MaxRunning)
                {
                    yield return await running.Dequeue();
                }

                running.Enqueue(Task.Run(() => map(item, stop.Token), CancellationToken.None));
            }

            while (running.TryDequeue(out var next))
            {
                yield return await next;
            }
        }
        finally
        {
            // After a failure, nothing may go on writing.
            await stop.CancelAsync();
            await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
