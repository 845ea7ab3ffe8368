using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>
/// Restricts queries to the rows visible to a caller. Queries of <see cref="IImageHubDb.Groups"/> never return users' own groups;
/// <see cref="OwnGroups"/> does. Queries of <see cref="IImageHubDb.Images"/> never return guests' photos that await approval; <see cref="ImagesById"/> does.
/// </summary>
internal static class Visibility
{
    /// <summary>
    /// Published groups, and groups of which the caller is a member. Admins, editors, keys with the scope <c>read</c>, and keys of admins and editors with the
    /// scope <c>upload</c> also see hidden groups. Groups in the trash are excluded.
    /// </summary>
    public static IQueryable<Group> GroupsVisibleTo(this IImageHubDb db, ICaller caller) => db.GroupsFor(caller, withHidden: caller.SeesHiddenGroups());

    /// <summary>
    /// The groups in the list of all groups: the groups of <see cref="GroupsVisibleTo"/>, but for visitors, users and members only the groups of
    /// <see cref="GroupsForVisitors"/>. Visitors can open empty groups by id, and members have a list of their own.
    /// </summary>
    public static IQueryable<Group> GroupsListedFor(this IImageHubDb db, ICaller caller) =>
        caller.SeesHiddenGroups() ? db.Groups.Live(withHidden: true) : db.GroupsForVisitors();

    /// <summary>
    /// Published groups that have images, or have a published group with images below them: the groups announced to visitors, search engines and feed readers.
    /// </summary>
    public static IQueryable<Group> GroupsForVisitors(this IImageHubDb db)
    {
        // Uses a maximum instead of Any. For Any, PostgreSQL would expect an early match and scan the whole table instead of using the index on the path.
        var published = db.Groups.Live(withHidden: false);
        return published.Where(group =>
            group.ImageCount > 0 || published.Where(below => QueryFunctions.Contains(below.Path, group.Id)).Max(below => (int?)below.ImageCount) > 0);
    }

    /// <summary>
    /// The groups whose images are visible to the caller. A key with only the scope <c>upload</c> sees hidden groups, but not their images. Over WebDAV, it can
    /// list the images' names and sizes.
    /// </summary>
    public static IQueryable<Group> GroupsOpenTo(this IImageHubDb db, ICaller caller) => db.GroupsFor(caller, withHidden: caller.SeesHiddenImages());

    /// <summary>Users' own groups.</summary>
    public static IQueryable<Group> OwnGroups(this IImageHubDb db) => db.AllGroups.Where(group => group.OwnerId != null);

    /// <summary>
    /// Images of published groups and of the groups of which the caller is a member, and the caller's own images. For admins and editors, all images. For keys
    /// with the scope <c>read</c>, also images of hidden groups. Images in the trash are excluded, and a key does not see its account's own images.
    /// </summary>
    public static IQueryable<Image> ImagesVisibleTo(this IImageHubDb db, ICaller caller) => db.Images.VisibleTo(db, caller);

    /// <summary>
    /// The images that a caller may address by their ids: those of <see cref="ImagesVisibleTo"/>, and for admins and editors also guests' photos that
    /// await approval.
    /// </summary>
    public static IQueryable<Image> ImagesById(this IImageHubDb db, ICaller caller) => (caller.IsCurator ? db.AllImages : db.Images).VisibleTo(db, caller);

    /// <summary>Images of a curated group. For a user's own group the result is empty.</summary>
    public static IQueryable<Image> InGroup(this IQueryable<Image> images, Guid groupId) => images.Where(image => image.GroupId == groupId && image.OwnerId == null);

    /// <summary>
    /// The images in the list of all images: images of published groups; for keys with the scope <c>read</c>, also images of hidden groups; for
    /// admins and editors, all images including users' images.
    /// </summary>
    /// <param name="images">The images to select from.</param>
    /// <param name="caller">The caller who lists them.</param>
    /// <param name="withUsersImages">Whether the list of admins and editors includes users' images.</param>
    public static IQueryable<Image> ListedFor(this IQueryable<Image> images, ICaller caller, bool withUsersImages = true)
    {
        var live = images.Where(image => image.DeletedAt == null);
        if (!caller.SeesHiddenImages())
        {
            return live.Where(image => image.IsPublished);
        }

        return caller.IsCurator && withUsersImages ? live : live.Where(image => image.OwnerId == null);
    }

    /// <summary>Whether images of hidden groups are visible to the caller.</summary>
    internal static bool SeesHiddenImages(this ICaller caller) => caller.IsCurator || caller.Has(KeyScope.Read);

    private static IQueryable<Group> GroupsFor(this IImageHubDb db, ICaller caller, bool withHidden)
    {
        if (withHidden || caller.MemberId is not { } memberId)
        {
            return db.Groups.Live(withHidden);
        }

        return db.Groups.Where(group =>
            group.DeletedAt == null
            && (group.IsPublished || db.GroupMembers.Any(member => member.UserId == memberId && (member.GroupId == group.Id || group.Path.Contains(member.GroupId)))));
    }

    private static IQueryable<Image> VisibleTo(this IQueryable<Image> images, IImageHubDb db, ICaller caller)
    {
        if (caller.IsCurator || caller.Scopes is not null)
        {
            return images.ListedFor(caller);
        }

        if (caller.MemberId is not { } memberId)
        {
            return images.Where(image => image.DeletedAt == null && (image.IsPublished || (image.OwnerId != null && image.OwnerId == caller.UserId)));
        }

        var members = db.Groups.WithMember(db, memberId);
        return images.Where(image => image.DeletedAt == null && (image.IsPublished || image.OwnerId == memberId || members.Any(group => group.Id == image.GroupId)));
    }

    private static bool SeesHiddenGroups(this ICaller caller) => caller.SeesHiddenImages() || (caller.Has(KeyScope.Upload) && caller.Role != Role.User);

    private static bool Has(this ICaller caller, KeyScope scope) => caller.Scopes?.Contains(scope) == true;

    /// <summary>Groups outside the trash: published groups, optionally also hidden ones.</summary>
    public static IQueryable<Group> Live(this IQueryable<Group> groups, bool withHidden) => withHidden
        ? groups.Where(group => group.DeletedAt == null)
        : groups.Where(group => group.DeletedAt == null && group.IsPublished);
}
