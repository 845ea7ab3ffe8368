using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Where files are uploaded to.</summary>
/// <param name="GroupId">A curated group, or a user's own.</param>
/// <param name="Tier">The owner's tier when the request began; null for a curated group. Under the group's lock it is read again.</param>
internal sealed record UploadTarget(Guid GroupId, Tier? Tier)
{
    /// <summary>Whose turn it is when files wait to be decoded: a user's, or the admins'.</summary>
    public Guid Account => Tier is null ? RenderAccounts.Admins : GroupId;
}

/// <summary>Finds where files are uploaded to.</summary>
internal static class UploadTargets
{
    /// <summary>A curated group, for admins, or the caller's own, for users.</summary>
    /// <exception cref="ProblemException">404, 400 where an admin names no group, or 403 where a user names one.</exception>
    public static async Task<UploadTarget> FindUploadTargetAsync(this IImageHubDb db, Guid? groupId, ICaller caller, CancellationToken cancellationToken)
    {
        if (groupId is null && caller.Tier is null)
        {
            throw ProblemException.Invalid("groupId", "groupId is missing; admins and keys name the group that images go to.");
        }

        if (groupId is not null && caller.Tier is not null)
        {
            throw new ProblemException(Problems.Forbidden, "Only admins add images to groups; leave groupId out to add to your own images.");
        }

        var found = groupId is { } id
            ? db.Groups.Where(group => group.Id == id && group.DeletedAt == null)
            : db.OwnGroups().Where(group => group.OwnerId == caller.UserId);
        var target = await found.Select(group => (Guid?)group.Id).SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("group");
        return new UploadTarget(target, groupId is null ? caller.Tier : null);
    }
}
