using System.Diagnostics.Metrics;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Observability;

namespace ImageHub.Application.Uploads;

/// <summary>Counts the results of uploaded files.</summary>
public static class UploadCounts
{
    private const string Uploaded = "uploaded";
    private const string Failed = "failed";
    private const string Cancelled = "cancelled";

    private static readonly Counter<long> Files = Telemetry.Meter.CreateCounter<long>(
        "imagehub.uploads", unit: null, "Uploaded files by result: uploaded, the code of an error, cancelled (the client has gone or sends too slowly), or failed (unexpectedly).");

    /// <summary>Initializes the counters of the most important results to zero.</summary>
    public static void BeginCounts()
    {
        Count(Uploaded, 0);
        Count(Failed, 0);
        Count(Problems.StorageUnavailable.Code, 0);
    }

    /// <summary>Counts a file whose image exists now.</summary>
    internal static void CountUploaded() => Count(Uploaded, 1);

    /// <summary>Counts a file that did not become an image.</summary>
    internal static void CountFailed(Exception exception) => Count(
        exception switch
        {
            ProblemException problem => problem.Problem.Code,
            OperationCanceledException => Cancelled,
            _ when DatabaseOutage.Explains(exception) => Problems.DatabaseUnavailable.Code,
            _ => Failed,
        },
        1);

    /// <summary>Counts a file whose client has gone or sends too slowly.</summary>
    internal static void CountCancelled() => Count(Cancelled, 1);

    private static void Count(string result, int files) => Files.Add(files, new KeyValuePair<string, object?>("result", result));
}
