using System.Buffers;
using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Archives;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Application.Uploads;
using ImageHub.Domain;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Images;

/// <summary>A file that lies in its staging folder and is no duplicate.</summary>
internal sealed record StagedFile(Guid ImageId, StagingFolder Folder, string Path, string FileName, IReadOnlyList<string> Tags, long Bytes, byte[] Sha256);

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
    public async Task<StagedFile> StageAsync(IImageHubDb db, Destination destination, IncomingFile file, CancellationToken cancellationToken)
    {
        if (ImageTags.Complaint(file.Tags) is { } complaint)
        {
            throw ProblemException.Invalid("tags", "tags " + complaint);
        }

        if (file.Refusal is { } refusal)
        {
            throw refusal;
        }

        var maxFileBytes = (await AllowanceAsync(db, destination, cancellationToken)).MaxFileBytes;
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
            var name = FileName.Sanitize(file.FileName);
            await RejectDuplicatesAsync(db, destination, name, sha256, cancellationToken);

            // Asked again when the row is written; a file that has no chance now is not rendered. What was deleted while it came counts.
            var allowance = await AllowanceAsync(db, destination, cancellationToken);
            Owner.EnsureFits(allowance.UsedBytes, bytes, allowance.Tier);
            return new StagedFile(id, folder, path, name, ImageTags.Normalize(file.Tags), bytes, sha256);
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
            var header = await InspectAsync(file, cancellationToken);
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
                await Crc32.OfFileAsync(full, cancellationToken),
                Of(rendering.High),
                Of(rendering.Low),
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
    /// 409 when an equal file or name came first, 404 when the group or the owner is gone, 413 when the owner may not keep it.
    /// </exception>
    public async Task<Image> RecordAsync(IImageHubDb db, Destination destination, MadeImage made, CancellationToken cancellationToken)
    {
        using var folder = made.Folder;
        var isCommitting = false;
        try
        {
            var (transaction, add) = destination.GroupId is { } groupId
                ? await ToGroupAsync(db, groupId, made.Image, cancellationToken)
                : await ToOwnerAsync(db, destination.OwnerId!.Value, made.Image, cancellationToken);
            await using var _ = transaction;
            await RejectDuplicatesAsync(db, destination, made.Image.FileName, made.Image.Sha256, cancellationToken);
            var image = await add();
            db.Images.Add(image);
            await db.SaveChangesAsync(cancellationToken);
            isCommitting = true;
            await transaction.CommitAsync(CancellationToken.None);
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

    /// <summary>Takes the group's row; what is added then comes last in it.</summary>
    private async Task<(IDbContextTransaction Transaction, Func<Task<Image>> Add)> ToGroupAsync(
        IImageHubDb db, Guid groupId, NewImage made, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.LockLiveGroupAsync(groupId, cancellationToken);
        return (transaction, AddAsync);

        async Task<Image> AddAsync()
        {
            var last = await Destination.Group(groupId).LiveImages(db).MaxAsync(image => (long?)image.Position, cancellationToken);
            var now = clock.Now();
            group.CountImages(1, now);
            return Image.Create(made, group, (last ?? 0) + Position.Gap, now);
        }
    }

    /// <summary>Takes the owner's row; what is added then counts against the quota.</summary>
    private async Task<(IDbContextTransaction Transaction, Func<Task<Image>> Add)> ToOwnerAsync(
        IImageHubDb db, Guid ownerId, NewImage made, CancellationToken cancellationToken)
    {
        var (transaction, owner) = await db.LockOwnerAsync(ownerId, cancellationToken);
        return (transaction, AddAsync);

        Task<Image> AddAsync()
        {
            owner.Keep(made.OriginalBytes);
            return Task.FromResult(Image.Create(made, owner.User, clock.Now()));
        }
    }

    /// <summary>What may be sent there now.</summary>
    private async Task<Allowance> AllowanceAsync(IImageHubDb db, Destination destination, CancellationToken cancellationToken)
    {
        if (destination.OwnerId is not { } ownerId)
        {
            return new Allowance(0, null, uploads.Value.MaxFileBytes);
        }

        var owner = await db.Users
            .Where(user => user.Id == ownerId)
            .Select(user => new { user.UsedBytes, Tier = db.Tiers.FirstOrDefault(tier => tier.Id == user.TierId) })
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("user");
        return new Allowance(owner.UsedBytes, owner.Tier, Math.Min(owner.Tier?.MaxFileBytes ?? long.MaxValue, uploads.Value.MaxFileBytes));
    }

    private static async Task RejectDuplicatesAsync(IImageHubDb db, Destination destination, string fileName, byte[] sha256, CancellationToken cancellationToken)
    {
        var clashes = await destination.LiveImages(db)
            .Where(image => image.Sha256 == sha256 || image.FileName == fileName)
            .Select(image => new { image.Id, image.FileName, IsSameContent = image.Sha256 == sha256 })
            .ToListAsync(cancellationToken);
        if (clashes.FirstOrDefault(clash => clash.IsSameContent) is { } same)
        {
            throw new ProblemException(Problems.DuplicateContent, $"{destination.Name} has this file already, as '{same.FileName}'.") { ExistingId = same.Id };
        }

        if (clashes.Count > 0)
        {
            throw new ProblemException(Problems.DuplicateFileName, $"{destination.Name} has another image called '{fileName}'; send it under another name.")
            {
                ExistingId = clashes[0].Id,
            };
        }
    }

    private async Task<(long Bytes, byte[] Sha256)> SpoolAsync(Stream content, string path, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = OnDisk(() => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous));
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

    private async Task<ImageHeader> InspectAsync(StagedFile file, CancellationToken cancellationToken)
    {
        var header = await renderer.InspectAsync(file.Path, cancellationToken);
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
            store.PutAsync(ImageKeys.Of(image.Id, variant), path, contentType, cancellationToken);
    }

    private Task UndoAsync(Guid imageId) => store.TryDeleteAsync(ImageKeys.All(imageId), logger);

    private static ProblemException TooLarge(long maxBytes) =>
        new(Problems.FileTooLarge, $"The file has more than {maxBytes} bytes, which is the most that is allowed.");

    private static Rendition Of(RenderedFile file) => new(file.Width, file.Height, file.Bytes, file.ContentType);

    private sealed record Allowance(long UsedBytes, Tier? Tier, long MaxFileBytes);
}
