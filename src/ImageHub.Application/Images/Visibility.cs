using ImageHub.Application.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>Who may see which row. It is part of every query, so that what a caller may not see is not found.</summary>
internal static class Visibility
{
    /// <summary>Published groups; admins see the others too. Nobody sees the trash here.</summary>
    public static IQueryable<Group> VisibleTo(this IQueryable<Group> groups, ICaller caller) => caller.IsAdmin
        ? groups.Where(group => group.DeletedAt == null)
        : groups.Where(group => group.DeletedAt == null && group.IsPublished);

    /// <summary>Images of published groups, and the caller's own; admins see the others too. Nobody sees the trash here.</summary>
    public static IQueryable<Image> VisibleTo(this IQueryable<Image> images, ICaller caller) => caller.IsAdmin
        ? images.Where(image => image.DeletedAt == null)
        : images.Where(image => image.DeletedAt == null && (image.IsPublished || (image.OwnerId != null && image.OwnerId == caller.UserId)));

    /// <summary>What the list of all images holds: those of published groups; for admins the others too, users' images among them.</summary>
    public static IQueryable<Image> ListedFor(this IQueryable<Image> images, ICaller caller) => caller.IsAdmin
        ? images.Where(image => image.DeletedAt == null)
        : images.Where(image => image.DeletedAt == null && image.IsPublished);
}
