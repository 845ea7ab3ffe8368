using System.Buffers;
using System.Security.Cryptography;
using ImageHub.Application.Archives;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Requests;
using ImageHub.Application.Storage;
using ImageHub.Application.Tiers;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Images;

/// <summary>A file that lies in its staging folder and is no duplicate.</summary>
internal sealed record StagedFile(Guid ImageId, StagingFolder Folder, string Path, string FileName, IReadOnlyList<string> Tags, long Bytes, byte[] Sha256, ImageHeader Header);

/// <summary>An image whose objects are durable and whose row is not there yet.</summary>
internal sealed record MadeImage(NewImage Image, StagingFolder Folder);

/// <summary>
/// The steps that every uploaded file takes: stage, reject duplicates, inspect, render, take out the location, store, record.
/// A step that fails undoes those before it.
/// </summary>
internal sealed class UploadPipeline(
    IStaging staging,
    IImageRenderer renderer,
    IImageMetadata metadata,
    IObjectStore store,
    IOptions<ImagingOptions> imaging,
    IOptions<UploadOptions> uploads,
    TimeProvider clock,
    ILogger<UploadPipeline> logger)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Spools a file to disk while hashing it, and refuses it when it is there already or more than its owner may keep.</summary>
    /// <exception cref="ProblemException">What is wrong with the file.</exception>
    public async Task<StagedFile> StageAsync(IImageHubDb db, UploadTarget target, IncomingFile file, CancellationToken cancellationToken)
    {
        if (ImageTags.Complaint(file.Tags) is { } complaint)
        {
            throw ProblemException.Invalid("tags", "tags " + complaint);
        }

        var maxFileBytes = Math.Min(target.Tier?.MaxFileBytes ?? long.MaxValue, uploads.Value.MaxFileBytes);
        if (file.DeclaredBytes > maxFileBytes)
        {
            throw TooLarge(maxFileBytes);
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var folder = OnDisk(() => staging.Create(id));
        try
        {
            var path = folder.File("original");
            var (bytes, sha256) = await SpoolAsync(file.Content, path, maxFileBytes, cancellationToken);
            var sentName = await db.ToFileNameAsync(file.FileName, cancellationToken);
            var contents = await GroupContents.ReadAsync(db, target.GroupId, [sentName], [sha256], cancellationToken);
            contents.EnsureNew(id, sha256);
            var header = await InspectAsync(path, cancellationToken);
            var name = FileName.WithExtensionFor(sentName, header.Format);
            contents = name == sentName ? contents : await GroupContents.ReadAsync(db, target.GroupId, [name], [sha256], cancellationToken);
            contents.EnsureFree(id, name, sha256);
            await EnsureFitsNowAsync(db, target, bytes, cancellationToken);
            return new StagedFile(id, folder, path, name, await db.NormalizeTagsAsync(file.Tags, cancellationToken), bytes, sha256, header);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Inspects, renders and stores a staged file.</summary>
    /// <exception cref="ProblemException">What is wrong with the file.</exception>
    public async Task<MadeImage> MakeAsync(StagedFile file, CancellationToken cancellationToken)
    {
        try
        {
            var header = file.Header;
            var request = new RenderRequest(
                file.Path, header, imaging.Value.High.ToBox(), imaging.Value.Low.ToBox(), file.Folder.File("high"), file.Folder.File("low"));
            var rendering = await renderer.RenderAsync(request, cancellationToken);
            var camera = await metadata.ReadAsync(file.Path, header.Format, cancellationToken);
            var withoutLocation = file.Folder.File("full");
            var hasOriginal = await metadata.RemoveLocationAsync(file.Path, header.Format, withoutLocation, cancellationToken);
            var full = hasOriginal ? withoutLocation : file.Path;
            var image = new NewImage(
                file.ImageId,
                file.FileName,
                file.Tags,
                header.Format,
                file.Sha256,
                file.Bytes,
                hasOriginal,
                new Rendition(header.Width, header.Height, new FileInfo(full).Length, header.Format.MediaType()),
                await Crc32.ComputeAsync(full, cancellationToken),
                RenditionFrom(rendering.High),
                RenditionFrom(rendering.Low),
                rendering.Placeholder,
                camera.TakenAt,
                camera.TakenAtOffset,
                camera.Camera,
                camera.Location?.Latitude,
                camera.Location?.Longitude);
            await StoreAsync(file, image, request, full, cancellationToken);
            return new MadeImage(image, file.Folder);
        }
        catch (Exception exception)
        {
            file.Folder.Dispose();
            if (exception is ProblemException or OperationCanceledException)
            {
                throw;
            }

            // One file's bad luck is not that of the others in the same request.
            logger.LogError(exception, "A file could not be made an image");
            throw new ProblemException(Problems.Unexpected, "Something went wrong on the server with this file; its log says what.");
        }
    }

    /// <summary>Commits the row: from here on the image exists.</summary>
    /// <exception cref="ProblemException">
    /// 409 when an equal file or name came first, 404 when the group is gone, 413 when the owner may not keep it.
    /// </exception>
    public async Task<Image> RecordAsync(IImageHubDb db, UploadTarget target, MadeImage made, CancellationToken cancellationToken)
    {
        using var folder = made.Folder;
        var isCommitting = false;
        try
        {
            await using var changes = await ImageChanges.BeginAsync(db, [], clock, cancellationToken, target.GroupId);
            var image = await changes.AddAsync(made.Image, target.GroupId, cancellationToken);
            await changes.SaveAsync(cancellationToken);
            isCommitting = true;
            await changes.CommitAsync(CancellationToken.None);
            db.ChangeTracker.Clear();
            return image;
        }
        catch when (!isCommitting)
        {
            db.ChangeTracker.Clear();
            await UndoAsync(made.Image.Id);
            throw;
        }
    }

    /// <summary>Undoes a file that will not be recorded. One that failed has undone itself.</summary>
    public async Task AbandonAsync(Task<MadeImage> making)
    {
        await making.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (making.IsCompletedSuccessfully)
        {
            var made = await making;
            using var folder = made.Folder;
            await UndoAsync(made.Image.Id);
        }
    }

    /// <summary>Refuses what is beyond the quota now, before it is rendered. The same is asked under the group's lock, where the answer holds.</summary>
    private static async Task EnsureFitsNowAsync(IImageHubDb db, UploadTarget target, long bytes, CancellationToken cancellationToken)
    {
        if (target.Tier?.QuotaBytes is not null)
        {
            var used = await db.OwnGroups().Where(group => group.Id == target.GroupId).Select(group => group.ImageBytes).SingleOrDefaultAsync(cancellationToken);
            Quota.EnsureFits(target.Tier, used, bytes);
        }
    }

    private async Task<(long Bytes, byte[] Sha256)> SpoolAsync(Stream content, string path, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = OnDisk(() => PrivateFile.Create(path, FileOptions.Asynchronous));
            long bytes = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                bytes += read;
                if (bytes > maxBytes)
                {
                    throw TooLarge(maxBytes);
                }

                hash.AppendData(buffer, 0, read);
                await WriteAsync(file, buffer.AsMemory(0, read), cancellationToken);
            }

            return bytes > 0
                ? (bytes, hash.GetHashAndReset())
                : throw new ProblemException(Problems.CorruptImage, "The file is empty.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException exception)
        {
            throw DiskFailed(exception);
        }
    }

    private T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskFailed(exception);
        }
    }

    private ProblemException DiskFailed(Exception exception)
    {
        logger.LogError(exception, "The staging folder cannot be written to");
        return ProblemException.DiskFailed();
    }

    private async Task<ImageHeader> InspectAsync(string path, CancellationToken cancellationToken)
    {
        var header = await renderer.InspectAsync(path, cancellationToken);
        return header.Pixels <= imaging.Value.MaxPixels
            ? header
            : throw new ProblemException(
                Problems.TooManyPixels,
                $"The image has {header.Width} × {header.Height} = {header.Pixels} pixels; at most {imaging.Value.MaxPixels} are allowed.");
    }

    private async Task StoreAsync(StagedFile file, NewImage image, RenderRequest rendered, string fullPath, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(ImageVariant.Low, rendered.LowPath, image.Low.ContentType);
            await PutAsync(ImageVariant.High, rendered.HighPath, image.High.ContentType);
            await PutAsync(ImageVariant.Full, fullPath, image.Full.ContentType);
            if (image.HasOriginal)
            {
                await PutAsync(ImageVariant.Original, file.Path, image.Full.ContentType);
            }
        }
        catch
        {
            await UndoAsync(image.Id);
            throw;
        }

        Task PutAsync(ImageVariant variant, string path, string contentType) =>
            store.PutAsync(ObjectKey.For(image.Id, Image.FirstRevision, variant), path, contentType, cancellationToken);
    }

    private Task UndoAsync(Guid imageId) => store.TryDeleteAsync([.. ObjectKey.All(imageId, Image.FirstRevision)], logger);

    private static ProblemException TooLarge(long maxBytes) =>
        new(Problems.FileTooLarge, $"The file has more than {maxBytes} bytes, which is the most that is allowed.");

    private static Rendition RenditionFrom(RenderedFile file) => new(file.Width, file.Height, file.Bytes, file.ContentType);
}
