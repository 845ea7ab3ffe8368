using System.Diagnostics.Metrics;
using ImageHub.Application.Observability;

namespace ImageHub.Api.Requests;

/// <summary>
/// Measures requests by method, route and status, with the names of OpenTelemetry's conventions. The framework's own meter has twice as many tags, and a
/// second instrument that each request updates twice.
/// </summary>
/// <remarks>
/// Requests are recorded in batches, because recording one request among others takes ten times as long: the threads wait for the lock of the same time series,
/// and its data are in no cache of the processor (ADR 80).
/// </remarks>
internal static class RequestDurations
{
    private const string OtherMethod = "_OTHER";
    private const int MaxStatus = 599;
    private const int BatchSize = 64;

    private static readonly Histogram<double> Durations = Telemetry.CreateDuration(
        "http.server.request.duration", "The time of requests, by method, route and status.", 0.002, 0.01, 0.05, 0.25, 1, 2.5, 10);

    private static readonly object[] Statuses = [.. Enumerable.Range(0, MaxStatus + 1).Cast<object>()];

    /// <summary>The methods that this server knows; clients may send any text as a method.</summary>
    private static readonly HashSet<string> Methods = new(
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK"], StringComparer.Ordinal);

    /// <summary>A batch for each processor, so that threads rarely wait for each other.</summary>
    private static readonly Batch[] Batches = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Batch())];

    static RequestDurations() =>
        // A reader calls the observable instruments before it reads the others. This one has no values.
        Telemetry.Meter.CreateObservableCounter("imagehub.request.batches", RecordAll, unit: null, "Has no values: its reading records the requests in batches.");

    /// <summary>Whether anything reads the durations.</summary>
    public static bool IsEnabled => Durations.Enabled;

    /// <summary>Records a request at the latest when the metrics are read.</summary>
    /// <param name="method">The method as sent.</param>
    /// <param name="route">The route's template.</param>
    /// <param name="status">The response's status.</param>
    /// <param name="duration">The time of the request.</param>
    public static void Record(string method, string route, int status, TimeSpan duration) =>
        Batches[Thread.GetCurrentProcessorId() % Batches.Length].Add(
            new Request(Methods.TryGetValue(method, out var known) ? known : OtherMethod, route, status, duration));

    private static IEnumerable<Measurement<long>> RecordAll()
    {
        foreach (var batch in Batches)
        {
            batch.Record();
        }

        return [];
    }

    private readonly record struct Request(string Method, string Route, int Status, TimeSpan Duration);

    private sealed class Batch
    {
        private readonly Lock gate = new();
        private readonly Request[] requests = new Request[BatchSize];
        private int count;

        public void Add(in Request request)
        {
            lock (gate)
            {
                requests[count++] = request;
                if (count == BatchSize)
                {
                    RecordLocked();
                }
            }
        }

        public void Record()
        {
            lock (gate)
            {
                RecordLocked();
            }
        }

        private void RecordLocked()
        {
            var batch = requests.AsSpan(0, count);
            count = 0;
            foreach (var (method, route, status, duration) in batch)
            {
                Durations.Record(
                    duration.TotalSeconds,
                    new("http.request.method", method),
                    new("http.response.status_code", Statuses[Math.Clamp(status, 0, MaxStatus)]),
                    new KeyValuePair<string, object?>("http.route", route));
            }
        }
    }
}
