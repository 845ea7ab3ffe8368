using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Storage;

/// <summary>Runs <see cref="ImageCheck"/>. Concurrent callers share one check of an image, and only a few checks run at the same time.</summary>
internal sealed class ImageCheckRunner(IServiceScopeFactory scopes, IObjectStore store, ObjectWatch watch, TimeProvider clock, ILogger<ImageCheckRunner> logger) : IDisposable
{
    /// <summary>How long a check's result is valid. During this time, further requests for lost bytes cause no further check.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private const int MaxBelieved = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Task> underWay = [];
    private readonly Dictionary<Guid, long> checkedAt = [];

    // Each check uses a connection and a folder with the image's files.
    private readonly SemaphoreSlim slots = new(2);

    /// <summary>Checks an image's objects and restores lost ones, or waits for a running check.</summary>
    /// <exception cref="ProblemException">503 if the store or the disk is unavailable; the state is unknown.</exception>
    public Task RunAsync(Guid imageId)
    {
        lock (gate)
        {
            if (!underWay.TryGetValue(imageId, out var task))
            {
                // The check is not cancelled with its first caller, because other callers may wait for it.
                underWay[imageId] = task = Task.Run(() => CheckAsync(imageId));
            }

            return task;
        }
    }

    /// <summary>
    /// Like <see cref="RunAsync"/>, but logs a failure, so that the caller can continue with other images. Throws if the store or the database is
    /// unavailable.
    /// </summary>
    /// <exception cref="ProblemException">The store is unavailable.</exception>
    public async Task TryRunAsync(Guid imageId, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(imageId);
        }
        catch (Exception exception) when (DatabaseOutage.IsProtocolError(exception) || !DatabaseOutage.Explains(exception))
        {
            logger.LogWarning(exception is ProblemException ? null : exception, "The objects of image {Id} could not be checked: {Reason}", imageId, exception.Message);
            await store.CheckAsync(cancellationToken);
        }
    }

    /// <summary>Like <see cref="RunAsync"/>, but does nothing if the result of the last check is still valid.</summary>
    public Task RunAgainAsync(Guid imageId) => WasJustRun(imageId) ? Task.CompletedTask : RunAsync(imageId);

    /// <summary>Whether the result of an image's last check is still valid. A row that was read before the check may be outdated.</summary>
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
                await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(imageId, new ImageCheckOptions(RenderAccounts.Admins));
            }
            finally
            {
                slots.Release();
            }

            // The time is recorded before the image stops being suspect. A request that no longer finds the image suspect therefore finds the recorded time.
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
