using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Tiers;
using ImageHub.Application.Uploads;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>
/// A locked group with its owner's current tier. The tier is null for groups without an owner, and if the owner is an admin or editor, who has no limits.
/// </summary>
internal sealed class LockedGroup(Group group, Tier? tier)
{
    private GroupContents? contents;
    private long? lastPosition;
    private long? contributedBytes;

    /// <summary>The tracked row.</summary>
    public Group Group => group;

    /// <summary>The owner's tier.</summary>
    public Tier? Tier => tier;

    /// <summary>Reserves a name and quota for an image, and ensures that its content is new to the group.</summary>
    /// <param name="db">The database.</param>
    /// <param name="imageId">The image.</param>
    /// <param name="fileName">Its name in this group.</param>
    /// <param name="sha256">The SHA-256 of its content.</param>
    /// <param name="bytes">The bytes to add to the group's total: the original file's size, or 0 for an image already counted.</param>
    /// <param name="candidates">All images that the transaction may add to this group. Their possible conflicts are read in one query.</param>
    /// <param name="isRenamedOnClash">Whether the image is renamed if its name is taken.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The image's name in this group.</returns>
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
        await EnsureFitsAsync(db, bytes, cancellationToken);
        contents.Take(imageId, fileName, sha256);
        return fileName;
    }

    /// <summary>Counts a file that the group's owner adds to another group against the owner's quota.</summary>
    public void Contribute(long bytes) => contributedBytes += bytes;

    /// <summary>Throws if a file exceeds the quota of the group's owner.</summary>
    /// <exception cref="ProblemException">413 <c>quotaExceeded</c>.</exception>
    public async Task EnsureFitsAsync(IImageHubDb db, long bytes, CancellationToken cancellationToken)
    {
        if (tier?.QuotaBytes is not null && bytes > 0)
        {
            contributedBytes ??= await db.FindContributedBytesAsync(group.OwnerId!.Value, cancellationToken);
            Quota.EnsureFits(tier, group.ImageBytes + contributedBytes.Value, bytes);
        }
    }

    /// <summary>The position after the last image and after all reserved positions.</summary>
    public async Task<long> NextPositionAsync(IImageHubDb db, CancellationToken cancellationToken)
    {
        lastPosition ??= Math.Max(
            group.PromisedPosition,
            await db.AllImages.Where(image => image.GroupId == group.Id && image.DeletedAt == null).MaxAsync(image => (long?)image.Position, cancellationToken) ?? 0);
        lastPosition += Position.Gap;
        return lastPosition.Value;
    }
}
