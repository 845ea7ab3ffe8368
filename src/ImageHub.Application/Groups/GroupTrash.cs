using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Moves groups to the trash.</summary>
internal static class GroupTrash
{
    /// <summary>
    /// Moves a group, all groups below it and their images to the trash. The transaction must hold the locks of
    /// <see cref="ILocks.LockGroupWithGroupsBelowAsync"/>.
    /// </summary>
    /// <exception cref="ProblemException">409 <c>watermarkInUse</c>.</exception>
    public static async Task TrashAsync(this IImageHubDb db, Group group, DateTimeOffset deletedAt, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = deletedAt;
        var below = db.Groups.Where(row => QueryFunctions.Contains(row.Path, group.Id) && row.DeletedAt == null);
        Guid[] groupIds = [group.Id, .. await below.Select(row => row.Id).ToListAsync(cancellationToken)];
        var images = db.Images.Where(image => groupIds.Contains(image.GroupId));
        var live = images.Where(image => image.DeletedAt == null);
        var ids = await live.Where(image => image.PerceptualHash != null).Select(image => image.Id).ToListAsync(cancellationToken);
        await live.ExecuteUpdateAsync(
            set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
        if (await db.SiteProfiles.AnyAsync(site => images.Any(image => image.Id == site.WatermarkImageId), cancellationToken))
        {
            throw new ProblemException(
                Problems.WatermarkInUse, "The group, or a group below it, contains the site's watermark; choose another one, or move it to another group first.");
        }

        await db.TrashInboxesAsync(groupIds, deletedAt, cancellationToken);
        await db.Comparisons.CompareWithoutAsync(ids, cancellationToken);
        await below.ExecuteUpdateAsync(set => set.SetProperty(row => row.DeletedAt, now).SetProperty(row => row.TrashedWithId, (Guid?)group.Id), cancellationToken);
        group.Trash(deletedAt);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>
    /// Moves the guests' photos that await approval to the trash with their groups. The groups' locks prevent new inboxes. Rows of groups are locked by id, so
    /// every transaction locks a group before its inboxes, which have later ids.
    /// </summary>
    private static async Task TrashInboxesAsync(this IImageHubDb db, Guid[] groupIds, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var ids = await db.AllGroups.Where(inbox => inbox.InboxOf != null && groupIds.Contains(inbox.InboxOf.Value)).Select(inbox => inbox.Id).ToArrayAsync(cancellationToken);
        foreach (var inbox in (await db.Locks.LockGroupsAsync(ids, cancellationToken)).Values)
        {
            inbox.Trash(now!.Value);
        }

        await db.AllImages
            .Where(image => image.InboxOf != null && groupIds.Contains(image.InboxOf.Value) && image.DeletedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
    }
}
