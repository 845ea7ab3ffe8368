using ImageHub.Application.Database;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Images;

/// <summary>A transaction that has locked images and all groups affected by changing them.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Groups">The locked groups by id.</param>
/// <param name="Images">The locked images by id.</param>
/// <param name="MarkId">The image that is the site's watermark; null if there is none, or without locked images.</param>
internal sealed record LockedImages(IDbContextTransaction Transaction, Dictionary<Guid, LockedGroup> Groups, Dictionary<Guid, Image> Images, Guid? MarkId)
{
    /// <summary>Begins a transaction, and locks the groups of images, further groups, and then the images.</summary>
    /// <param name="db">The database.</param>
    /// <param name="ids">The images; ids without a row are ignored.</param>
    /// <param name="targetGroupId">A further group, or null.</param>
    /// <param name="contributors">
    /// The users who add images to the further group. Their own groups are locked, too, because the images count against their quotas.
    /// </param>
    /// <param name="linkId">The link whose row the transaction locks later, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<LockedImages> LockAsync(IImageHubDb db, Guid[] ids, Guid? targetGroupId, Guid[] contributors, Guid? linkId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var groupIds = await FindGroupIdsAsync(db, ids, targetGroupId, contributors, cancellationToken);
            var begun = await db.Locks.BeginInTurnAsync(linkId is { } link ? [.. groupIds, link] : groupIds, cancellationToken);
            try
            {
                var held = await db.Locks.LockGroupsAsync(groupIds, cancellationToken);
                var found = ids.Length == 0 ? [] : await db.Locks.LockImagesAsync(ids, cancellationToken);
                if (found.Values.All(image => held.ContainsKey(image.GroupId)))
                {
                    // Read after the images are locked. While an image is locked, no other transaction can make it the site's watermark.
                    var markId = found.Count == 0 ? null : await db.SiteProfiles.Select(site => site.WatermarkImageId).SingleAsync(cancellationToken);
                    return new LockedImages(begun, await WithTiersAsync(db, held.Values, cancellationToken), found, markId);
                }
            }
            catch
            {
                await begun.DisposeAsync();
                throw;
            }

            // Another transaction moved an image to another group before the locks were acquired. Try again.
            await begun.DisposeAsync();
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Finds the groups to lock. For an image in an inbox, this includes the group that approval moves the image to.</summary>
    private static async Task<Guid[]> FindGroupIdsAsync(IImageHubDb db, Guid[] ids, Guid? targetGroupId, Guid[] contributors, CancellationToken cancellationToken)
    {
        var groupIds = new HashSet<Guid>();
        if (targetGroupId is { } target)
        {
            groupIds.Add(target);
        }

        if (ids.Length > 0)
        {
            foreach (var row in await db.AllImages.Where(image => ids.Contains(image.Id)).Select(image => new { image.GroupId, image.InboxOf }).Distinct().ToListAsync(cancellationToken))
            {
                groupIds.Add(row.GroupId);
                groupIds.Add(row.InboxOf ?? row.GroupId);
            }
        }

        if (contributors.Length > 0)
        {
            groupIds.UnionWith(await db.OwnGroups().Where(group => contributors.Contains(group.OwnerId!.Value)).Select(group => group.Id).ToListAsync(cancellationToken));
        }

        return [.. groupIds];
    }

    private static async Task<Dictionary<Guid, LockedGroup>> WithTiersAsync(IImageHubDb db, IReadOnlyCollection<Group> groups, CancellationToken cancellationToken)
    {
        var ownerIds = groups.Select(group => group.OwnerId).OfType<Guid>().ToArray();
        var tiers = ownerIds.Length == 0
            ? []
            : await (
                from user in db.Users
                where ownerIds.Contains(user.Id)
                join tier in db.Tiers on user.TierId equals (Guid?)tier.Id
                select new { user.Id, Tier = tier }).ToDictionaryAsync(user => user.Id, user => user.Tier, cancellationToken);
        return groups.ToDictionary(group => group.Id, group => new LockedGroup(group, tiers.GetValueOrDefault(group.OwnerId ?? Guid.Empty)));
    }
}
