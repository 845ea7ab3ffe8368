using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>The parts of summaries that a caller receives: the addresses of the permitted files and, for curators, the ratings.</summary>
/// <param name="SeesAll">Whether the caller may have all files, as admins and editors may.</param>
/// <param name="Mark">The number of the site's watermark; 0 if the site has none.</param>
/// <param name="LinkDownloads">The downloads of the caller's link; null for the group's.</param>
/// <param name="LinkHasWatermark">The watermark of the caller's link; null for the group's.</param>
internal sealed record SummaryView(bool SeesAll, int Mark, Downloads? LinkDownloads, bool? LinkHasWatermark)
{
    /// <summary>The view of admins and editors.</summary>
    public static readonly SummaryView All = new(true, 0, null, null) { SeesRatings = true };

    /// <summary>The view of accounts on their own images.</summary>
    public static readonly SummaryView Own = new(true, 0, null, null);

    /// <summary>Whether the summaries contain ratings.</summary>
    public bool SeesRatings { get; private init; }

    /// <summary>The number of the watermark on renditions above low; 0 for none. A group or link cannot require a watermark that the site does not have.</summary>
    /// <param name="downloads">The image's value.</param>
    /// <param name="hasWatermark">The image's value.</param>
    public int FindMark(Downloads downloads, bool hasWatermark) => RightsOf(downloads, hasWatermark).HasWatermark ? Mark : 0;

    /// <summary>Whether the caller may have the full size.</summary>
    /// <param name="downloads">The image's value.</param>
    /// <param name="hasWatermark">The image's value.</param>
    public bool AllowsFull(Downloads downloads, bool hasWatermark) => RightsOf(downloads, hasWatermark).AllowFull;

    /// <summary>The rating for the caller; absent if the caller sees none.</summary>
    /// <param name="rating">The image's value.</param>
    public Optional<int?> FindRating(int? rating) => SeesRatings ? new(rating) : default;

    private VisitorRights RightsOf(Downloads downloads, bool hasWatermark) =>
        SeesAll ? VisitorRights.All : new VisitorRights(downloads, hasWatermark).With(LinkDownloads, LinkHasWatermark);
}

/// <summary>Creates the views of callers.</summary>
internal static class SummaryViews
{
    /// <summary>The view of a caller outside of links. Only admins and editors see everything; users and keys count as visitors of groups' images.</summary>
    public static async Task<SummaryView> FindViewAsync(this IImageHubDb db, ICaller caller, CancellationToken cancellationToken) =>
        caller.IsCurator ? SummaryView.All : new SummaryView(false, await db.FindMarkAsync(cancellationToken), null, null);

    /// <summary>The view of a link's guests.</summary>
    public static async Task<SummaryView> FindViewAsync(this IImageHubDb db, Link link, CancellationToken cancellationToken) =>
        new(false, await db.FindMarkAsync(cancellationToken), link.Downloads, link.HasWatermark);

    private static Task<int> FindMarkAsync(this IImageHubDb db, CancellationToken cancellationToken) =>
        db.SiteProfiles.Select(site => site.WatermarkNumber).SingleAsync(cancellationToken);
}
