using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>
/// The groups that users are members of. A member of a group is also a member of all groups below it; the highest role counts. A change takes effect at the
/// next request. On other instances, an account's first membership takes up to a second, because they cache whether an account is a member of any group.
/// </summary>
internal static class Memberships
{
    /// <summary>The groups outside the trash in which a user has at least the given role.</summary>
    public static IQueryable<Group> WithMember(this IQueryable<Group> groups, IImageHubDb db, Guid userId, MemberRole minimumRole = MemberRole.Viewer) => groups.Where(group =>
        group.DeletedAt == null
        && db.GroupMembers.Any(member => member.UserId == userId && member.Role >= minimumRole && (member.GroupId == group.Id || group.Path.Contains(member.GroupId))));

    /// <summary>Finds the caller's role in a group outside the trash; null if the caller is not a member.</summary>
    public static async Task<MemberRole?> FindRoleAsync(this IImageHubDb db, Guid groupId, ICaller caller, CancellationToken cancellationToken) =>
        caller.MemberId is { } userId ? await db.FindRoleAsync(groupId, userId, cancellationToken) : null;

    /// <summary>Finds a user's role in a group outside the trash; null if the user is not a member.</summary>
    public static Task<MemberRole?> FindRoleAsync(this IImageHubDb db, Guid groupId, Guid userId, CancellationToken cancellationToken) => (
        from found in db.Groups
        where found.Id == groupId && found.DeletedAt == null
        from member in db.GroupMembers
        where member.UserId == userId && (member.GroupId == found.Id || found.Path.Contains(member.GroupId))
        select (MemberRole?)member.Role).MaxAsync(cancellationToken);

    /// <summary>
    /// Throws if the caller may not edit or delete an image. Admins and editors may edit all images. Contributors, and other keys of admins and editors, may
    /// edit the images that their account has added.
    /// </summary>
    /// <exception cref="ProblemException">403 if the caller sees the image and uses no API key; otherwise 404.</exception>
    public static async Task EnsureMayEditAsync(this IImageHubDb db, ICaller caller, Image image, CancellationToken cancellationToken)
    {
        var isAdder = image.AddedBy is not null && image.AddedBy == caller.UserId;
        if (caller.IsCurator || (isAdder && caller is { Scopes: not null, Role: Domain.Accounts.Role.Admin or Domain.Accounts.Role.Editor }))
        {
            return;
        }

        var role = image.OwnerId is null && image.GuestId is null ? await db.FindRoleAsync(image.GroupId, caller, cancellationToken) : null;
        if (isAdder && role == MemberRole.Contributor)
        {
            return;
        }

        var isSeen = image.DeletedAt is null && (image.IsPublished || role is not null || (image.OwnerId is not null && image.OwnerId == caller.UserId));
        throw isSeen && caller.Scopes is null
            ? new ProblemException(Problems.Forbidden, "Only admins and editors may change this image; contributors may change images that they have added to the group.")
            : ProblemException.NotFound("image");
    }
}
