using System.Data.Common;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Images;

/// <summary>Runs <see cref="ImageCheck"/>: for one image once at a time, whoever asks for it, and for few images at once.</summary>
internal sealed class ImageChecks(IServiceScopeFactory scopes, IObjectStore store, ObjectWatch watch, TimeProvider clock, ILogger<ImageChecks> logger) : IDisposable
{
    /// <summary>How long what a check has found is believed. It limits what requests for lost bytes cost.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private const int MaxBelieved = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Task> underWay = [];
    private readonly Dictionary<Guid, long> checkedAt = [];

    // Each holds a connection, and a folder with the image's files.
    private readonly SemaphoreSlim slots = new(2);

    /// <summary>Checks an image's objects and makes again what is lost, or waits with those for whom that is being done.</summary>
    /// <exception cref="ProblemException">503 when the store or the disk cannot be used now: nothing has been found out.</exception>
    public Task RunAsync(Guid imageId)
    {
        lock (gate)
        {
            if (!underWay.TryGetValue(imageId, out var task))
            {
                // Not cancelled by whoever asked first: others wait for it, and it will be asked for again.
                underWay[imageId] = task = Task.Run(() => CheckAsync(imageId));
            }

            return task;
        }
    }

    /// <summary>As <see cref="RunAsync"/>. An image that cannot be checked does not keep others from their turn, unless the whole store is away.</summary>
    /// <exception cref="ProblemException">The store is away.</exception>
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

    /// <summary>As <see cref="RunAsync"/>, unless that was a moment ago.</summary>
    public Task RunAgainAsync(Guid imageId) => WasJustRun(imageId) ? Task.CompletedTask : RunAsync(imageId);

    /// <summary>Whether a check of an image ended a moment ago: a row that was read before it is out of date.</summary>
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

            // In this order: a request that no longer sees the suspicion sees that there was a check.
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
