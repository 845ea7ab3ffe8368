using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>
/// Who may see which row. It is part of every query, so that what a caller may not see is not found. Users' own groups are not found by
/// any query of <see cref="IImageHubDb.Groups"/>, only by <see cref="OwnGroups"/>.
/// </summary>
internal static class Visibility
{
    /// <summary>Published groups; admins see the others too, and so do keys that read or upload. Nobody sees the trash here.</summary>
    public static IQueryable<Group> VisibleTo(this IQueryable<Group> groups, ICaller caller) => groups.Live(withHidden: caller.SeesHiddenGroups());

    /// <summary>
    /// The groups that the list of all groups has: as <see cref="VisibleTo(IQueryable{Group}, ICaller)"/>, for visitors without those that have no
    /// image to show. They find such a group by its id.
    /// </summary>
    public static IQueryable<Group> ListedFor(this IQueryable<Group> groups, ICaller caller) =>
        caller.SeesHiddenGroups() ? groups.VisibleTo(caller) : groups.Listed();

    /// <summary>Published groups with images: those that visitors, search engines and feed readers are told of.</summary>
    public static IQueryable<Group> Listed(this IQueryable<Group> groups) => groups.Live(withHidden: false).Where(group => group.ImageCount > 0);

    /// <summary>As <see cref="VisibleTo(IQueryable{Group}, ICaller)"/>, only groups whose images the caller sees: a key that only uploads knows a hidden group by name.</summary>
    public static IQueryable<Group> OpenTo(this IQueryable<Group> groups, ICaller caller) => groups.Live(withHidden: caller.SeesHiddenImages());

    /// <summary>Users' own groups.</summary>
    public static IQueryable<Group> OwnGroups(this IImageHubDb db) => db.AllGroups.Where(group => group.OwnerId != null);

    /// <summary>
    /// Images of published groups, and the caller's own; admins see the others too, keys that read those of hidden groups. Nobody sees the
    /// trash here, and no key its account's own images.
    /// </summary>
    public static IQueryable<Image> VisibleTo(this IQueryable<Image> images, ICaller caller) => caller is { IsAdmin: false, Scopes: null }
        ? images.Where(image => image.DeletedAt == null && (image.IsPublished || (image.OwnerId != null && image.OwnerId == caller.UserId)))
        : images.ListedFor(caller);

    /// <summary>Images of a curated group. A user's own group has none here.</summary>
    public static IQueryable<Image> InGroup(this IQueryable<Image> images, Guid groupId) => images.Where(image => image.GroupId == groupId && image.OwnerId == null);

    /// <summary>
    /// What the list of all images holds: those of published groups; for keys that read those of hidden groups, too; for admins all,
    /// users' images among them.
    /// </summary>
    public static IQueryable<Image> ListedFor(this IQueryable<Image> images, ICaller caller)
    {
        if (caller.IsAdmin)
        {
            return images.Where(image => image.DeletedAt == null);
        }

        return caller.SeesHiddenImages()
            ? images.Where(image => image.DeletedAt == null && image.OwnerId == null)
            : images.Where(image => image.DeletedAt == null && image.IsPublished);
    }

    /// <summary>Whether the caller sees images of hidden groups.</summary>
    internal static bool SeesHiddenImages(this ICaller caller) => caller.IsAdmin || caller.Has(KeyScope.Read);

    private static bool SeesHiddenGroups(this ICaller caller) => caller.SeesHiddenImages() || caller.Has(KeyScope.Upload);

    private static bool Has(this ICaller caller, KeyScope scope) => caller.Scopes?.Contains(scope) == true;

    /// <summary>Groups that do not lie in the trash: published ones, or hidden ones too.</summary>
    public static IQueryable<Group> Live(this IQueryable<Group> groups, bool withHidden) => withHidden
        ? groups.Where(group => group.DeletedAt == null)
        : groups.Where(group => group.DeletedAt == null && group.IsPublished);
}
