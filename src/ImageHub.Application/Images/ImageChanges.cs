using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Tiers;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Images;

/// <summary>
/// Changes to images in one transaction that holds the rows of all groups concerned, so that duplicates, quotas, counts and places are
/// judged by one writer at a time. An image that cannot be changed leaves the others alone.
/// </summary>
internal sealed class ImageChanges : IAsyncDisposable
{
    private readonly IImageHubDb db;
    private readonly IDbContextTransaction transaction;
    private readonly Dictionary<Guid, LockedGroup> groups;
    private readonly Dictionary<Guid, Image> images;
    private readonly IReadOnlyCollection<GroupContents.Entry> candidates;
    private readonly List<Guid> trashed = [];
    private readonly List<Guid> restored = [];
    private readonly DateTimeOffset now;

    private ImageChanges(
        IImageHubDb db,
        IDbContextTransaction transaction,
        Dictionary<Guid, LockedGroup> groups,
        Dictionary<Guid, Image> images,
        IReadOnlyCollection<NewImage> additions,
        DateTimeOffset now)
    {
        this.db = db;
        this.transaction = transaction;
        this.groups = groups;
        this.images = images;
        this.now = now;
        candidates =
        [
            .. images.Values.Select(image => new GroupContents.Entry(image.FileName, image.Sha256)),
            .. additions.Select(addition => new GroupContents.Entry(addition.FileName, addition.Sha256)),
        ];
    }

    /// <summary>Locks the groups of the images, and another one where images shall go to it, and reads the images.</summary>
    /// <param name="db">The database.</param>
    /// <param name="imageIds">The images that may be changed.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="targetGroupId">The group that images are moved or added to.</param>
    /// <param name="additions">The images that may be added.</param>
    public static async Task<ImageChanges> BeginAsync(
        IImageHubDb db,
        IReadOnlyCollection<Guid> imageIds,
        TimeProvider clock,
        CancellationToken cancellationToken,
        Guid? targetGroupId = null,
        IReadOnlyCollection<NewImage>? additions = null)
    {
        var ids = imageIds.ToArray();
        while (true)
        {
            var begun = await db.Database.BeginTransactionAsync(cancellationToken);
            try
            {
                var groupIds = ids.Length == 0
                    ? []
                    : await db.Images.Where(image => ids.Contains(image.Id)).Select(image => image.GroupId).Distinct().ToListAsync(cancellationToken);
                var held = await db.Locks.LockGroupsAsync([.. groupIds.Append(targetGroupId ?? Guid.Empty)], cancellationToken);
                var found = ids.Length == 0 ? [] : await db.Locks.LockImagesAsync(ids, cancellationToken);
                if (found.Values.All(image => held.ContainsKey(image.GroupId)))
                {
                    return new ImageChanges(db, begun, await WithTiersAsync(db, held.Values, cancellationToken), found, additions ?? [], clock.Now());
                }
            }
            catch
            {
                await begun.DisposeAsync();
                throw;
            }

            // Someone moved an image to another group before these were locked.
            await begun.DisposeAsync();
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>An image that is not in the trash.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Image Live(Guid id) => FindLive(id) ?? throw ProblemException.NotFound("image");

    /// <summary>An image that is not in the trash, or null.</summary>
    public Image? FindLive(Guid id) => images.GetValueOrDefault(id) is { DeletedAt: null } image ? image : null;

    /// <summary>An image, in the trash or not.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Image Any(Guid id) => images.GetValueOrDefault(id) ?? throw ProblemException.NotFound("image");

    /// <summary>Adds an image whose objects have been written to a group.</summary>
    /// <param name="made">The image.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="position">The place that it was promised; null: the end.</param>
    /// <param name="isRenamedOnClash">Whether a name that is taken is changed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">404 when the group is gone, 409 <c>duplicateFileName</c> or <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.</exception>
    public async Task<Image> AddAsync(NewImage made, Guid groupId, long? position, bool isRenamedOnClash, CancellationToken cancellationToken)
    {
        var target = groups.GetValueOrDefault(groupId) is { Group.DeletedAt: null } found ? found : throw ProblemException.NotFound("group");
        var fileName = await target.ReserveAsync(db, made.Id, made.FileName, made.Sha256, made.OriginalBytes, candidates, isRenamedOnClash, cancellationToken);
        var image = Image.Create(made with { FileName = fileName }, target.Group, position ?? await target.NextPositionAsync(db, cancellationToken), now);
        target.Group.Count(image, now);
        db.Images.Add(image);
        if (image.PerceptualHash is not null)
        {
            db.UncomparedImages.Add(new UncomparedImage(image.Id));
        }

        return image;
    }

    /// <summary>Moves an image to the trash.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public void Delete(Guid id)
    {
        var image = Live(id);
        image.Trash(now);
        groups[image.GroupId].Group.Uncount(image, now);
        trashed.Add(id);
    }

    /// <summary>Takes an image out of the trash.</summary>
    /// <exception cref="ProblemException">
    /// 404 (<c>notInTrash</c> for one that is not there), 409 <c>groupInTrash</c>, <c>ownerDeleted</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.
    /// </exception>
    public async Task RestoreAsync(Guid id, CancellationToken cancellationToken)
    {
        var image = Any(id);
        if (image.DeletedAt is null)
        {
            throw new ProblemException(Problems.NotInTrash, $"'{image.FileName}' is not in the trash; there is nothing to restore.");
        }

        var target = groups[image.GroupId];
        if (target.Group.DeletedAt is not null)
        {
            throw image.OwnerId is null
                ? new ProblemException(Problems.GroupInTrash, $"The image's group, '{target.Group.Title}', is in the trash; restore the group first.")
                : new ProblemException(Problems.OwnerDeleted, $"The account that '{image.FileName}' belonged to has been deleted; give it another owner first.");
        }

        await ReserveAsync(target, image, image.FileName, cancellationToken);
        image.Restore(target.Group);
        target.Group.Count(image, now);
        restored.Add(id);
    }

    /// <summary>Moves an image to the end of another curated group, under its name or a new one.</summary>
    /// <exception cref="ProblemException">
    /// 404, 400 that names <c>groupId</c>, or 409 <c>ownedByUser</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>.
    /// </exception>
    public Task MoveAsync(Guid id, Guid targetGroupId, string? newName, CancellationToken cancellationToken)
    {
        var image = Live(id);
        if (image.OwnerId is not null)
        {
            throw new ProblemException(Problems.OwnedByUser, $"'{image.FileName}' is a user's image; only images of groups go to other groups.");
        }

        return groups.GetValueOrDefault(targetGroupId) is { Group: { DeletedAt: null, OwnerId: null } } target
            ? MoveAsync(image, target, newName, cancellationToken)
            : throw ProblemException.Invalid("groupId", $"groupId is {targetGroupId}; there is no such group.");
    }

    /// <summary>Gives a user's image to another user, under its name or a new one. It may lie in the trash, to be restored there.</summary>
    /// <param name="id">The image.</param>
    /// <param name="ownerId">The new owner.</param>
    /// <param name="ownGroupId">The new owner's own group, which is locked; null: there is none.</param>
    /// <param name="newName">Its new name, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 404, 400 that names <c>ownerId</c>, 409 <c>ownedByGroup</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.
    /// </exception>
    public Task TransferOwnershipAsync(Guid id, Guid ownerId, Guid? ownGroupId, string? newName, CancellationToken cancellationToken)
    {
        var image = Any(id);
        if (image.OwnerId is null)
        {
            throw new ProblemException(Problems.OwnedByGroup, $"'{image.FileName}' is an image of a group; only users' images have an owner.");
        }

        // Only users have a tier: an admin's own group, from when the account was a user's, takes nothing.
        return groups.GetValueOrDefault(ownGroupId ?? Guid.Empty) is { Group.DeletedAt: null, Tier: not null } target
            ? MoveAsync(image, target, newName, cancellationToken)
            : throw ProblemException.Invalid("ownerId", $"ownerId is {ownerId}; it must be an account with the role user.");
    }

    /// <summary>Renames an image.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateFileName</c>.</exception>
    public async Task RenameAsync(Image image, string fileName, CancellationToken cancellationToken)
    {
        if (image.FileName == fileName)
        {
            return;
        }

        if (image.DeletedAt is null)
        {
            await groups[image.GroupId].ReserveAsync(db, image.Id, fileName, image.Sha256, bytes: 0, candidates, isRenamedOnClash: false, cancellationToken);
        }

        image.Rename(fileName);
    }

    /// <summary>Deletes an image in the trash for good; its objects go once this is committed.</summary>
    /// <exception cref="ProblemException">404, <c>notInTrash</c> for one that is not there.</exception>
    public void Purge(Guid id)
    {
        var image = Any(id);
        if (image.DeletedAt is null)
        {
            throw new ProblemException(Problems.NotInTrash, $"'{image.FileName}' is not in the trash; delete it first.");
        }

        db.Images.Remove(image);
    }

    /// <summary>Records a change to what the image's group shows, where there was one.</summary>
    public void Touch(Image image)
    {
        if (db.ChangeTracker.HasChanges())
        {
            groups[image.GroupId].Group.Touch(now);
        }
    }

    /// <summary>Writes all changes; <see cref="CommitAsync"/> does it, too.</summary>
    public Task SaveAsync(CancellationToken cancellationToken) => db.SaveChangesAsync(cancellationToken);

    /// <summary>Writes all changes and commits them.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await SaveAsync(cancellationToken);
        await db.Comparisons.CompareWithoutAsync(trashed, cancellationToken);
        await db.Comparisons.CompareRestoredAsync(restored, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => transaction.DisposeAsync();

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

    private async Task MoveAsync(Image image, LockedGroup target, string? newName, CancellationToken cancellationToken)
    {
        if (image.GroupId == target.Group.Id)
        {
            await RenameAsync(image, newName ?? image.FileName, cancellationToken);
            return;
        }

        var isLive = image.DeletedAt is null;
        if (isLive)
        {
            await ReserveAsync(target, image, newName ?? image.FileName, cancellationToken);
            groups[image.GroupId].Group.Uncount(image, now);
            target.Group.Count(image, now);
        }

        image.Rename(newName ?? image.FileName);
        image.MoveTo(target.Group, await target.NextPositionAsync(db, cancellationToken));
    }

    private Task<string> ReserveAsync(LockedGroup target, Image image, string fileName, CancellationToken cancellationToken) =>
        target.ReserveAsync(db, image.Id, fileName, image.Sha256, image.OriginalBytes, candidates, isRenamedOnClash: false, cancellationToken);
}

/// <summary>A group whose row is held, with its owner's tier as it is now: null for curated groups and for admins, who have no limits.</summary>
internal sealed class LockedGroup(Group group, Tier? tier)
{
    private GroupContents? contents;
    private long? lastPosition;

    /// <summary>The tracked row.</summary>
    public Group Group => group;

    /// <summary>What the group's owner gets.</summary>
    public Tier? Tier => tier;

    /// <summary>Takes a name, a content and bytes of the quota for an image.</summary>
    /// <param name="db">The database.</param>
    /// <param name="imageId">The image.</param>
    /// <param name="fileName">Its name in this group.</param>
    /// <param name="sha256">Its content.</param>
    /// <param name="bytes">What it adds to the group: the file as sent, or 0 for one that is counted already.</param>
    /// <param name="candidates">Images that the same transaction may bring here, too: what any of them could clash with is read at once.</param>
    /// <param name="isRenamedOnClash">Whether a name that is taken is changed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The name that it has in this group.</returns>
    /// <exception cref="ProblemException">409 <c>duplicateFileName</c>, <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.</exception>
    public async Task<string> ReserveAsync(
        IImageHubDb db,
        Guid imageId,
        string fileName,
        byte[] sha256,
        long bytes,
        IReadOnlyCollection<GroupContents.Entry> candidates,
        bool isRenamedOnClash,
        CancellationToken cancellationToken)
    {
        contents ??= await GroupContents.ReadAsync(
            db,
            group.Id,
            [.. candidates.Select(candidate => candidate.FileName), fileName],
            [.. candidates.Select(candidate => candidate.Sha256), sha256],
            cancellationToken);
        contents.EnsureNew(imageId, sha256);
        if (isRenamedOnClash)
        {
            fileName = await contents.FindFreeNameAsync(db, group.Id, fileName, cancellationToken);
        }

        contents.EnsureFree(imageId, fileName, sha256);
        Quota.EnsureFits(tier, group.ImageBytes, bytes);
        contents.Take(imageId, fileName, sha256);
        return fileName;
    }

    /// <summary>The place behind the last image, and behind those that are promised.</summary>
    public async Task<long> NextPositionAsync(IImageHubDb db, CancellationToken cancellationToken)
    {
        lastPosition ??= Math.Max(
            group.PromisedPosition,
            await db.Images.Where(image => image.GroupId == group.Id && image.DeletedAt == null).MaxAsync(image => (long?)image.Position, cancellationToken) ?? 0);
        lastPosition += Position.Gap;
        return lastPosition.Value;
    }
}
