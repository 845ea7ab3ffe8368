using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Requests;
using ImageHub.Application.Storage;
using ImageHub.Application.Tags;
using ImageHub.Application.Tiers;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Uploads;

/// <summary>A spooled file that is not a duplicate. Whether it is an image is known only after rendering.</summary>
internal sealed record StagedFile(SpooledFile Spooled, UploadTarget Target, string FileName, IReadOnlyList<string> Tags);

/// <summary>An image whose objects are durable but whose row is not written yet.</summary>
internal sealed record UnrecordedImage(NewImage Image, StagingFolder Folder);

/// <summary>The steps of every upload: spool, reject duplicates, render and clean, store, record. A failed step undoes the previous ones.</summary>
internal sealed class UploadPipeline(
    FileSpool spool,
    IImageRenderer renderer,
    IObjectStore store,
    UnreferencedObjects unreferenced,
    ImageRecorder recorder,
    LostFiles lostFiles,
    SendingPlaces places,
    IOptions<ImagingOptions> imaging,
    IOptions<UploadOptions> uploads,
    IOptions<StorageOptions> storage,
    ILogger<UploadPipeline> logger)
{
    /// <summary>Returns the size limit for files to this target, in bytes.</summary>
    public long MaxFileBytes(UploadTarget target) => Math.Min(target.Tier?.MaxFileBytes ?? long.MaxValue, uploads.Value.MaxFileBytes);

    /// <summary>Creates the error for a file that is too large.</summary>
    public static ProblemException TooLarge(long maxBytes) =>
        new(Problems.FileTooLarge, $"The file has more than {maxBytes} bytes, which is the maximum.");

    /// <summary>Throws if a file is empty or too large.</summary>
    /// <exception cref="ProblemException">413 <c>fileTooLarge</c> or 422 <c>corruptImage</c>.</exception>
    public static void EnsureSize(long bytes, long maxBytes)
    {
        if (bytes > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        if (bytes == 0)
        {
            throw new ProblemException(Problems.CorruptImage, "The file is empty.");
        }
    }

    /// <summary>Spools a file to disk, computes its hash, and rejects it if it is a duplicate or exceeds the quota.</summary>
    /// <exception cref="ProblemException">The error in the file.</exception>
    public async Task<StagedFile> StageAsync(IImageHubDb db, UploadTarget target, IncomingFile file, CancellationToken cancellationToken)
    {
        var spooled = await SpoolAsync(target, file, cancellationToken);
        return await StageAsync(db, target, spooled, file.FileName, isRenamedOnClash: false, file.Tags, cancellationToken);
    }

    /// <summary>Rejects a spooled file if it is a duplicate or exceeds the quota.</summary>
    /// <param name="db">The database.</param>
    /// <param name="target">The target of the image.</param>
    /// <param name="file">The file.</param>
    /// <param name="fileName">The file name as sent.</param>
    /// <param name="isRenamedOnClash">Whether an image with the same name is allowed.</param>
    /// <param name="tags">The tags of the request.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="freedBytes">The size of the image that the file replaces, which no longer counts against the quota; otherwise 0.</param>
    /// <exception cref="ProblemException">The error in the file. The spooled file has been deleted.</exception>
    public async Task<StagedFile> StageAsync(
        IImageHubDb db, UploadTarget target, SpooledFile file, string? fileName, bool isRenamedOnClash, IReadOnlyList<string> tags, CancellationToken cancellationToken,
        long freedBytes = 0)
    {
        try
        {
            EnsureSize(file.Bytes, MaxFileBytes(target));
            var sentName = await db.ToFileNameAsync(fileName, cancellationToken);
            var name = file.ClaimedFormat is { } format ? FileName.WithExtensionFor(sentName, format) : sentName;
            var contents = await GroupContents.ReadAsync(db, target.GroupId, [name], [file.Sha256], cancellationToken);
            if (contents.FindSame(file.Sha256) is { } existingId)
            {
                await lostFiles.TryRestoreAsync(db, existingId, file, cancellationToken);
            }

            contents.EnsureNew(file.Id, file.Sha256);

            // The name is checked only if the content may be an image. Other content is rejected later, by rendering, which gives the better reason.
            if (file.ClaimedFormat is not null && !isRenamedOnClash)
            {
                contents.EnsureFree(file.Id, name, file.Sha256);
            }

            await EnsureFitsNowAsync(db, target, file.Bytes - freedBytes, cancellationToken);
            return new StagedFile(file, target, name, await db.NormalizeTagsAsync(tags, cancellationToken));
        }
        catch (Exception exception)
        {
            UploadCounts.CountFailed(exception);
            file.Dispose();
            throw;
        }
    }

    /// <summary>Renders and stores a staged file.</summary>
    /// <exception cref="ProblemException">The error in the file.</exception>
    public async Task<UnrecordedImage> MakeAsync(StagedFile file, CancellationToken cancellationToken)
    {
        try
        {
            var (path, folder, boxes) = (file.Spooled.Path, file.Spooled.Folder, imaging.Value);
            var request = new RenderRequest(
                path,
                file.Target.Account,
                new(boxes.High.ToBox(), folder.File("high")),
                new(boxes.Medium.ToBox(), folder.File("medium")),
                new(boxes.Low.ToBox(), folder.File("low")),
                folder.File("full"))
            {
                MaxPixels = boxes.MaxPixels,
            };
            var rendering = await RenderAsync(request, file.FileName, cancellationToken);
            var (header, camera) = (rendering.Header, rendering.Metadata);
            var full = rendering.Clean is null ? path : request.CleanPath;
            var (fullBytes, fullCrc32) = rendering.Clean ?? new WrittenFile(file.Spooled.Bytes, (await ObjectChecksum.ComputeAsync(path, cancellationToken)).Crc32);
            var hasOriginal = rendering.Clean is not null && storage.Value.KeepOriginals && !file.Target.IsInbox;
            var location = file.Target.IsInbox ? null : camera.Location;
            List<(ImageVariant Variant, string Path)> written =
            [
                (ImageVariant.Low, request.Low.Path), (ImageVariant.Medium, request.Medium.Path), (ImageVariant.High, request.High.Path), (ImageVariant.Full, full),
            ];
            if (hasOriginal)
            {
                written.Add((ImageVariant.Original, path));
            }

            var image = new NewImage(
                file.Spooled.Id,
                file.FileName,
                file.Tags,
                header.Format,
                file.Spooled.Sha256,
                file.Spooled.Bytes,
                hasOriginal,
                new Rendition(header.Width, header.Height, fullBytes, header.Format.MediaType(), fullCrc32),
                rendering.High.ToRendition(),
                rendering.Medium.ToRendition(),
                rendering.Low.ToRendition(),
                rendering.Placeholder,
                camera.TakenAt,
                camera.TakenAtOffset,
                camera.Camera,
                camera.Exposure,
                location?.Latitude,
                location?.Longitude)
            {
                PerceptualHash = rendering.Low.PerceptualHash,
                Caption = uploads.Value.ReadCaptions ? camera.Caption : null,
                Blocks = BlockChecksums.Add([], await ObjectChecksum.FindBlocksAsync(written, cancellationToken)),
            };
            await StoreAsync(image, written, cancellationToken);
            return new UnrecordedImage(image, folder);
        }
        catch (Exception exception)
        {
            UploadCounts.CountFailed(exception);
            file.Spooled.Dispose();
            if (exception is ProblemException or OperationCanceledException)
            {
                throw;
            }

            if (DiskFailures.IsDiskFailure(exception))
            {
                logger.LogError(exception, "The staging folder cannot be written to");
                throw ProblemException.DiskFailed();
            }

            // An unexpected error with one file must not affect the other files in the request.
            logger.LogError(exception, "A file could not be processed");
            throw new ProblemException(Problems.Unexpected, "An unexpected error occurred on the server with this file; see the server's log.");
        }
    }

    /// <summary>Commits the row; the image then exists.</summary>
    /// <exception cref="ProblemException">The errors of <see cref="ImageRecorder.RecordAsync"/>.</exception>
    public Task<Image> RecordAsync(UploadTarget target, UnrecordedImage made, UploadFile? announced = null, Func<IImageHubDb, Task>? check = null) =>
        CommitAsync(target, made, image => recorder.RecordAsync(target.GroupId, image, announced, check));

    /// <summary>Commits the row and moves the image that it replaces to the trash.</summary>
    /// <exception cref="ProblemException">The errors of <see cref="ImageRecorder.ReplaceAsync"/>.</exception>
    public Task<(Image Image, bool HasReplaced)> ReplaceAsync(UploadTarget target, UnrecordedImage made, Guid formerId, bool isFormerRequired, Func<IImageHubDb, Task> check) =>
        CommitAsync(target, made, image => recorder.ReplaceAsync(target.GroupId, image, formerId, isFormerRequired, check));

    /// <summary>Waits until a file is rendered and deletes its objects, because it will not be recorded. A failed file has no objects left.</summary>
    public async Task AbandonAsync(Task<UnrecordedImage> making)
    {
        await making.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (making.IsCompletedSuccessfully)
        {
            var made = await making;
            using var folder = made.Folder;
            await UndoAsync(made.Image.Id);
        }
    }

    /// <summary>Throws before rendering if a file exceeds the quota. Recording repeats this check under the group's lock.</summary>
    public static async Task EnsureFitsNowAsync(IImageHubDb db, UploadTarget target, long bytes, CancellationToken cancellationToken)
    {
        if (target.Tier?.QuotaBytes is not null)
        {
            Quota.EnsureFits(target.Tier, await db.FindUsedBytesAsync(target.Tier, target.AddedBy!.Value, cancellationToken), bytes);
        }
    }

    private static async Task<T> CommitAsync<T>(UploadTarget target, UnrecordedImage made, Func<NewImage, Task<T>> commit)
    {
        using var folder = made.Folder;
        try
        {
            var result = await commit(made.Image with { AddedBy = target.AddedBy, IsContribution = target.IsContribution });
            UploadCounts.CountUploaded();
            return result;
        }
        catch (Exception exception)
        {
            UploadCounts.CountFailed(exception);
            throw;
        }
    }

    private async Task<SpooledFile> SpoolAsync(UploadTarget target, IncomingFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (ImageTags.Complaint(file.Tags) is { } complaint)
            {
                throw ProblemException.Invalid("tags", "tags " + complaint);
            }

            using var place = places.Take(target);
            var maxBytes = MaxFileBytes(target);
            return file.DeclaredBytes > maxBytes
                ? throw TooLarge(maxBytes)
                : await spool.WriteAsync([file.Content], maxBytes, () => TooLarge(maxBytes), cancellationToken);
        }
        catch (IOException)
        {
            // The body cannot be read. Errors of the disk are problems.
            UploadCounts.CountCancelled();
            throw;
        }
        catch (Exception exception)
        {
            UploadCounts.CountFailed(exception);
            throw;
        }
    }

    private async Task<RenderResult> RenderAsync(RenderRequest request, string fileName, CancellationToken cancellationToken)
    {
        try
        {
            return await renderer.RenderAsync(request, cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.UnsupportedFormat && VideoSignature.IsVideo(request.SourcePath))
        {
            throw new ProblemException(problem.Problem, $"'{fileName}' is a video. {problem.Message}", problem);
        }
    }

    private async Task StoreAsync(NewImage image, List<(ImageVariant Variant, string Path)> files, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync([.. files.Select(file => new NewObject(ObjectKey.For(image.Id, Image.FirstRevision, file.Variant), file.Path, ContentType(file.Variant)))], cancellationToken);
        }
        catch
        {
            await UndoAsync(image.Id);
            throw;
        }

        string ContentType(ImageVariant variant) => variant.Name switch
        {
            "low" => image.Low.ContentType,
            "medium" => image.Medium.ContentType,
            "high" => image.High.ContentType,
            _ => image.Full.ContentType,
        };
    }

    private Task<bool> UndoAsync(Guid imageId) => unreferenced.TryDeleteAsync([.. ObjectKey.All(imageId, Image.FirstRevision)]);
}
