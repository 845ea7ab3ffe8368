using System.Linq.Expressions;
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
    DateTimeOffset UpdatedAt);

/// <summary>A group before its cover has been read.</summary>
internal sealed record GroupRow(GroupResponse Group, Guid? CoverId);

/// <summary>Reads groups with their covers: two queries, however many groups.</summary>
internal static class GroupRows
{
    /// <summary>From a row to a group and the id of its cover, in the database.</summary>
    public static Expression<Func<Group, GroupRow>> Projection(IImageHubDb db) => group => new GroupRow(
        new GroupResponse(
            group.Id,
            group.Title,
            group.Description,
            group.IsPublished,
            group.ImageCount,
            group.ProductId,
            null,
            group.CreatedAt,
            group.UpdatedAt),
        db.Images
            .Where(image => image.Id == group.CoverImageId && image.GroupId == group.Id && image.DeletedAt == null)
            .Select(image => (Guid?)image.Id)
            .FirstOrDefault()
        ?? db.Images
            .Where(image => image.GroupId == group.Id && image.DeletedAt == null)
            .OrderBy(image => image.Position).ThenBy(image => image.Id)
            .Select(image => (Guid?)image.Id)
            .FirstOrDefault());

    /// <summary>Reads the covers of a page of groups, as far as the caller sees them.</summary>
    public static async Task<IReadOnlyList<GroupResponse>> WithCoversAsync(
        this IImageHubDb db, IReadOnlyList<GroupRow> rows, ICaller caller, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.CoverId).OfType<Guid>().ToArray();
        var covers = ids.Length == 0
            ? []
            : await db.Images.VisibleTo(caller).Where(image => ids.Contains(image.Id)).Select(ImageSummary.Projection).ToDictionaryAsync(image => image.Id, cancellationToken);
        return [.. rows.Select(row => row.CoverId is { } id && covers.TryGetValue(id, out var cover) ? row.Group with { Cover = cover } : row.Group)];
    }

    /// <summary>One group with its cover.</summary>
    public static async Task<GroupResponse?> SingleAsync(this IImageHubDb db, IQueryable<Group> groups, ICaller caller, CancellationToken cancellationToken)
    {
        var rows = await groups.Select(Projection(db)).ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : (await db.WithCoversAsync(rows, caller, cancellationToken))[0];
    }
}
