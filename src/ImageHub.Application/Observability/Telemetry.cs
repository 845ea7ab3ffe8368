using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImageHub.Application.Observability;

/// <summary>
/// This program's meter and source of spans. Each feature creates its instruments from the meter. Without a subscriber an instrument records nothing.
/// </summary>
/// <remarks>
/// The values of all tags come from closed sets, such as formats and error codes. Ids, names and addresses must not become tags: each distinct value is a time
/// series that the server and its monitoring keep.
/// </remarks>
public static class Telemetry
{
    /// <summary>The name of the meter and of the source.</summary>
    public const string Name = "ImageHub";

    /// <summary>The meter that creates the counters and histograms.</summary>
    public static Meter Meter { get; } = new(Name);

    private static ActivitySource Source { get; } = new(Name);

    /// <summary>
    /// Starts a span below the current one; returns null if the current request is not traced. Background work has no spans, because a job can run for hours.
    /// </summary>
    /// <param name="name">The span's name, from a closed set.</param>
    public static Activity? StartSpan(string name) => Activity.Current is { IsAllDataRequested: true } ? Source.StartActivity(name) : null;

    /// <summary>Creates a histogram of durations in seconds.</summary>
    /// <param name="name">The instrument's name.</param>
    /// <param name="description">The measured time.</param>
    /// <param name="upTo">The upper bounds of the buckets, in seconds.</param>
    public static Histogram<double> CreateDuration(string name, string description, params double[] upTo) =>
        Meter.CreateHistogram<double>(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = upTo });
}
