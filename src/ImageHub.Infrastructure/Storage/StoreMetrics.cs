using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageHub.Application.Observability;
using ImageHub.Application.Storage;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Measures the calls of the object store, in a histogram and a span for each call.</summary>
internal static class StoreMetrics
{
    private static readonly Histogram<double> Durations = Telemetry.CreateDuration(
        "imagehub.store.duration", "The time of calls of the object store, by operation and result.", 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10);

    /// <summary>Measures one call.</summary>
    /// <param name="operation">The operation, from a closed set.</param>
    /// <param name="call">The call.</param>
    public static async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call)
    {
        using var span = Telemetry.StartSpan("store " + operation);
        span?.SetTag("operation", operation);
        var begun = Stopwatch.GetTimestamp();
        var result = "failed";
        try
        {
            var answer = await call();
            result = "ok";
            return answer;
        }
        catch (OperationCanceledException)
        {
            result = "cancelled";
            throw;
        }
        catch (LostObjectException)
        {
            result = "lost";
            throw;
        }
        finally
        {
            if (result is "failed" or "lost")
            {
                span?.SetStatus(ActivityStatusCode.Error);
            }

            Durations.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new("operation", operation), new KeyValuePair<string, object?>("result", result));
        }
    }
}

/// <summary>
/// Measures the calls of a store that write, delete, check, or find lengths. <see cref="ObjectStream"/> measures the opening of an object, because its first
/// read opens the object. Other calls are not measured.
/// </summary>
internal sealed class MeasuredObjectStore(IObjectStore store) : IObjectStore, IDisposable
{
    public string Description => store.Description;

    public long? FreeBytes => store.FreeBytes;

    public Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken) =>
        MeasureAsync("put", () => store.PutAsync(objects, cancellationToken));

    public Stream OpenRead(string key, long length) => store.OpenRead(key, length);

    public Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        StoreMetrics.MeasureAsync("lengths", () => store.FindLengthsAsync(keys, cancellationToken));

    public Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false) => store.Presign(key, lifetime, contentType, isDescriptionOnly);

    public string? FindFile(string key, long length) => store.FindFile(key, length);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        MeasureAsync("delete", () => store.DeleteAsync(keys, cancellationToken));

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => MeasureAsync("check", () => store.CheckAsync(cancellationToken));

    public Task EnsureOwnAsync(CancellationToken cancellationToken) => store.EnsureOwnAsync(cancellationToken);

    public void Dispose() => (store as IDisposable)?.Dispose();

    private static Task<bool> MeasureAsync(string operation, Func<Task> call) => StoreMetrics.MeasureAsync(operation, async () =>
    {
        await call();
        return true;
    });
}
