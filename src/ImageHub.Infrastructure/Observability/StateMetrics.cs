using System.Diagnostics.Metrics;
using ImageHub.Application.Database;
using ImageHub.Application.Observability;
using ImageHub.Application.Uploads;
using ImageHub.Infrastructure.Delivery;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Observability;

/// <summary>Metrics that are read from the program's state when they are collected. Their meter belongs to one server.</summary>
internal sealed class StateMetrics : IHostedService, IDisposable
{
    private readonly Meter meter = new(Telemetry.Name);
    private readonly DataDirectory data;

    public StateMetrics(IServiceProvider services, WorkerDispatcher workers, KeptAnswers kept, DataDirectory data, DatabaseState state, TimeProvider clock, ILogger<StateMetrics> logger)
    {
        this.data = data;
        meter.CreateObservableGauge("imagehub.render.running", () => workers.Load.Running, unit: null, "Files that are being rendered.");
        meter.CreateObservableGauge("imagehub.render.waiting", () => workers.Load.Waiting, unit: null, "Files that wait for a worker, without background work.");
        meter.CreateObservableGauge("imagehub.render.memory", () => workers.Load.HeldBytes, "By", "Memory reserved for renderings, at most Imaging__MemoryBudgetBytes.");
        meter.CreateObservableGauge("imagehub.kept.answers", () => kept.Use.Count, unit: null, "Cached responses in memory.");
        meter.CreateObservableGauge("imagehub.kept.size", () => kept.Use.Bytes, "By", "Memory of cached responses, at most Delivery__KeptBytes.");
        meter.CreateObservableCounter("imagehub.kept.lookups", () => Lookups(kept.Use), unit: null, "Lookups of cached responses by result: hit or miss.");
        meter.CreateObservableCounter("imagehub.kept.dropped", () => kept.Use.Dropped, unit: null, "Cached responses dropped because their data changed.");
        meter.CreateObservableCounter("imagehub.kept.evicted", () => kept.Use.Evicted, unit: null, "Cached responses evicted to make room.");
        meter.CreateObservableGauge("imagehub.disk.free", () => Disk(drive => drive.AvailableFreeSpace), "By", "Free space on the disk of the data directory, and on that of its folder objects if it is another disk.");
        meter.CreateObservableGauge("imagehub.disk.size", () => Disk(drive => drive.TotalSize), "By", "Size of these disks.");
        meter.CreateObservableGauge("imagehub.database.prepared", () => state.IsPrepared ? 1 : 0, unit: null, "1 if the database has the current schema.");
        var facts = new DatabaseFacts(services.GetRequiredService<NpgsqlDataSource>, state, clock, logger);
        Report("imagehub.trash.images", "trash.images", tag: null, unit: null, "Images in the trash, up to 100,000.");
        Report("imagehub.trash.size", "trash.bytes", tag: null, "By", "Size of up to 100,000 images in the trash.");
        Report("imagehub.backlog", "backlog", "kind", unit: null, "Work that waits, by kind, up to 100,000: renditions (large, alternates), comparisons, webhooks, announced uploads.");
        Report("imagehub.objects.damaged", "damaged", tag: null, unit: null, "Objects that are lost and cannot be made again.");
        Report("imagehub.backup.last", "backup.at", tag: null, "s", "The time of the last finished backup, in seconds since 1970; absent if there is none.");
        Report("imagehub.backup.lost", "backup.lost", tag: null, unit: null, "Objects that the last backup lacks, because the store has lost them.");
        Report("imagehub.job.last.run", "job", "job_name", "s", "The time of the last start of each job on any instance, in seconds since 1970.");

        void Report(string name, string fact, string? tag, string? unit, string description) => meter.CreateObservableGauge(
            name,
            () => facts.Find(fact).Select(found => tag is null ? new Measurement<double>(found.Value) : new Measurement<double>(found.Value, new KeyValuePair<string, object?>(tag, found.Tag))),
            unit,
            description);
    }

    /// <summary>Begins counters at zero, because Prometheus cannot tell the first event of a new time series from an old one.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        RenderMetrics.BeginCounts();
        UploadCounts.BeginCounts();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    private static Measurement<long>[] Lookups(AnswerSetUse use) =>
        [new(use.Hits, new KeyValuePair<string, object?>("result", "hit")), new(use.Misses, new KeyValuePair<string, object?>("result", "miss"))];

    private IEnumerable<Measurement<long>> Disk(Func<DriveInfo, long> read)
    {
        try
        {
            (string Disk, string Path)[] folders = [("data", data.Path), ("objects", Path.Combine(data.Path, "objects"))];
            return [.. folders
                .Where(folder => Directory.Exists(folder.Path))
                .DistinctBy(folder => FindMountPoint(folder.Path), StringComparer.Ordinal)
                .Select(folder => new Measurement<long>(read(new DriveInfo(folder.Path)), new KeyValuePair<string, object?>("disk", folder.Disk)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The metric is absent while a disk cannot be queried.
            return [];
        }
    }

    private static string? FindMountPoint(string folder)
    {
        var path = (new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder) + Path.DirectorySeparatorChar;
        return DriveInfo.GetDrives()
            .Select(drive => Path.EndsInDirectorySeparator(drive.Name) ? drive.Name : drive.Name + Path.DirectorySeparatorChar)
            .Where(point => path.StartsWith(point, StringComparison.Ordinal))
            .MaxBy(point => point.Length);
    }
}

/// <summary>Registers metrics of the program's state.</summary>
public static class ObservabilityServices
{
    /// <summary>Adds metrics that are read from the program's state when they are collected.</summary>
    public static IServiceCollection AddStateMetrics(this IServiceCollection services) => services.AddHostedService<StateMetrics>();
}
