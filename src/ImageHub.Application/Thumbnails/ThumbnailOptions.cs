using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Thumbnails;

/// <summary>Settings of thumbnails: section <c>Thumbnails</c>.</summary>
public sealed class ThumbnailOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Thumbnails";

    /// <summary>The number of days after which an unused thumbnail or transform is deleted.</summary>
    [Range(1, 3_650)]
    public int KeepUnreadDays { get; set; } = 7;

    /// <summary>
    /// The maximum number of running and waiting renderings of thumbnails, transforms and other pictures on request; further renderings are rejected.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxWaiting { get; set; } = 200;
}
