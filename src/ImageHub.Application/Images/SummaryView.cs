using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>The parts of summaries that a caller receives: the addresses of the permitted files, the ratings, and who added and may edit the image.</summary>
/// <param name="SeesAll">Whether the caller may have all files, as admins and editors may.</param>
/// <param name="Mark">The number of the site's watermark; 0 if the site has none.</param>
/// <param name="LinkDownloads">The downloads that the caller's link allows; null if the group's setting applies.</param>
/// <param name="LinkHasWatermark">Whether the caller's link requires the watermark; null if the group's setting applies.</param>
internal sealed record SummaryView(bool SeesAll, int Mark, Downloads? LinkDownloads, bool? LinkHasWatermark)
{
    /// <summary>The view of admins and editors.</summary>
    public static readonly SummaryView All = new(true, 0, null, null) { SeesRatings = true, SeesEditing = true, EditsAll = true };

    /// <summary>The view of accounts on their own images.</summary>
    public static readonly SummaryView Own = new(true, 0, null, null);

    /// <summary>Whether the summaries contain ratings.</summary>
    public bool SeesRatings { get; private init; }

    /// <summary>Whether the summaries state the account that added the image, and whether the caller may edit it.</summary>
    public bool SeesEditing { get; private init; }

    /// <summary>The caller's account if the caller is a contributor, who may edit the images that this account has added; otherwise null.</summary>
    public Guid? Contributor { get; private init; }

    private bool EditsAll { get; init; }

    /// <summary>The view of a member on the images of a group.</summary>
    /// <param name="userId">The member.</param>
    /// <param name="role">The member's role in the group.</param>
    /// <param name="mark">The number of the site's watermark; 0 if the site has none.</param>
    public static SummaryView ForMember(Guid userId, MemberRole role, int mark) => role == MemberRole.Contributor
        ? new(true, 0, null, null) { SeesEditing = true, Contributor = userId }
        : new(false, mark, null, null) { SeesEditing = true };

    /// <summary>The same view for covers, whose summaries state neither the account that added the image nor whether the caller may edit it.</summary>
    public SummaryView WithoutEditing() => this with { SeesEditing = false };

    /// <summary>The account that added an image; null if it is unknown, or if the summary does not state it.</summary>
    /// <param name="addedBy">The image's value.</param>
    public Guid? FindAdder(Guid? addedBy) => SeesEditing ? addedBy : null;

    /// <summary>Whether the caller may edit an image; null if the summary does not state it.</summary>
    /// <param name="addedBy">The image's value.</param>
    public bool? FindMayEdit(Guid? addedBy) => SeesEditing ? EditsAll || (addedBy is not null && addedBy == Contributor) : null;

    /// <summary>
    /// The number of the watermark on renditions above low; 0 for none. A group or link cannot require a watermark that the site does not have.
    /// </summary>
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
    /// <summary>
    /// The view of a caller outside of links. Only admins, editors and keys with the scope <c>admin</c> see everything; other callers have the view of
    /// visitors.
    /// </summary>
    public static async Task<SummaryView> FindViewAsync(this IImageHubDb db, ICaller caller, CancellationToken cancellationToken) =>
        caller.IsCurator ? SummaryView.All : new SummaryView(false, await db.FindMarkAsync(cancellationToken), null, null);

    /// <summary>The view of a caller on one group's images: the view of a member if the caller is one.</summary>
    public static async Task<SummaryView> FindViewAsync(this IImageHubDb db, ICaller caller, Guid groupId, CancellationToken cancellationToken) =>
        await db.FindRoleAsync(groupId, caller, cancellationToken) is { } role
            ? SummaryView.ForMember(caller.MemberId!.Value, role, await db.FindMarkAsync(cancellationToken))
            : await db.FindViewAsync(caller, cancellationToken);

    /// <summary>The view of a link's guests.</summary>
    public static async Task<SummaryView> FindViewAsync(this IImageHubDb db, Link link, CancellationToken cancellationToken) =>
        new(false, await db.FindMarkAsync(cancellationToken), link.Downloads, link.HasWatermark);

    private static Task<int> FindMarkAsync(this IImageHubDb db, CancellationToken cancellationToken) =>
        db.SiteProfiles.Select(site => site.WatermarkNumber).SingleAsync(cancellationToken);
}
