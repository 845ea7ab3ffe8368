using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageHub.Application.Observability;

namespace ImageHub.Infrastructure.Jobs;

/// <summary>Measures the runs of jobs on this instance.</summary>
internal static class JobMetrics
{
    private static readonly Histogram<double> Durations = Telemetry.CreateDuration(
        "imagehub.job.duration", "The time of a job's runs on this instance, by job and result.", 0.1, 1, 10, 60, 600, 3600);

    /// <summary>Measures one run. The tag is not called <c>job</c>, because Prometheus uses this name for the list of servers.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="run">The run.</param>
    public static async Task MeasureAsync(string job, Func<Task> run)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = "failed";
        try
        {
            await run();
            result = "ok";
        }
        catch (OperationCanceledException)
        {
            // The server stops; another run continues the work.
            result = "cancelled";
            throw;
        }
        finally
        {
            Durations.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new("job_name", job), new KeyValuePair<string, object?>("result", result));
        }
    }
}
