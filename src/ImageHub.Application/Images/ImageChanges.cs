using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Images;

/// <summary>
/// Changes to several images in one transaction that holds the rows of all groups and owners concerned, so that counts, bytes,
/// duplicates and order are judged by one writer at a time. An image that cannot be changed leaves the others alone.
/// </summary>
internal sealed class ImageChanges : IAsyncDisposable
{
    private readonly IImageHubDb db;
    private readonly IDbContextTransaction transaction;
    private readonly Dictionary<Guid, Group> groups;
    private readonly Dictionary<Guid, Owner> owners;
    private readonly Dictionary<Guid, Image> images;
    private readonly DateTimeOffset now;
    private readonly Dictionary<Destination, Occupied> occupied = [];

    private ImageChanges(
        IImageHubDb db,
        IDbContextTransaction transaction,
        Dictionary<Guid, Group> groups,
        Dictionary<Guid, Owner> owners,
        Dictionary<Guid, Image> images,
        DateTimeOffset now)
    {
        this.db = db;
        this.transaction = transaction;
        this.groups = groups;
        this.owners = owners;
        this.images = images;
        this.now = now;
    }

    /// <summary>Locks the groups and owners of the images, and one more where images shall go to it, and reads the images.</summary>
    public static async Task<ImageChanges> BeginAsync(
        IImageHubDb db,
        IReadOnlyCollection<Guid> imageIds,
        Guid? targetGroupId,
        DateTimeOffset now,
        CancellationToken cancellationToken,
        Guid? targetOwnerId = null)
    {
        var ids = imageIds.ToArray();
        while (true)
        {
            var begun = await db.Database.BeginTransactionAsync(cancellationToken);
            try
            {
                var places = await db.Images
                    .Where(image => ids.Contains(image.Id))
                    .Select(image => new { image.GroupId, image.OwnerId })
                    .Distinct()
                    .ToListAsync(cancellationToken);
                var groupIds = places.Select(place => place.GroupId).Append(targetGroupId).OfType<Guid>().ToArray();
                var ownerIds = places.Select(place => place.OwnerId).Append(targetOwnerId).OfType<Guid>().ToArray();
                var locked = await db.Groups
                    .FromSql($"SELECT * FROM groups WHERE id = ANY({groupIds}) ORDER BY id FOR UPDATE")
                    .AsTracking()
                    .ToDictionaryAsync(group => group.Id, cancellationToken);
                var held = ownerIds.Length == 0 ? [] : await db.LockOwnersAsync(ownerIds, cancellationToken);

                // Emptying the trash takes no group's row, only those of images.
                await db.Database.ExecuteSqlAsync($"SELECT id FROM images WHERE id = ANY({ids}) ORDER BY id FOR UPDATE", cancellationToken);
                var found = await db.Images.AsTracking().Where(image => ids.Contains(image.Id)).ToDictionaryAsync(image => image.Id, cancellationToken);
                if (found.Values.All(image => groupIds.Contains(image.GroupId ?? Guid.Empty) || ownerIds.Contains(image.OwnerId ?? Guid.Empty)))
                {
                    return new ImageChanges(db, begun, locked, held, found, now);
                }
            }
            catch
            {
                await begun.DisposeAsync();
                throw;
            }

            // Someone moved an image to another group or owner before these were locked.
            await begun.DisposeAsync();
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>An image that is not in the trash.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Image Live(Guid id) =>
        images.TryGetValue(id, out var image) && image.DeletedAt is null ? image : throw ProblemException.NotFound("image");

    /// <summary>Moves an image to the trash.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public void Delete(Guid id)
    {
        var image = Live(id);
        image.Trash(now);
        if (image.GroupId is { } groupId)
        {
            groups[groupId].CountImages(-1, now);
        }
        else
        {
            OwnerOf(image).User.CountBytes(-image.OriginalBytes);
        }
    }

    /// <summary>Takes an image out of the trash; one that is not there stays as it is.</summary>
    /// <exception cref="ProblemException">
    /// 404, 409 <c>groupInTrash</c>, <c>ownerDeleted</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.
    /// </exception>
    public async Task RestoreAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!images.TryGetValue(id, out var image))
        {
            throw ProblemException.NotFound("image");
        }

        if (image.DeletedAt is null)
        {
            return;
        }

        if (image.GroupId is not { } groupId)
        {
            await RestoreOwnedAsync(image, cancellationToken);
            return;
        }

        var group = groups[groupId];
        if (group.DeletedAt is not null)
        {
            throw new ProblemException(Problems.GroupInTrash, $"The image's group, '{group.Title}', is in the trash; restore the group first.");
        }

        await OccupyAsync(Destination.Group(group.Id), image, image.FileName, cancellationToken);
        image.Restore(group);
        group.CountImages(1, now);
    }

    /// <summary>Moves an image to the end of another group, under its name or a new one.</summary>
    /// <exception cref="ProblemException">
    /// 404, 400 that names <c>groupId</c>, or 409 <c>ownedByUser</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>.
    /// </exception>
    public async Task MoveAsync(Guid id, Guid targetGroupId, string? newName, CancellationToken cancellationToken)
    {
        var image = Live(id);
        if (image.GroupId is not { } groupId)
        {
            throw new ProblemException(Problems.OwnedByUser, $"'{image.FileName}' is a user's image; only images of groups go to other groups.");
        }

        if (!groups.TryGetValue(targetGroupId, out var target) || target.DeletedAt is not null)
        {
            throw ProblemException.Invalid("groupId", $"groupId is {targetGroupId}; there is no such group.");
        }

        if (groupId == targetGroupId)
        {
            await RenameAsync(image, newName ?? image.FileName, cancellationToken);
            return;
        }

        var end = (await OccupyAsync(Destination.Group(target.Id), image, newName ?? image.FileName, cancellationToken)).NextPosition();
        image.Rename(newName ?? image.FileName);
        groups[groupId].CountImages(-1, now);
        image.MoveTo(target, end);
        target.CountImages(1, now);
    }

    /// <summary>Makes a user's image another user's, under its name or a new one. It may lie in the trash, to be restored there.</summary>
    /// <exception cref="ProblemException">
    /// 404, 400 that names <c>ownerId</c>, 409 <c>ownedByGroup</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>, or 413 <c>quotaExceeded</c>.
    /// </exception>
    public async Task HandAsync(Image image, Guid targetOwnerId, string? newName, CancellationToken cancellationToken)
    {
        if (image.OwnerId is not { } ownerId)
        {
            throw new ProblemException(Problems.OwnedByGroup, $"'{image.FileName}' is an image of a group; only users' images have an owner.");
        }

        if (!owners.TryGetValue(targetOwnerId, out var target) || target.Tier is null)
        {
            throw ProblemException.Invalid("ownerId", $"ownerId is {targetOwnerId}; it must be an account with the role user.");
        }

        if (ownerId == targetOwnerId)
        {
            await RenameAsync(image, newName ?? image.FileName, cancellationToken);
            return;
        }

        if (image.DeletedAt is null)
        {
            await OccupyAsync(Destination.Owner(targetOwnerId), image, newName ?? image.FileName, cancellationToken);
            target.Keep(image.OriginalBytes);
            owners[ownerId].User.CountBytes(-image.OriginalBytes);
        }

        image.Rename(newName ?? image.FileName);
        image.HandTo(target.User);
    }

    /// <summary>An image, in the trash or not.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Image Any(Guid id) => images.GetValueOrDefault(id) ?? throw ProblemException.NotFound("image");

    /// <summary>Renames an image.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateFileName</c>.</exception>
    public async Task RenameAsync(Image image, string fileName, CancellationToken cancellationToken)
    {
        if (image.FileName != fileName)
        {
            await OccupyAsync(Destination.Of(image), image, fileName, cancellationToken);
            image.Rename(fileName);
        }
    }

    /// <summary>Deletes an image in the trash for good; its objects go once this is committed.</summary>
    /// <exception cref="ProblemException">404, or 409 <c>notInTrash</c>.</exception>
    public void Purge(Guid id)
    {
        if (!images.TryGetValue(id, out var image))
        {
            throw ProblemException.NotFound("image");
        }

        if (image.DeletedAt is null)
        {
            throw new ProblemException(Problems.NotInTrash, $"'{image.FileName}' is not in the trash; delete it first.");
        }

        db.Images.Remove(image);
    }

    /// <summary>Records a change to what the group shows.</summary>
    public void Touch(Image image)
    {
        if (image.GroupId is { } groupId)
        {
            groups[groupId].Touch(now);
        }
    }

    /// <summary>Writes all changes and commits them.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    private Owner OwnerOf(Image image) => owners[image.OwnerId!.Value];

    private async Task RestoreOwnedAsync(Image image, CancellationToken cancellationToken)
    {
        if (!owners.TryGetValue(image.OwnerId!.Value, out var owner))
        {
            throw new ProblemException(
                Problems.OwnerDeleted, $"The user whose image '{image.FileName}' was has been deleted; give it another owner first.");
        }

        await OccupyAsync(Destination.Owner(owner.User.Id), image, image.FileName, cancellationToken);
        owner.Keep(image.OriginalBytes);
        image.Restore();
    }

    /// <summary>Takes a name, and the image's content, where it goes.</summary>
    private async Task<Occupied> OccupyAsync(Destination destination, Image image, string fileName, CancellationToken cancellationToken)
    {
        if (!occupied.TryGetValue(destination, out var taken))
        {
            occupied[destination] = taken = await Occupied.ReadAsync(db, destination, images.Values, fileName, cancellationToken);
        }

        taken.Take(image, fileName);
        return taken;
    }

    /// <summary>Names and contents of the images there that the images at hand could clash with.</summary>
    private sealed class Occupied(Destination destination, Dictionary<string, Guid> names, Dictionary<string, Guid> contents, long lastPosition)
    {
        private long position = lastPosition;

        public static async Task<Occupied> ReadAsync(
            IImageHubDb db, Destination destination, IReadOnlyCollection<Image> candidates, string newName, CancellationToken cancellationToken)
        {
            var names = candidates.Select(image => image.FileName).Append(newName).ToArray();
            var hashes = candidates.Select(image => image.Sha256).ToArray();
            var there = destination.LiveImages(db);
            var rows = await there
                .Where(image => names.Contains(image.FileName) || hashes.Contains(image.Sha256))
                .Select(image => new { image.Id, image.FileName, image.Sha256 })
                .ToListAsync(cancellationToken);
            var last = await there.MaxAsync(image => (long?)image.Position, cancellationToken);
            return new Occupied(
                destination,
                rows.ToDictionary(row => row.FileName, row => row.Id, StringComparer.Ordinal),
                rows.ToDictionary(row => Convert.ToHexString(row.Sha256), row => row.Id, StringComparer.Ordinal),
                last ?? 0);
        }

        public void Take(Image image, string fileName)
        {
            var content = Convert.ToHexString(image.Sha256);
            Refuse(contents.GetValueOrDefault(content), image, Problems.DuplicateContent, $"{destination.Name} has '{fileName}' already, byte for byte.");
            Refuse(names.GetValueOrDefault(fileName), image, Problems.DuplicateFileName, $"{destination.Name} has another image called '{fileName}'.");
            contents[content] = image.Id;
            names[fileName] = image.Id;
        }

        public long NextPosition() => position += Position.Gap;

        private static void Refuse(Guid existing, Image image, Problem problem, string detail)
        {
            if (existing != Guid.Empty && existing != image.Id)
            {
                throw new ProblemException(problem, detail) { ExistingId = existing };
            }
        }
    }
}
