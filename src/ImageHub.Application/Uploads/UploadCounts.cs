using System.Diagnostics.Metrics;
using ImageHub.Application.Errors;
using ImageHub.Application.Observability;

namespace ImageHub.Application.Uploads;

/// <summary>Counts the results of uploaded files.</summary>
public static class UploadCounts
{
    private const string Uploaded = "uploaded";
    private const string Failed = "failed";

    private static readonly Counter<long> Files = Telemetry.Meter.CreateCounter<long>(
        "imagehub.uploads", unit: null, "Uploaded files by result: uploaded, the code of an error, cancelled (by the client), or failed (unexpectedly).");

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
            OperationCanceledException => "cancelled",
            _ => Failed,
        },
        1);

    private static void Count(string result, int files) => Files.Add(files, new KeyValuePair<string, object?>("result", result));
}
