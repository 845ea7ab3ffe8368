using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>The target of an upload.</summary>
/// <param name="GroupId">A curated group, a user's own group, or a guest's inbox.</param>
/// <param name="Tier">The owner's tier at the start of the request; null for other groups. The tier is read again under the group's lock.</param>
internal sealed record UploadTarget(Guid GroupId, Tier? Tier)
{
    /// <summary>Whether the group is a guest's inbox. Neither locations nor the files as sent are then kept.</summary>
    public bool IsInbox { get; init; }

    /// <summary>The account that uploads; null for imports and guests.</summary>
    public Guid? AddedBy { get; init; }

    /// <summary>The id under which files wait in the render queue: the id of the user's own group or the guest's inbox, or one id for all admins and editors.</summary>
    public Guid Account => Tier is null && !IsInbox ? RenderAccounts.Admins : GroupId;
}

/// <summary>Finds upload targets.</summary>
internal static class UploadTargets
{
    /// <summary>Finds a curated group, for admins and editors, or the caller's own group, for users.</summary>
    /// <exception cref="ProblemException">404, 400 if an admin or editor names no group, or 403 if a user names one.</exception>
    public static async Task<UploadTarget> FindUploadTargetAsync(this IImageHubDb db, Guid? groupId, ICaller caller, CancellationToken cancellationToken)
    {
        if (groupId is null && caller.Tier is null)
        {
            throw ProblemException.Invalid("groupId", "groupId is missing; admins, editors and keys name the group that images go to.");
        }

        if (groupId is not null && caller.Tier is not null)
        {
            throw new ProblemException(Problems.Forbidden, "Only admins and editors add images to groups; leave groupId out to add to your own images.");
        }

        var found = groupId is { } id
            ? db.Groups.Where(group => group.Id == id && group.DeletedAt == null)
            : db.OwnGroups().Where(group => group.OwnerId == caller.UserId);
        var target = await found.Select(group => (Guid?)group.Id).SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("group");
        return new UploadTarget(target, groupId is null ? caller.Tier : null) { AddedBy = caller.UserId };
    }
}
