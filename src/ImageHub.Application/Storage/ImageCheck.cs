using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Webhooks;
using ImageHub.Domain;
using ImageHub.Domain.Images;
using ImageHub.Domain.Storage;
using ImageHub.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Storage;

/// <summary>The options of a check, which always restores lost objects.</summary>
/// <param name="Account">The account of its renderings, see <see cref="RenderAccounts"/>.</param>
/// <param name="IsRenderedAgain">Whether to render the renditions again even if their objects are intact, because the boxes were changed.</param>
/// <param name="Rotation">The degrees by which to rotate the image clockwise; its format must have an orientation.</param>
internal sealed record ImageCheckOptions(Guid Account, bool IsRenderedAgain = false, int Rotation = 0)
{
    /// <summary>Cancels the rendering. The image's row has then not been changed.</summary>
    public CancellationToken RenderingCancelled { get; init; }
}

/// <summary>
/// Reads all objects of an image, verifies them against its row, restores lost or corrupt objects and records the objects that cannot be restored.
/// </summary>
/// <remarks>
/// If the restored bytes equal the lost ones, they are stored under the same key. Different bytes become the image's next revision, which has new keys. A
/// rotation is such a change.
/// </remarks>
internal sealed class ImageCheck(
    IImageHubDb db,
    IObjectStore store,
    UnreferencedObjects unreferenced,
    IStaging staging,
    IImageRenderer renderer,
    IOptions<ImagingOptions> imaging,
    IOptions<StorageOptions> storage,
    WebhookOutbox outbox,
    TimeProvider clock,
    ILogger<ImageCheck> logger)
{
    /// <summary>Checks an image. Does nothing if the image no longer exists.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="options">The account, and the further work of the check.</param>
    /// <exception cref="ProblemException">
    /// 503 if the store or the disk is unavailable, or if the store no longer returns bytes that it has just returned; for a rotation also the reason why the
    /// file cannot be rotated. The image's row has not been changed.
    /// </exception>
    public async Task RunAsync(Guid imageId, ImageCheckOptions options)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Locks.LockImageCheckAsync(imageId, CancellationToken.None);
        if (await db.AllImages.SingleOrDefaultAsync(image => image.Id == imageId) is not { } image)
        {
            return;
        }

        try
        {
            using var folder = staging.Create(Guid.CreateVersion7());
            var objects = new ImageObjects(image, store, folder);
            await objects.ReadAsync();
            if (objects.Lost.Count > 0)
            {
                // In another gallery's store, all objects are missing, but not lost.
                await store.EnsureOwnAsync(CancellationToken.None);
            }

            var (isNext, oldKeys) = await MendAsync(image, objects, folder, options);
            oldKeys.AddRange(await FindLostThumbnailsAsync(image));
            await transaction.CommitAsync();
            if (isNext)
            {
                LogMade(image, objects, isNext);
            }

            // The old objects are deleted only after the commit, because until then the row refers to them.
            await unreferenced.TryDeleteAsync(oldKeys);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The staging folder cannot be written to");
            throw ProblemException.DiskFailed();
        }
        catch (LostObjectException changed)
        {
            logger.LogError("The store returned the right bytes of {Key} and then wrong bytes or none; the image stays as it is", changed.Key);
            throw new ProblemException(Problems.StorageUnavailable, "The store does not always return the right bytes of the file; try again.");
        }
    }

    /// <summary>Restores lost objects and records the result.</summary>
    /// <returns>Whether the image has its next revision after the commit, and the keys that no row refers to any more.</returns>
    private async Task<(bool IsNext, List<string> OldKeys)> MendAsync(Image image, ImageObjects objects, StagingFolder folder, ImageCheckOptions options)
    {
        var (_, isRenderedAgain, rotation) = options;
        await MakeFullAsync(image, objects, folder, options);
        if (rotation != 0)
        {
            await RotateFullAsync(image, objects, folder, options);
        }

        var placeholder = await RenderAsync(image, objects, folder, options);

        // A new revision starts without deferred files. If full cannot be decoded now, they cannot be rendered again, so the revision stays.
        var isNext = rotation != 0
            || (placeholder is not null && ((isRenderedAgain && image.Large is not null) || IsOnlyDeferredLost(objects)))
            || objects.Made.Any(made => (isRenderedAgain || objects.Lost.Contains(made.Key)) && !made.Value.HasBytesOf(objects.Find(made.Key)));
        var revision = isNext ? RevisionNumber.After(image.Revision, clock.Now()) : image.Revision;
        await store.PutAsync(await objects.ListNewAsync(revision), CancellationToken.None);
        if (!isNext)
        {
            // If the change to the row fails after this, the next check finds nothing lost. An image that is purged at this moment is logged, too.
            LogMade(image, objects, isNext);
        }

        // The row of the site is shared, so that the image does not become the watermark in the meantime.
        if (rotation != 0 && (await db.Locks.ShareSiteAsync(CancellationToken.None)).WatermarkImageId == image.Id)
        {
            // The pictures that show the watermark change, too.
            var least = RevisionNumber.MarkAfter(0, clock.Now());
            await db.SiteProfiles.ExecuteUpdateAsync(set => set.SetProperty(site => site.WatermarkNumber, site => Math.Max(site.WatermarkNumber + 1, least)));
        }

        if (!(await db.Locks.LockImagesAsync([image.Id], CancellationToken.None)).TryGetValue(image.Id, out var row))
        {
            // The image was purged in the meantime.
            return (false, [.. ObjectKey.All(image.Id, revision)]);
        }

        if (isNext)
        {
            row.BeginRevision(
                revision, objects.Latest(ImageVariant.Low), objects.Latest(ImageVariant.Medium), objects.Latest(ImageVariant.High), objects.Latest(ImageVariant.Full));
            if (rotation != 0)
            {
                row.Rotate(rotation, placeholder!, objects.HasOriginal);
            }
        }
        else if (objects.HasLostDeferred)
        {
            // Removes the lost files from the row. Visitors then get a smaller rendition instead of a lost large one, and the default format instead of a lost
            // alternate.
            row.SetAlternates(objects.Alternates);
            row.SetLarge(objects.Large);
        }

        row.AddBlocks(objects.Blocks);
        await RecordDamagesAsync(row, objects);
        await db.SaveChangesAsync(CancellationToken.None);
        if (objects.Lost.Count > 0)
        {
            // This update changes nothing, but invalidates cached responses, which may contain wrong bytes.
            await db.AllImages.Where(updated => updated.Id == row.Id).ExecuteUpdateAsync(update => update.SetProperty(updated => updated.Revision, updated => updated.Revision));
        }

        return (isNext, isNext ? [.. ObjectKey.OfRevision(image.Id, image.Revision), .. await DropThumbnailsAsync(image)] : []);
    }

    /// <summary>
    /// Whether large renditions or alternates are lost and nothing else remains lost. The revision does not change while other damage remains, because a
    /// backup restores lost objects under the keys of the current revision.
    /// </summary>
    private static bool IsOnlyDeferredLost(ImageObjects objects) => objects.HasLostDeferred && objects.Lost.All(objects.Made.ContainsKey);

    /// <summary>Logs which objects have been stored again, and whether the deferred ones will be rendered again.</summary>
    private void LogMade(Image image, ImageObjects objects, bool isNext)
    {
        if (isNext && objects.HasLostDeferred)
        {
            logger.LogWarning("A large rendition or an alternate of image {Id} was lost or damaged; all large renditions and alternates of the image are rendered again with the next revision", image.Id);
        }

        foreach (var variant in objects.Lost.Where(objects.Made.ContainsKey))
        {
            logger.LogWarning("The object {Key} was lost or damaged; it has been made again", ObjectKey.For(image.Id, image.Revision, variant));
        }
    }

    /// <summary>Creates full from the original file, as an upload does.</summary>
    private async Task MakeFullAsync(Image image, ImageObjects objects, StagingFolder folder, ImageCheckOptions options)
    {
        if (!objects.Lost.Contains(ImageVariant.Full) || !image.HasOriginal || objects.Lost.Contains(ImageVariant.Original))
        {
            return;
        }

        var (sent, path) = (await objects.FetchAsync(ImageVariant.Original), folder.File("full-made"));
        WrittenFile? clean;
        try
        {
            clean = await renderer.CleanAsync(new CleanRequest(sent, options.Account, image.Format, image.Rotation, path), options.RenderingCancelled);
        }
        catch (ProblemException problem) when (problem.Problem.IsCausedByCaller)
        {
            logger.LogWarning("Image {Id} cannot be cleaned: {Reason}", image.Id, problem.Message);
            return;
        }

        var (bytes, crc32) = clean ?? new WrittenFile(new FileInfo(sent).Length, (await ObjectChecksum.ComputeAsync(sent, CancellationToken.None)).Crc32);
        objects.AddMade(ImageVariant.Full, clean is null ? sent : path, new RenderedFile(image.Full.Width, image.Full.Height, bytes, image.Full.ContentType) { Crc32 = crc32 });
    }

    /// <summary>
    /// Rotates full by changing its orientation tag. If full is also the original, the unchanged file becomes a separate original, unless the settings exclude
    /// originals or the image is a guest's photo.
    /// </summary>
    private async Task RotateFullAsync(Image image, ImageObjects objects, StagingFolder folder, ImageCheckOptions options)
    {
        if (!objects.IsThere(ImageVariant.Full))
        {
            throw new ProblemException(Problems.ObjectLost, $"The file of '{image.FileName}' is lost or damaged.");
        }

        var (full, path, before) = (await objects.FetchAsync(ImageVariant.Full), folder.File("full-rotated"), objects.Latest(ImageVariant.Full));
        if (storage.Value.KeepOriginals && !image.IsFromGuest)
        {
            await objects.AddOriginalAsync(full);
        }

        var rotated = await renderer.CleanAsync(new CleanRequest(full, options.Account, image.Format, options.Rotation, path), options.RenderingCancelled)
            ?? throw new ProblemException(Problems.CorruptImage, $"The orientation of '{image.FileName}' cannot be changed.");
        var (width, height) = options.Rotation == 180 ? (before.Width, before.Height) : (before.Height, before.Width);
        objects.AddMade(ImageVariant.Full, path, new RenderedFile(width, height, rotated.Bytes, before.ContentType) { Crc32 = rotated.Crc32 });
    }

    /// <summary>
    /// Renders low, medium and high from full, which is decoded once. Also does so if only deferred files are lost, to find out whether full can be decoded.
    /// </summary>
    /// <returns>The placeholder; null if nothing can be rendered; empty if only deferred files are lost and the server is too busy to find this out.</returns>
    private async Task<byte[]?> RenderAsync(Image image, ImageObjects objects, StagingFolder folder, ImageCheckOptions options)
    {
        var (account, isRenderedAgain, rotation) = options;
        var isWanted = isRenderedAgain || rotation != 0 || IsOnlyDeferredLost(objects) || objects.Lost.Any(lost => lost != ImageVariant.Full && lost != ImageVariant.Original);
        if (!isWanted || !objects.IsThere(ImageVariant.Full))
        {
            return null;
        }

        var (full, boxes) = (await objects.FetchAsync(ImageVariant.Full), imaging.Value);
        try
        {
            var request = new RenderRequest(
                full,
                account,
                new(boxes.High.ToBox(), folder.File("high-made")),
                new(boxes.Medium.ToBox(), folder.File("medium-made")),
                new(boxes.Low.ToBox(), folder.File("low-made")),
                folder.File("clean-made"));
            var rendering = await renderer.RenderAsync(request, options.RenderingCancelled);
            objects.AddMade(ImageVariant.High, request.High.Path, rendering.High);
            objects.AddMade(ImageVariant.Medium, request.Medium.Path, rendering.Medium);
            objects.AddMade(ImageVariant.Low, request.Low.Path, rendering.Low);
            return rendering.Placeholder;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ServerBusy && rotation == 0 && !isRenderedAgain && IsOnlyDeferredLost(objects))
        {
            // The other files of the image are intact and must remain available.
            return [];
        }
        catch (ProblemException problem) when (problem.Problem.IsCausedByCaller && rotation == 0)
        {
            // The file could be decoded at upload, but not now, for example because this libvips does not support its format.
            logger.LogWarning("Image {Id} cannot be rendered again: {Reason}", image.Id, problem.Message);
            return null;
        }
    }

    /// <summary>Records permanently lost objects, logs and reports each of them once, and removes the records of restored objects.</summary>
    private async Task RecordDamagesAsync(Image row, ImageObjects objects)
    {
        var lost = objects.Lost.Where(variant => !objects.Made.ContainsKey(variant)).ToDictionary(variant => variant.Name, StringComparer.Ordinal);
        var known = await db.DamagedObjects.AsTracking().Where(damaged => damaged.ImageId == row.Id).ToListAsync();
        db.DamagedObjects.RemoveRange(known.Where(damaged => !lost.ContainsKey(damaged.Variant)));
        foreach (var (name, variant) in lost.Where(lost => !known.Exists(damaged => damaged.Variant == lost.Key)))
        {
            var damaged = new DamagedObject(Guid.CreateVersion7(), row.Id, name, clock.Now());
            db.DamagedObjects.Add(damaged);
            await outbox.AddAsync(
                db, WebhookKind.ObjectLost, new ObjectLost(row.Id, row.OwnerId is null ? row.InboxOf ?? row.GroupId : null, row.FileName, name, damaged.Since), CancellationToken.None);
            logger.LogError(
                "The object {Key} is lost or damaged and cannot be made again; it is {Variant} of '{FileName}'", ObjectKey.For(row.Id, row.Revision, variant), name, row.FileName);
        }
    }

    /// <summary>Deletes the rows of all thumbnails, because thumbnails belong to a revision. The next request renders them again.</summary>
    private async Task<IEnumerable<string>> DropThumbnailsAsync(Image image)
    {
        var numbers = await db.Thumbnails.Where(thumbnail => thumbnail.ImageId == image.Id).Select(thumbnail => thumbnail.Number).ToListAsync();
        await db.Thumbnails.Where(thumbnail => thumbnail.ImageId == image.Id && numbers.Contains(thumbnail.Number)).ExecuteDeleteAsync();
        return numbers.Select(number => ObjectKey.For(image.Id, image.Revision, ImageVariant.OnRequest(number)));
    }

    /// <summary>Removes the rows of lost thumbnails; the next request renders them again.</summary>
    /// <returns>The keys that no row refers to any more.</returns>
    private async Task<List<string>> FindLostThumbnailsAsync(Image image)
    {
        var lost = new List<string>();
        foreach (var thumbnail in await db.Thumbnails.Where(thumbnail => thumbnail.ImageId == image.Id).ToListAsync())
        {
            var key = ObjectKey.For(image.Id, image.Revision, ImageVariant.OnRequest(thumbnail.Number));
            var checksum = await store.ReadAsync(key, thumbnail.Bytes);
            if (checksum?.Crc32 != thumbnail.Crc32)
            {
                await db.Thumbnails
                    .Where(row => row.ImageId == image.Id && row.Number == thumbnail.Number && row.CreatedAt == thumbnail.CreatedAt)
                    .ExecuteDeleteAsync();
                lost.Add(key);
            }
        }

        return lost;
    }
}
