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
/// <param name="Title">What it is called.</param>
/// <param name="Description">What it is, or null.</param>
/// <param name="IsPublished">Whether visitors see it.</param>
/// <param name="ImageCount">Its images, without those in the trash.</param>
/// <param name="ProductId">The product that it shows, or null.</param>
/// <param name="Cover">The image that stands for it: the chosen one, else its first; null when it is empty, or the caller does not see its images.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it or its images last changed.</param>
public sealed record GroupResponse(
    Guid Id,
    string Title,
    string? Description,
    bool IsPublished,
    int ImageCount,
    string? ProductId,
    ImageSummary? Cover,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The first day on which one of its images was taken, by the camera's local time; absent in lists, and when none says when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenFrom { get; init; }

    /// <summary>The last such day.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenTo { get; init; }

    /// <summary>The files of its images as sent, in bytes. For admins only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    /// <summary>The links by which it can be opened: neither ended, expired nor used up. For admins only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Links { get; init; }
}

/// <summary>Reads groups with their covers in one query, however many groups.</summary>
internal static class GroupRows
{
    /// <summary>From a row to a group with its cover, as far as the caller sees it, in the database.</summary>
    public static Expression<Func<Group, GroupResponse>> Projection(IImageHubDb db, ICaller caller, DateTimeOffset now)
    {
        var visible = db.Images.VisibleTo(caller);
        var isAdmin = caller.IsAdmin;
        return group => new GroupResponse(
            group.Id,
            group.Title,
            group.Description,
            group.IsPublished,
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
                        .FirstOrDefault()))
                .Select(ImageSummary.Projection)
                .FirstOrDefault(),
            group.CreatedAt,
            group.UpdatedAt)
        {
            Bytes = isAdmin ? group.ImageBytes : null,
            Links = isAdmin ? db.Links.Count(link =>
                link.GroupId == group.Id && (link.ExpiresAt == null || link.ExpiresAt > now) && (link.MaxViews == null || link.Views < link.MaxViews)) : null,
        };
    }

    /// <summary>One group with its cover.</summary>
    public static Task<GroupResponse?> SingleAsync(this IImageHubDb db, IQueryable<Group> groups, ICaller caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        groups.Select(Projection(db, caller, now)).SingleOrDefaultAsync(cancellationToken);
}
