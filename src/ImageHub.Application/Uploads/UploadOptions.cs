using System.ComponentModel.DataAnnotations;
using ImageHub.Application.Errors;

namespace ImageHub.Application.Uploads;

/// <summary>Limits of uploads: section <c>Uploads</c>.</summary>
public sealed class UploadOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Uploads";

    /// <summary>The largest file, in bytes.</summary>
    [Range(1, 1L << 40)]
    public long MaxFileBytes { get; set; } = 52_428_800;

    /// <summary>Most files a request.</summary>
    [Range(1, 100_000)]
    public int MaxFiles { get; set; } = 1_000;

    /// <summary>Files of a request at work at once: one a core is rendered while another arrives and one waits to be recorded.</summary>
    internal static int MaxInFlight { get; } = Environment.ProcessorCount + 2;

    /// <summary>Most files that are named in a request's results, those beyond the limit with what is wrong; the rest of the body is not read.</summary>
    internal int MaxReported => MaxFiles + 10_000;

    /// <summary>What a file beyond the limit hears.</summary>
    internal ProblemException TooManyFiles() => new(Problems.TooManyFiles, $"One request may carry {MaxFiles} files.");
}
