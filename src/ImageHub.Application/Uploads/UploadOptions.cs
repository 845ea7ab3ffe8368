using System.ComponentModel.DataAnnotations;
using ImageHub.Application.Errors;

namespace ImageHub.Application.Uploads;

/// <summary>Limits of uploads: section <c>Uploads</c>.</summary>
public sealed class UploadOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Uploads";

    /// <summary>The maximum size of a file, in bytes.</summary>
    [Range(1, 1L << 40)]
    public long MaxFileBytes { get; set; } = 52_428_800;

    /// <summary>The maximum number of files per request.</summary>
    [Range(1, 100_000)]
    public int MaxFiles { get; set; } = 1_000;

    /// <summary>Whether titles, descriptions, tags, ratings, creators and copyright notices are read from uploaded files.</summary>
    public bool ReadCaptions { get; set; } = true;

    /// <summary>The number of concurrent files in a request: one file per core is rendered, one arrives, and one waits to be recorded.</summary>
    internal static int MaxInFlight { get; } = Environment.ProcessorCount + 2;

    /// <summary>The maximum number of files in a request's result, including the errors of files over the limit. The rest of the body is not read.</summary>
    internal int MaxReported => MaxFiles + 10_000;

    /// <summary>The error for a file over the limit.</summary>
    internal ProblemException TooManyFiles() => new(Problems.TooManyFiles, $"One request may carry {MaxFiles} files.");
}
