using System.Globalization;
using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Storage;

/// <summary>Gets the storage use of all images, including those in the trash.</summary>
public sealed record GetStorage : IRequest<StorageUse>;

/// <summary>The storage use of images.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="Bytes">The sizes by resolution.</param>
/// <param name="FreeBytes">The free space on the file store's disk; null with S3.</param>
/// <param name="Damaged">The number of objects that are lost and cannot be restored.</param>
/// <param name="CheckedAt">When all objects were last checked; null if not yet.</param>
/// <param name="LastBackup">The latest finished backup; null if there is none.</param>
/// <param name="Added">
/// The images added in each of the last twelve months (UTC), including this month, oldest month first. Images that no longer exist are not counted.
/// </param>
public sealed record StorageUse(long Images, StorageBytes Bytes, long? FreeBytes, long Damaged, DateTimeOffset? CheckedAt, LastBackupResponse? LastBackup, IReadOnlyList<StorageMonth> Added);

/// <summary>The images added in a month.</summary>
/// <param name="Month">The month, such as <c>2026-05</c>.</param>
/// <param name="Images">The number of images.</param>
/// <param name="Bytes">Their total size in all resolutions, without thumbnails.</param>
public sealed record StorageMonth(string Month, long Images, long Bytes);

/// <summary>Sizes by resolution, in bytes.</summary>
/// <param name="Original">Original files, if different from the full images.</param>
/// <param name="Full">Full-resolution images.</param>
/// <param name="Large">Large renditions.</param>
/// <param name="High">High renditions.</param>
/// <param name="Medium">Medium renditions.</param>
/// <param name="Low">Low renditions.</param>
/// <param name="Alternates">Renditions in formats with smaller files.</param>
/// <param name="Thumbnails">Files rendered on request: thumbnails by height, transforms, and full size as JPEG.</param>
public sealed record StorageBytes(long Original, long Full, long Large, long High, long Medium, long Low, long Alternates, long Thumbnails);

internal sealed class GetStorageHandler(IImageHubDb db, IObjectStore store, TimeProvider clock) : IRequestHandler<GetStorage, StorageUse>
{
    private const int Months = 12;

    public async Task<StorageUse> Handle(GetStorage request, CancellationToken cancellationToken)
    {
        // These statements aggregate whole tables and take longer than others. Admins rarely send this request.
        db.Database.SetCommandTimeout(StatementTimeout.Write);
        var freeBytes = store.FreeBytes;
        var damaged = await db.DamagedObjects.LongCountAsync(cancellationToken);
        var checkedAt = await db.Scrubs.Select(scrub => scrub.CheckedAt).SingleOrDefaultAsync(cancellationToken);
        var lastBackup = await db.FindLastBackupAsync(cancellationToken);
        var thumbnails = await db.Thumbnails.SumAsync(thumbnail => thumbnail.Bytes, cancellationToken);
        var added = await CountMonthsAsync(cancellationToken);
        return await db.AllImages
            .GroupBy(_ => 1)
            .Select(all => new StorageUse(
                all.LongCount(),
                new StorageBytes(
                    all.Sum(image => image.HasOriginal ? image.OriginalBytes : 0),
                    all.Sum(image => image.Full.Bytes),
                    all.Sum(image => image.Large == null ? 0 : image.Large.Bytes),
                    all.Sum(image => image.High.Bytes),
                    all.Sum(image => image.Medium.Bytes),
                    all.Sum(image => image.Low.Bytes),
                    all.Sum(image => image.AlternateBytes),
                    thumbnails),
                freeBytes,
                damaged,
                checkedAt,
                lastBackup,
                added))
            .SingleOrDefaultAsync(cancellationToken)
            ?? new StorageUse(0, new StorageBytes(0, 0, 0, 0, 0, 0, 0, 0), freeBytes, damaged, checkedAt, lastBackup, added);
    }

    private async Task<IReadOnlyList<StorageMonth>> CountMonthsAsync(CancellationToken cancellationToken)
    {
        var today = clock.GetUtcNow();
        var first = new DateTimeOffset(today.Year, today.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1 - Months);
        var counted = await db.AllImages
            .Where(image => image.CreatedAt >= first)
            .GroupBy(image => new { image.CreatedAt.Year, image.CreatedAt.Month })
            .Select(month => new
            {
                month.Key.Year,
                month.Key.Month,
                Images = month.LongCount(),
                Bytes = month.Sum(image => (image.HasOriginal ? image.OriginalBytes : 0) + image.Full.Bytes + (image.Large == null ? 0 : image.Large.Bytes) + image.High.Bytes + image.Medium.Bytes + image.Low.Bytes + image.AlternateBytes),
            })
            .ToDictionaryAsync(month => (month.Year, month.Month), cancellationToken);
        return [.. Enumerable.Range(0, Months).Select(first.AddMonths).Select(month =>
        {
            var found = counted.GetValueOrDefault((month.Year, month.Month));
            return new StorageMonth(month.ToString("yyyy-MM", CultureInfo.InvariantCulture), found?.Images ?? 0, found?.Bytes ?? 0);
        })];
    }
}
