using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>
/// Who may see which row. It is part of every query, so that what a caller may not see is not found. Users' own groups are not found by
/// any query of groups (a filter of the model), except by <see cref="OwnGroups"/>.
/// </summary>
internal static class Visibility
{
    /// <summary>Published groups; admins see the others too. Nobody sees the trash here.</summary>
    public static IQueryable<Group> VisibleTo(this IQueryable<Group> groups, ICaller caller) => caller.IsAdmin
        ? groups.Where(group => group.DeletedAt == null)
        : groups.Where(group => group.DeletedAt == null && group.IsPublished);

    /// <summary>Users' own groups.</summary>
    public static IQueryable<Group> OwnGroups(this IImageHubDb db) => db.Groups.IgnoreQueryFilters().Where(group => group.OwnerId != null);

    /// <summary>Images of published groups, and the caller's own; admins see the others too. Nobody sees the trash here.</summary>
    public static IQueryable<Image> VisibleTo(this IQueryable<Image> images, ICaller caller) => caller.IsAdmin
        ? images.Where(image => image.DeletedAt == null)
        : images.Where(image => image.DeletedAt == null && (image.IsPublished || (image.OwnerId != null && image.OwnerId == caller.UserId)));

    /// <summary>Images of a curated group. A user's own group has none here.</summary>
    public static IQueryable<Image> InGroup(this IQueryable<Image> images, Guid groupId) => images.Where(image => image.GroupId == groupId && image.OwnerId == null);

    /// <summary>What the list of all images holds: those of published groups; for admins the others too, users' images among them.</summary>
    public static IQueryable<Image> ListedFor(this IQueryable<Image> images, ICaller caller) => caller.IsAdmin
        ? images.Where(image => image.DeletedAt == null)
        : images.Where(image => image.DeletedAt == null && image.IsPublished);
}
