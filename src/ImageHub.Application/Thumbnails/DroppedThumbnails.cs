using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Thumbnails;

/// <summary>Deletes the objects of thumbnails whose rows were removed.</summary>
internal static class DroppedThumbnails
{
    /// <summary>Deletes a thumbnail's object unless its row exists again. Holds the thumbnail's lock, so that no rendering starts in between.</summary>
    public static async Task DeleteAsync(this UnreferencedObjects unreferenced, IImageHubDb db, DroppedThumbnail row, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Locks.LockThumbnailAsync(row.ImageId, row.Number, cancellationToken);
        if (!await db.Thumbnails.AnyAsync(thumbnail => thumbnail.ImageId == row.ImageId && thumbnail.Number == row.Number, cancellationToken))
        {
            await unreferenced.TryDeleteAsync([ObjectKey.For(row.ImageId, row.Revision, ImageVariant.OnRequest(row.Number))]);
        }
    }
}
