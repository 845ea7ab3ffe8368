using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>The target of an upload.</summary>
/// <param name="GroupId">A curated group, a user's own group, or a guest's inbox.</param>
/// <param name="Tier">
/// The user's tier at the start of the request; null for admins, editors and guests. The tier is read again when the image is recorded.
/// </param>
internal sealed record UploadTarget(Guid GroupId, Tier? Tier)
{
    /// <summary>Whether a user adds images to a curated group as a contributor. These images count against the user's quota.</summary>
    public bool IsContribution { get; init; }

    /// <summary>Whether the group is a guest's inbox. For an inbox, neither locations nor original files are kept.</summary>
    public bool IsInbox { get; init; }

    /// <summary>The account that uploads; null for imports and guests.</summary>
    public Guid? AddedBy { get; init; }

    /// <summary>The id under which files wait in the render queue: the id of the user or of the guest's inbox, or one id for all admins and editors.</summary>
    public Guid Account => IsInbox ? GroupId : Tier is null ? RenderAccounts.Admins : AddedBy!.Value;
}

/// <summary>Finds upload targets.</summary>
internal static class UploadTargets
{
    /// <summary>Finds a curated group, for admins, editors and contributors, or the caller's own group, for users who name no group.</summary>
    /// <exception cref="ProblemException">404, 400 if an admin or editor names no group, or 403 if a user names one without being a contributor.</exception>
    public static async Task<UploadTarget> FindUploadTargetAsync(this IImageHubDb db, Guid? groupId, ICaller caller, CancellationToken cancellationToken)
    {
        if (groupId is null && caller.Tier is null)
        {
            throw ProblemException.Invalid("groupId", "groupId is missing; admins, editors and keys name the group that images go to.");
        }

        if (groupId is { } named && caller.Tier is not null)
        {
            return await db.FindContributionAsync(named, caller, cancellationToken);
        }

        var found = groupId is { } id
            ? db.Groups.Where(group => group.Id == id && group.DeletedAt == null)
            : db.OwnGroups().Where(group => group.OwnerId == caller.UserId);
        var target = await found.Select(group => (Guid?)group.Id).SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("group");
        return new UploadTarget(target, caller.Tier) { AddedBy = caller.UserId };
    }

    /// <summary>Finds a curated group to which the caller, a user, may add images.</summary>
    /// <exception cref="ProblemException">404, or 403 if the caller sees the group but is not a contributor.</exception>
    public static async Task<UploadTarget> FindContributionAsync(this IImageHubDb db, Guid groupId, ICaller caller, CancellationToken cancellationToken)
    {
        if (await db.FindRoleAsync(groupId, caller, cancellationToken) == MemberRole.Contributor)
        {
            return new UploadTarget(groupId, caller.Tier) { AddedBy = caller.UserId, IsContribution = true };
        }

        throw await db.GroupsVisibleTo(caller).AnyAsync(group => group.Id == groupId, cancellationToken)
            ? new ProblemException(Problems.Forbidden, "Only admins, editors and the group's contributors add images to it; leave groupId out to add to your own images.")
            : ProblemException.NotFound("group");
    }
}
