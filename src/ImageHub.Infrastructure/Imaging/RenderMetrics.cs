using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageHub.Application.Observability;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Measures renderings and counts ended workers.</summary>
internal static class RenderMetrics
{
    private static readonly Histogram<double> Waits = Telemetry.CreateDuration(
        "imagehub.render.wait", "The time that files wait for a worker.", 0.01, 0.1, 0.5, 1, 5, 15, 30);

    private static readonly Histogram<double> Durations = Telemetry.CreateDuration(
        "imagehub.render.duration", "The time that workers take for a file, by the file's format and what is rendered.", 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60);

    private static readonly Counter<long> Ended = Telemetry.Meter.CreateCounter<long>(
        "imagehub.render.workers.ended", unit: null, "Ended render workers by reason; only crashed, time and memory are caused by a file.");

    /// <summary>Records the time that a file has waited for a worker.</summary>
    public static void RecordWait(TimeSpan wait) => Waits.Record(wait.TotalSeconds);

    /// <summary>Counts an ended worker.</summary>
    public static void CountEnd(WorkerEnd end) => CountEnd(end, 1);

    /// <summary>Begins the counter of each reason at zero.</summary>
    public static void BeginCounts()
    {
        foreach (var end in Enum.GetValues<WorkerEnd>())
        {
            CountEnd(end, 0);
        }
    }

    private static void CountEnd(WorkerEnd end, int count) => Ended.Add(count, new KeyValuePair<string, object?>("reason", end switch
    {
        WorkerEnd.Idle => "idle",
        WorkerEnd.Room => "room",
        WorkerEnd.Grown => "grown",
        WorkerEnd.Yielded => "yielded",
        WorkerEnd.Cancelled => "cancelled",
        WorkerEnd.Time => "time",
        WorkerEnd.Memory => "memory",
        WorkerEnd.Crashed => "crashed",
        _ => "stopped",
    }));

    /// <summary>Measures a file's time on workers, in a histogram and a span.</summary>
    /// <param name="format">The file's format; null if unknown.</param>
    /// <param name="task">The task.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> MeasureAsync<T>(ImageFormat? format, WorkerTask task, Func<Task<T>> work)
    {
        var (name, variant) = (format?.Name() ?? "unknown", VariantOf(task));
        using var span = Telemetry.StartSpan("render");
        span?.SetTag("format", name).SetTag("variant", variant);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return await work();
        }
        catch
        {
            span?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            Durations.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new("format", name), new KeyValuePair<string, object?>("variant", variant));
        }
    }

    private static string VariantOf(WorkerTask task) => task switch
    {
        WorkerTask.Render => "all",
        WorkerTask.RenderOne => "one",
        WorkerTask.RenderJpeg => "jpeg",
        WorkerTask.RenderLogo => "logo",
        WorkerTask.RenderTransform => "transform",
        WorkerTask.RenderAlternates => "alternates",
        WorkerTask.RenderLarge => "large",
        _ => "clean",
    };
}

/// <summary>The reason why a worker ended.</summary>
internal enum WorkerEnd
{
    /// <summary>The server stopped.</summary>
    Stopped = 0,

    /// <summary>The worker had no work for a minute.</summary>
    Idle,

    /// <summary>Another file needed the worker's memory.</summary>
    Room,

    /// <summary>The worker did not release enough memory after a file.</summary>
    Grown,

    /// <summary>The file had to give its worker to another account.</summary>
    Yielded,

    /// <summary>The request was cancelled, by the client or by the stop of the server.</summary>
    Cancelled,

    /// <summary>The file exceeded the time limit.</summary>
    Time,

    /// <summary>The file exceeded the memory limit.</summary>
    Memory,

    /// <summary>The worker crashed or sent an invalid answer.</summary>
    Crashed,
}
