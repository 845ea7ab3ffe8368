using System.Data.Common;
using ImageHub.Application.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Storage;

/// <summary>Runs <see cref="ImageCheck"/>: one check per image at a time, shared by all callers, and few checks concurrently.</summary>
internal sealed class ImageCheckRunner(IServiceScopeFactory scopes, IObjectStore store, ObjectWatch watch, TimeProvider clock, ILogger<ImageCheckRunner> logger) : IDisposable
{
    /// <summary>How long a check's result is valid. It limits the cost of requests for lost bytes.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private const int MaxBelieved = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Task> underWay = [];
    private readonly Dictionary<Guid, long> checkedAt = [];

    // Each check holds a connection and a folder with the image's files.
    private readonly SemaphoreSlim slots = new(2);

    /// <summary>Checks an image's objects and restores lost ones, or waits for a running check.</summary>
    /// <exception cref="ProblemException">503 if the store or the disk is unavailable; the state is unknown.</exception>
    public Task RunAsync(Guid imageId)
    {
        lock (gate)
        {
            if (!underWay.TryGetValue(imageId, out var task))
            {
                // Not cancelled with the first caller: others wait for the check.
                underWay[imageId] = task = Task.Run(() => CheckAsync(imageId));
            }

            return task;
        }
    }

    /// <summary>As <see cref="RunAsync"/>, but continues with other images if one cannot be checked, unless the whole store is unavailable.</summary>
    /// <exception cref="ProblemException">The store is unavailable.</exception>
    public async Task TryRunAsync(Guid imageId, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(imageId);
        }
        catch (Exception exception) when (exception is not DbException)
        {
            logger.LogWarning("The objects of image {Id} could not be checked: {Reason}", imageId, exception.Message);
            await store.CheckAsync(cancellationToken);
        }
    }

    /// <summary>As <see cref="RunAsync"/>, unless a check has just ended.</summary>
    public Task RunAgainAsync(Guid imageId) => WasJustRun(imageId) ? Task.CompletedTask : RunAsync(imageId);

    /// <summary>Whether a check of an image has just ended, so that a row read before is outdated.</summary>
    public bool WasJustRun(Guid imageId)
    {
        lock (gate)
        {
            return checkedAt.TryGetValue(imageId, out var at) && clock.GetElapsedTime(at) < Believed;
        }
    }

    public void Dispose() => slots.Dispose();

    private async Task CheckAsync(Guid imageId)
    {
        try
        {
            await slots.WaitAsync();
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(imageId);
            }
            finally
            {
                slots.Release();
            }

            // The check is recorded before the suspicion is removed: a request that no longer finds the suspicion finds the finished check.
            lock (gate)
            {
                if (checkedAt.Count >= MaxBelieved)
                {
                    checkedAt.Clear();
                }

                checkedAt[imageId] = clock.GetTimestamp();
            }

            watch.Clear(imageId);
        }
        finally
        {
            lock (gate)
            {
                underWay.Remove(imageId);
            }
        }
    }
}
