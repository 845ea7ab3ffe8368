using System.ComponentModel.DataAnnotations;

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
}
