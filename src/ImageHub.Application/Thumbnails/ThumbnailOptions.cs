using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Thumbnails;

/// <summary>Settings of thumbnails: section <c>Thumbnails</c>.</summary>
public sealed class ThumbnailOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Thumbnails";

    /// <summary>How long a thumbnail is kept that nobody reads, in days.</summary>
    [Range(1, 3_650)]
    public int KeepUnreadDays { get; set; } = 7;

    /// <summary>How many thumbnails may be under way at once, those that wait included; more are told to come again.</summary>
    [Range(1, 100_000)]
    public int MaxWaiting { get; set; } = 200;
}
