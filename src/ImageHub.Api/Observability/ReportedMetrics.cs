using System.Diagnostics.Metrics;
using ImageHub.Application.Observability;
using OpenTelemetry.Metrics;

namespace ImageHub.Api.Observability;

/// <summary>
/// The metrics of the framework, the runtime and Npgsql that are reported, with their tags. Other instruments and tags are dropped: addresses, protocols and
/// connection pools would multiply the time series, and some contain names of servers.
/// </summary>
internal static class ReportedMetrics
{
    /// <summary>The meters.</summary>
    public static readonly string[] Meters = [Telemetry.Name, "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    private static readonly Dictionary<string, MetricStreamConfiguration> Foreign = new(StringComparer.Ordinal)
    {
        ["kestrel.active_connections"] = With(),
        ["db.client.operation.duration"] = new ExplicitBucketHistogramConfiguration { TagKeys = [], Boundaries = [0.002, 0.01, 0.05, 0.25, 1, 2.5, 10] },
        ["db.client.operation.failed"] = With(),
        ["db.client.connection.count"] = With("db.client.connection.state"),
        ["db.client.connection.npgsql.pending_requests"] = With(),
        ["db.client.connection.npgsql.timeouts"] = With(),
        ["dotnet.process.cpu.time"] = With("cpu.mode"),
        ["dotnet.process.memory.working_set"] = With(),
        ["dotnet.gc.last_collection.memory.committed_size"] = With(),
        ["dotnet.gc.pause.time"] = With(),
    };

    /// <summary>The stream of an instrument; null for the default one.</summary>
    public static MetricStreamConfiguration? Find(Instrument instrument) =>
        instrument.Meter.Name == Telemetry.Name ? null : Foreign.GetValueOrDefault(instrument.Name, MetricStreamConfiguration.Drop);

    private static MetricStreamConfiguration With(params string[] tags) => new() { TagKeys = tags };
}
