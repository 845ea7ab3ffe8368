using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Images;

/// <summary>
/// Changes to several images in one transaction that holds the rows of all groups concerned, so that counts, duplicates and
/// order are judged by one writer at a time. An image that cannot be changed leaves the others alone.
/// </summary>
internal sealed class ImageChanges : IAsyncDisposable
{
    private readonly IImageHubDb db;
    private readonly IDbContextTransaction transaction;
    private readonly Dictionary<Guid, Group> groups;
    private readonly Dictionary<Guid, Image> images;
    private readonly DateTimeOffset now;
    private readonly Dictionary<Guid, Occupied> occupied = [];

    private ImageChanges(
        IImageHubDb db, IDbContextTransaction transaction, Dictionary<Guid, Group> groups, Dictionary<Guid, Image> images, DateTimeOffset now)
    {
        this.db = db;
        this.transaction = transaction;
        this.groups = groups;
        this.images = images;
        this.now = now;
    }

    /// <summary>Locks the groups of the images, and one more where images shall go to it, and reads the images.</summary>
    public static async Task<ImageChanges> BeginAsync(
        IImageHubDb db, IReadOnlyCollection<Guid> imageIds, Guid? targetGroupId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = imageIds.ToArray();
        while (true)
        {
            var begun = await db.Database.BeginTransactionAsync(cancellationToken);
            try
            {
                var groupIds = await db.Images.Where(image => ids.Contains(image.Id)).Select(image => image.GroupId).Distinct().ToListAsync(cancellationToken);
                var toLock = targetGroupId is { } target ? groupIds.Append(target).ToArray() : [.. groupIds];
                var locked = await db.Groups
                    .FromSql($"SELECT * FROM groups WHERE id = ANY({toLock}) ORDER BY id FOR UPDATE")
                    .AsTracking()
                    .ToDictionaryAsync(group => group.Id, cancellationToken);

                // Emptying the trash takes no group's row, only those of images.
                await db.Database.ExecuteSqlAsync($"SELECT id FROM images WHERE id = ANY({ids}) ORDER BY id FOR UPDATE", cancellationToken);
                var found = await db.Images.AsTracking().Where(image => ids.Contains(image.Id)).ToDictionaryAsync(image => image.Id, cancellationToken);
                if (found.Values.All(image => locked.ContainsKey(image.GroupId)))
                {
                    return new ImageChanges(db, begun, locked, found, now);
                }
            }
            catch
            {
                await begun.DisposeAsync();
                throw;
            }

            // Someone moved an image to another group before the groups were locked.
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
        groups[image.GroupId].CountImages(-1, now);
    }

    /// <summary>Takes an image out of the trash; one that is not there stays as it is.</summary>
    /// <exception cref="ProblemException">404, or 409 <c>groupInTrash</c>, <c>duplicateFileName</c>, <c>duplicateContent</c>.</exception>
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

        var group = groups[image.GroupId];
        if (group.DeletedAt is not null)
        {
            throw new ProblemException(Problems.GroupInTrash, $"The image's group, '{group.Title}', is in the trash; restore the group first.");
        }

        await OccupyAsync(group, image, image.FileName, cancellationToken);
        image.Restore(group);
        group.CountImages(1, now);
    }

    /// <summary>Moves an image to the end of another group, under its name or a new one.</summary>
    /// <exception cref="ProblemException">404, 400 that names <c>groupId</c>, or 409 <c>duplicateFileName</c>, <c>duplicateContent</c>.</exception>
    public async Task MoveAsync(Guid id, Guid targetGroupId, string? newName, CancellationToken cancellationToken)
    {
        var image = Live(id);
        if (!groups.TryGetValue(targetGroupId, out var target) || target.DeletedAt is not null)
        {
            throw ProblemException.Invalid("groupId", $"groupId is {targetGroupId}; there is no such group.");
        }

        if (image.GroupId == targetGroupId)
        {
            await RenameAsync(image, newName ?? image.FileName, cancellationToken);
            return;
        }

        var end = (await OccupyAsync(target, image, newName ?? image.FileName, cancellationToken)).NextPosition();
        image.Rename(newName ?? image.FileName);
        groups[image.GroupId].CountImages(-1, now);
        image.MoveTo(target, end);
        target.CountImages(1, now);
    }

    /// <summary>Renames an image.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateFileName</c>.</exception>
    public async Task RenameAsync(Image image, string fileName, CancellationToken cancellationToken)
    {
        if (image.FileName != fileName)
        {
            await OccupyAsync(groups[image.GroupId], image, fileName, cancellationToken);
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
    public void Touch(Image image) => groups[image.GroupId].Touch(now);

    /// <summary>Writes all changes and commits them.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    /// <summary>Takes a name, and the image's content, in a group.</summary>
    private async Task<Occupied> OccupyAsync(Group group, Image image, string fileName, CancellationToken cancellationToken)
    {
        if (!occupied.TryGetValue(group.Id, out var taken))
        {
            occupied[group.Id] = taken = await Occupied.ReadAsync(db, group.Id, images.Values, fileName, cancellationToken);
        }

        taken.Take(image, fileName);
        return taken;
    }

    /// <summary>Names and contents of a group's images that the images at hand could clash with.</summary>
    private sealed class Occupied(Dictionary<string, Guid> names, Dictionary<string, Guid> contents, long lastPosition)
    {
        private long position = lastPosition;

        public static async Task<Occupied> ReadAsync(
            IImageHubDb db, Guid groupId, IReadOnlyCollection<Image> candidates, string newName, CancellationToken cancellationToken)
        {
            var names = candidates.Select(image => image.FileName).Append(newName).ToArray();
            var hashes = candidates.Select(image => image.Sha256).ToArray();
            var there = db.Images.Where(image => image.GroupId == groupId && image.DeletedAt == null);
            var rows = await there
                .Where(image => names.Contains(image.FileName) || hashes.Contains(image.Sha256))
                .Select(image => new { image.Id, image.FileName, image.Sha256 })
                .ToListAsync(cancellationToken);
            var last = await there.MaxAsync(image => (long?)image.Position, cancellationToken);
            return new Occupied(
                rows.ToDictionary(row => row.FileName, row => row.Id, StringComparer.Ordinal),
                rows.ToDictionary(row => Convert.ToHexString(row.Sha256), row => row.Id, StringComparer.Ordinal),
                last ?? 0);
        }

        public void Take(Image image, string fileName)
        {
            var content = Convert.ToHexString(image.Sha256);
            Refuse(contents.GetValueOrDefault(content), image, Problems.DuplicateContent, $"'{fileName}' is in the group already, byte for byte.");
            Refuse(names.GetValueOrDefault(fileName), image, Problems.DuplicateFileName, $"Another image of the group is called '{fileName}'.");
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
