using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Images;

/// <summary>
/// Changes images in one transaction that locks the rows of all affected groups. In each group, only one transaction at a time then checks duplicates and
/// quotas and assigns counts and positions. A failed change does not affect other images.
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
    private readonly Guid? markId;

    private ImageChanges(IImageHubDb db, LockedImages locked, IReadOnlyCollection<NewImage> additions, DateTimeOffset now)
    {
        this.db = db;
        (transaction, groups, images, markId) = locked;
        this.now = now;
        candidates =
        [
            .. images.Values.Select(image => new GroupContents.Entry(image.FileName, image.Sha256)),
            .. additions.Select(addition => new GroupContents.Entry(addition.FileName, addition.Sha256)),
        ];
    }

    /// <summary>Locks the groups of the images and the target group, and reads the images.</summary>
    /// <param name="db">The database.</param>
    /// <param name="imageIds">The images to change.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="targetGroupId">The group to which images are moved or added, or null.</param>
    /// <param name="additions">The images to add.</param>
    /// <param name="linkId">The link whose row the transaction locks later, or null.</param>
    public static async Task<ImageChanges> BeginAsync(
        IImageHubDb db,
        IReadOnlyCollection<Guid> imageIds,
        TimeProvider clock,
        CancellationToken cancellationToken,
        Guid? targetGroupId = null,
        IReadOnlyCollection<NewImage>? additions = null,
        Guid? linkId = null)
    {
        var contributors = (additions ?? []).Where(addition => addition.IsContribution).Select(addition => addition.AddedBy!.Value).Distinct().ToArray();
        var locked = await LockedImages.LockAsync(db, [.. imageIds], targetGroupId, contributors, linkId, cancellationToken);
        return new ImageChanges(db, locked, additions ?? [], clock.Now());
    }

    /// <summary>Finds an image outside the trash.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Image Live(Guid id) => FindLive(id) ?? throw ProblemException.NotFound("image");

    /// <summary>Finds an image outside the trash, or null.</summary>
    public Image? FindLive(Guid id) => images.GetValueOrDefault(id) is { DeletedAt: null } image ? image : null;

    /// <summary>Finds an image, whether or not it is in the trash.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Image Any(Guid id) => images.GetValueOrDefault(id) ?? throw ProblemException.NotFound("image");

    /// <summary>Adds an image to a group. The image's objects must have been written.</summary>
    /// <param name="made">The image.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="position">The reserved position; null to append.</param>
    /// <param name="isRenamedOnClash">Whether the image is renamed if its name is taken.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 404 if the group no longer exists or the user is no longer a contributor, 409 <c>duplicateFileName</c> or <c>duplicateContent</c>, or 413
    /// <c>quotaExceeded</c>.
    /// </exception>
    public async Task<Image> AddAsync(NewImage made, Guid groupId, long? position, bool isRenamedOnClash, CancellationToken cancellationToken)
    {
        var target = groups.GetValueOrDefault(groupId) is { Group.DeletedAt: null } found ? found : throw ProblemException.NotFound("group");
        var contributor = made.IsContribution ? await FindContributorAsync(made.AddedBy!.Value, groupId, cancellationToken) : null;
        if (contributor is not null)
        {
            // The quota is checked first, because a rejected file must not reserve its name and content. The transaction may record an equal file of another
            // contributor.
            await contributor.EnsureFitsAsync(db, made.OriginalBytes, cancellationToken);
        }

        var fileName = await target.ReserveAsync(db, made.Id, made.FileName, made.Sha256, made.OriginalBytes, candidates, isRenamedOnClash, cancellationToken);
        contributor?.Contribute(made.OriginalBytes);
        var image = Image.Create(made with { FileName = fileName }, target.Group, position ?? await target.NextPositionAsync(db, cancellationToken), now);
        target.Group.Count(image, now);
        db.AllImages.Add(image);
        if (image.GuestId is null)
        {
            Compare(image);
        }

        return image;
    }

    /// <summary>Replaces an image of a group: moves the former image to the trash, and adds the new image at the same position.</summary>
    /// <param name="formerId">The image to replace.</param>
    /// <param name="groupId">The group in which the image was found.</param>
    /// <param name="made">The new image, whose objects must have been written.</param>
    /// <param name="isFormerRequired">
    /// Whether the former image must still be in the group under the new image's name. If false and the former image is gone, the new image is only added.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The new image, and whether it has replaced the former one.</returns>
    /// <exception cref="ProblemException">
    /// 412 if the former image is required and gone; the errors of <see cref="Delete"/> and <see cref="AddAsync"/>.
    /// </exception>
    public async Task<(Image Image, bool HasReplaced)> ReplaceAsync(Guid formerId, Guid groupId, NewImage made, bool isFormerRequired, CancellationToken cancellationToken)
    {
        if (FindLiveAt(formerId, groupId, made.FileName) is not { } former)
        {
            return isFormerRequired
                ? throw new ProblemException(Problems.PreconditionFailed, $"'{made.FileName}' was moved, renamed or replaced meanwhile, so the condition no longer holds.")
                : (await AddAsync(made, groupId, position: null, isRenamedOnClash: false, cancellationToken), false);
        }

        await ClearAsync(former, cancellationToken);
        var image = await AddAsync(made, former.GroupId, former.Position, isRenamedOnClash: false, cancellationToken);
        HandOnCover(former, image);
        return (image, true);
    }

    /// <summary>
    /// Moves an image onto another image of a curated group: moves the other image to the trash, and the image takes its position, and its place as the cover.
    /// </summary>
    /// <param name="id">The image.</param>
    /// <param name="former">The other image, outside the trash.</param>
    /// <param name="newName">The image's new name.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">The errors of <see cref="Delete"/> and <see cref="MoveAsync(Guid, Guid, string, CancellationToken)"/>.</exception>
    public async Task MoveOntoAsync(Guid id, Image former, string newName, CancellationToken cancellationToken)
    {
        await ClearAsync(former, cancellationToken);
        await MoveAsync(id, former.GroupId, newName, cancellationToken);
        var image = Live(id);
        image.MoveTo(groups[former.GroupId].Group, former.Position);
        HandOnCover(former, image);
    }

    /// <summary>Finds an image that was found by its group and name before the transaction; null if it has since been moved, renamed or removed.</summary>
    public Image? FindLiveAt(Guid id, Guid groupId, string fileName) =>
        FindLive(id) is { } image && image.GroupId == groupId && image.FileName == fileName ? image : null;

    /// <summary>Moves an image to the trash.</summary>
    /// <exception cref="ProblemException">404; 409 <c>watermarkInUse</c> for the site's watermark.</exception>
    public void Delete(Guid id)
    {
        var image = Live(id);
        if (id == markId)
        {
            throw new ProblemException(Problems.WatermarkInUse, $"'{image.FileName}' is the site's watermark; choose another one first.");
        }

        image.Trash(now);
        groups[image.GroupId].Group.Uncount(image, now);
        trashed.Add(id);
    }

    /// <summary>Restores an image from the trash.</summary>
    /// <exception cref="ProblemException">
    /// 404 (<c>notInTrash</c> for an image outside the trash), 409 <c>groupInTrash</c>, <c>ownerDeleted</c>, <c>duplicateFileName</c>,
    /// <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.
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
            var shown = groups.GetValueOrDefault(image.InboxOf ?? image.GroupId) ?? target;
            throw image.OwnerId is null
                ? new ProblemException(Problems.GroupInTrash, $"The image's group, '{shown.Group.Title}', is in the trash; restore the group first.")
                : new ProblemException(Problems.OwnerDeleted, $"The owner of '{image.FileName}' has been deleted; assign another owner first.");
        }

        await ReserveAsync(target, image, image.FileName, cancellationToken);
        image.Restore(target.Group, now);
        target.Group.Count(image, now);
        restored.Add(id);
    }

    /// <summary>Moves an image to the end of another curated group, optionally under a new name.</summary>
    /// <exception cref="ProblemException">
    /// 404, 400 that names <c>groupId</c>, or 409 <c>ownedByUser</c>, <c>imagePending</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>.
    /// </exception>
    public Task MoveAsync(Guid id, Guid targetGroupId, string? newName, CancellationToken cancellationToken)
    {
        var image = Live(id);
        if (image.GuestId is not null)
        {
            throw new ProblemException(Problems.ImagePending, $"'{image.FileName}' awaits approval; approve it first.");
        }

        if (image.OwnerId is not null)
        {
            throw new ProblemException(Problems.OwnedByUser, $"'{image.FileName}' is a user's image; only images of groups can be moved to other groups.");
        }

        return groups.GetValueOrDefault(targetGroupId) is { Group: { DeletedAt: null, IsCurated: true } } target
            ? MoveAsync(image, target, newName, cancellationToken)
            : throw ProblemException.Invalid("groupId", $"groupId is {targetGroupId}; no group has this id.");
    }

    /// <summary>
    /// Approves a guest's photo: moves it from the inbox to the end of the group that it was sent for, under a numbered name if its name is taken.
    /// </summary>
    /// <exception cref="ProblemException">404, or 409 <c>notPending</c>, <c>duplicateContent</c>.</exception>
    public async Task ApproveAsync(Guid id, CancellationToken cancellationToken)
    {
        var image = Live(id);
        if (image.InboxOf is not { } groupId)
        {
            throw new ProblemException(Problems.NotPending, $"'{image.FileName}' does not await approval.");
        }

        var target = groups.GetValueOrDefault(groupId) is { Group.DeletedAt: null } found ? found : throw ProblemException.NotFound("group");
        await MoveAsync(image, target, null, cancellationToken, isRenamedOnClash: true);
        Compare(image);
    }

    /// <summary>Transfers a user's image to another user, optionally under a new name. An image in the trash stays in the trash.</summary>
    /// <param name="id">The image.</param>
    /// <param name="ownerId">The new owner.</param>
    /// <param name="ownGroupId">The new owner's own group, which must be locked; null if the account has none.</param>
    /// <param name="newName">The new name, or null.</param>
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

        // Only users have a tier. An admin may have an own group from the time before the promotion; this group accepts no images.
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

    /// <summary>Permanently deletes an image in the trash. Its objects are deleted after the commit.</summary>
    /// <exception cref="ProblemException">404 <c>notInTrash</c> for an image outside the trash.</exception>
    public void Purge(Guid id)
    {
        var image = Any(id);
        if (image.DeletedAt is null)
        {
            throw new ProblemException(Problems.NotInTrash, $"'{image.FileName}' is not in the trash; delete it first.");
        }

        db.AllImages.Remove(image);
    }

    /// <summary>Sets the time of the last change of the image's group if anything has changed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isRotated">Whether the image will be rotated after this transaction, which also counts as a change.</param>
    public void Touch(Image image, bool isRotated = false)
    {
        if (isRotated || db.ChangeTracker.HasChanges())
        {
            groups[image.GroupId].Group.Touch(now);
        }
    }

    /// <summary>Writes all changes without committing. <see cref="CommitAsync"/> also writes them.</summary>
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

    /// <summary>Moves an image to the trash and saves this, so that its name is free.</summary>
    private Task ClearAsync(Image former, CancellationToken cancellationToken)
    {
        Delete(former.Id);
        return SaveAsync(cancellationToken);
    }

    private void HandOnCover(Image former, Image image)
    {
        var group = groups[former.GroupId].Group;
        if (group.CoverImageId == former.Id)
        {
            group.Cover(image.Id);
        }
    }

    private async Task MoveAsync(Image image, LockedGroup target, string? newName, CancellationToken cancellationToken, bool isRenamedOnClash = false)
    {
        if (image.GroupId == target.Group.Id)
        {
            await RenameAsync(image, newName ?? image.FileName, cancellationToken);
            return;
        }

        var isLive = image.DeletedAt is null;
        if (isLive)
        {
            newName = await ReserveAsync(target, image, newName ?? image.FileName, cancellationToken, isRenamedOnClash);
            groups[image.GroupId].Group.Uncount(image, now);
            target.Group.Count(image, now);
        }

        image.Rename(newName ?? image.FileName);
        image.MoveTo(target.Group, await target.NextPositionAsync(db, cancellationToken));
    }

    /// <summary>Finds the own group of a contributor, whose role may have changed since the upload began.</summary>
    /// <exception cref="ProblemException">404 if the user is no longer a contributor.</exception>
    private async Task<LockedGroup> FindContributorAsync(Guid userId, Guid groupId, CancellationToken cancellationToken) =>
        groups.Values.FirstOrDefault(group => group.Group.OwnerId == userId) is { } own && await db.FindRoleAsync(groupId, userId, cancellationToken) == MemberRole.Contributor
            ? own
            : throw ProblemException.NotFound("group");

    private Task<string> ReserveAsync(LockedGroup target, Image image, string fileName, CancellationToken cancellationToken, bool isRenamedOnClash = false) =>
        target.ReserveAsync(db, image.Id, fileName, image.Sha256, image.OriginalBytes, candidates, isRenamedOnClash, cancellationToken);

    /// <summary>Queues an image for the comparison with the other images.</summary>
    private void Compare(Image image)
    {
        if (image.PerceptualHash is not null)
        {
            db.UncomparedImages.Add(new UncomparedImage(image.Id));
        }
    }
}
