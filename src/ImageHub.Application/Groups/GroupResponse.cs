using System.Linq.Expressions;
using System.Text.Json.Serialization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>A group.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Slug">The name in its page's address, <c>/groups/{slug}</c>: 1–80 characters <c>a</c>–<c>z</c>, <c>0</c>–<c>9</c> and hyphens.</param>
/// <param name="Title">The title.</param>
/// <param name="Description">The description, or null.</param>
/// <param name="IsPublished">Whether visitors see the group, as long as all groups above it are published.</param>
/// <param name="ImageCount">The number of the group's images, excluding those in the trash.</param>
/// <param name="ProductId">The product's id, or null.</param>
/// <param name="Cover">
/// The cover: the chosen image, otherwise the first; for a group without images, the cover of the first group below it that has images. Null if there is no
/// cover or the caller may not see it.
/// </param>
/// <param name="Downloads">The files of its images that visitors may download: all, only <c>high</c>, or none.</param>
/// <param name="Watermark">
/// Whether visitors get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark. The full size is then excluded.
/// </param>
/// <param name="CreatedAt">When the group was created.</param>
/// <param name="UpdatedAt">When the group or its images last changed.</param>
public sealed record GroupResponse(
    Guid Id,
    string Slug,
    string Title,
    string? Description,
    bool IsPublished,
    int ImageCount,
    string? ProductId,
    ImageSummary? Cover,
    Downloads Downloads,
    bool Watermark,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The id of the group directly above; null at the first level, and if the caller may not see that group.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>The groups above that the caller may see, outermost first; empty at the first level.</summary>
    public IReadOnlyList<GroupAbove> Path { get; init; } = [];

    /// <summary>
    /// The number of groups directly below that the caller's lists contain; for members of the group, the number of all groups directly below.
    /// </summary>
    public int GroupCount { get; init; }

    /// <summary>The caller's role as a member: <c>viewer</c> or <c>contributor</c>; absent for callers who are not members.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemberRole? Role { get; init; }

    /// <summary>Whether visitors see the group: the group and all groups above it are published.</summary>
    [JsonIgnore]
    public bool IsPublic { get; init; }

    /// <summary>The first day on which one of its images was taken, in the camera's local time; absent in lists without <c>slug</c>, and if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenFrom { get; init; }

    /// <summary>The last day on which one of its images was taken; absent in lists without <c>slug</c>, and if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenTo { get; init; }

    /// <summary>The total size of the original files of the group's images, in bytes. For admins and editors only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    /// <summary>The number of the group's working links: neither revoked nor expired, with views left. For admins and editors only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Links { get; init; }

    /// <summary>The number of guests' photos that await approval. For admins and editors only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PendingCount { get; init; }
}

/// <summary>A group above another one.</summary>
/// <param name="Id">The group's id.</param>
/// <param name="Title">The title.</param>
public sealed record GroupAbove(Guid Id, string Title);

/// <summary>Reads groups with their covers in a single query.</summary>
internal static class GroupRows
{
    /// <summary>The projection of a row to a group with its cover, as visible to the caller. The database evaluates it.</summary>
    public static async Task<Expression<Func<Group, GroupResponse>>> ProjectAsync(IImageHubDb db, ICaller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var summary = ImageSummary.Project((await db.FindViewAsync(caller, cancellationToken)).WithoutEditing());
        var visible = db.ImagesVisibleTo(caller);
        var isCurator = caller.IsCurator;
        var visibleGroups = db.GroupsVisibleTo(caller);
        var listed = db.GroupsListedFor(caller);
        var memberId = caller.MemberId;
        var covering = db.GroupsOpenTo(caller).Where(group => group.ImageCount > 0);
        return group => new GroupResponse(
            group.Id,
            group.Slug!,
            group.Title,
            group.Description,
            group.IsPublished || group.IsHiddenByParent,
            group.ImageCount,
            group.ProductId,
            visible
                .Where(cover => cover.Id == (
                    db.Images
                        .Where(image => image.Id == group.CoverImageId && image.GroupId == group.Id && image.DeletedAt == null)
                        .Select(image => (Guid?)image.Id)
                        .FirstOrDefault()
                    ?? db.Images
                        .Where(image => image.GroupId == group.Id && image.DeletedAt == null)
                        .OrderBy(image => image.Position).ThenBy(image => image.Id)
                        .Select(image => (Guid?)image.Id)
                        .FirstOrDefault()
                    ?? covering
                        .Where(below => QueryFunctions.Contains(below.Path, group.Id) && group.ImageCount == 0)
                        .OrderBy(below => below.Path.Count).ThenBy(below => below.Position).ThenBy(below => below.Id)
                        .Select(below =>
                            db.Images
                                .Where(image => image.Id == below.CoverImageId && image.GroupId == below.Id && image.DeletedAt == null)
                                .Select(image => (Guid?)image.Id)
                                .FirstOrDefault()
                            ?? db.Images
                                .Where(image => image.GroupId == below.Id && image.DeletedAt == null)
                                .OrderBy(image => image.Position).ThenBy(image => image.Id)
                                .Select(image => (Guid?)image.Id)
                                .FirstOrDefault())
                        .FirstOrDefault()))
                .Select(summary)
                .FirstOrDefault(),
            group.Downloads,
            group.HasWatermark,
            group.CreatedAt,
            group.UpdatedAt)
        {
            ParentId = isCurator ? group.ParentId : visibleGroups.Where(above => above.Id == group.ParentId).Select(above => (Guid?)above.Id).SingleOrDefault(),
            Path = visibleGroups
                .Where(above => group.Path.Contains(above.Id))
                .OrderBy(above => above.Path.Count)
                .Select(above => new GroupAbove(above.Id, above.Title))
                .ToList(),
            GroupCount = memberId != null && db.GroupMembers.Any(member => member.UserId == memberId && (member.GroupId == group.Id || group.Path.Contains(member.GroupId)))
                ? db.Groups.Count(below => below.ParentId == group.Id && below.DeletedAt == null)
                : listed.Count(below => below.ParentId == group.Id),
            Role = memberId == null
                ? null
                : db.GroupMembers
                    .Where(member => member.UserId == memberId && (member.GroupId == group.Id || group.Path.Contains(member.GroupId)))
                    .Max(member => (MemberRole?)member.Role),
            IsPublic = group.IsPublished,
            Bytes = isCurator ? group.ImageBytes : null,
            Links = isCurator ? db.Links.Count(link =>
                link.GroupId == group.Id && (link.ExpiresAt == null || link.ExpiresAt > now) && (link.MaxViews == null || link.Views < link.MaxViews)) : null,
            PendingCount = isCurator ? db.AllGroups.Where(inbox => inbox.InboxOf == group.Id && inbox.DeletedAt == null).Sum(inbox => inbox.ImageCount) : null,
        };
    }

    /// <summary>Reads one group with its cover.</summary>
    public static async Task<GroupResponse?> SingleAsync(this IImageHubDb db, IQueryable<Group> groups, ICaller caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        await groups.Select(await ProjectAsync(db, caller, now, cancellationToken)).SingleOrDefaultAsync(cancellationToken);
}
