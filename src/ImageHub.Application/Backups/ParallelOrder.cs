using System.Runtime.CompilerServices;

namespace ImageHub.Application.Backups;

/// <summary>Processes several items concurrently, because disks and buckets serve concurrent requests faster than sequential ones.</summary>
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
            // After a failure, no task may continue to write.
            await stop.CancelAsync();
            await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
