using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>What the images take, those in the trash included.</summary>
public sealed record GetStorage : IRequest<StorageUse>;

/// <summary>Storage used by images.</summary>
/// <param name="Images">How many there are.</param>
/// <param name="Bytes">Their sizes by resolution.</param>
/// <param name="FreeBytes">What the disk of the file store has left; null with S3.</param>
/// <param name="Damaged">How many objects are lost and cannot be made again.</param>
/// <param name="CheckedAt">When all objects had last been gone through; null: not yet.</param>
public sealed record StorageUse(long Images, StorageBytes Bytes, long? FreeBytes, long Damaged, DateTimeOffset? CheckedAt);

/// <summary>Sizes by resolution, in bytes.</summary>
/// <param name="Original">Files as sent, where they differ from the full images.</param>
/// <param name="Full">Full images.</param>
/// <param name="High">High renditions.</param>
/// <param name="Medium">Medium renditions, of the images that have one.</param>
/// <param name="Low">Low renditions.</param>
/// <param name="Alternates">Low, medium and high in formats that take fewer bytes.</param>
/// <param name="Thumbnails">What was made on request: thumbnails by height, and full sizes as JPEG.</param>
public sealed record StorageBytes(long Original, long Full, long High, long Medium, long Low, long Alternates, long Thumbnails);

internal sealed class GetStorageHandler(IImageHubDb db, IObjectStore store) : IRequestHandler<GetStorage, StorageUse>
{
    public async Task<StorageUse> Handle(GetStorage request, CancellationToken cancellationToken)
    {
        // It adds up whole tables; admins ask for it rarely.
        db.Database.SetCommandTimeout(StatementTimeout.Write);
        var freeBytes = store.FreeBytes;
        var damaged = await db.DamagedObjects.LongCountAsync(cancellationToken);
        var checkedAt = await db.Scrubs.Select(scrub => scrub.CheckedAt).SingleOrDefaultAsync(cancellationToken);
        var thumbnails = await db.Thumbnails.SumAsync(thumbnail => thumbnail.Bytes, cancellationToken);
        return await db.Images
            .GroupBy(_ => 1)
            .Select(all => new StorageUse(
                all.LongCount(),
                new StorageBytes(
                    all.Sum(image => image.HasOriginal ? image.OriginalBytes : 0),
                    all.Sum(image => image.Full.Bytes),
                    all.Sum(image => image.High.Bytes),
                    all.Sum(image => image.Medium!.Bytes),
                    all.Sum(image => image.Low.Bytes),
                    all.Sum(image => image.AlternateBytes),
                    thumbnails),
                freeBytes,
                damaged,
                checkedAt))
            .SingleOrDefaultAsync(cancellationToken)
            ?? new StorageUse(0, new StorageBytes(0, 0, 0, 0, 0, 0, 0), freeBytes, damaged, checkedAt);
    }
}
