using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Archives;

/// <summary>Builds archives of images that the caller may see.</summary>
internal sealed class GroupArchives(
    IServiceScopeFactory scopes, IStaging staging, IObjectStore store, ImageBytes bytes, TimeProvider clock, ILogger<GroupArchives> logger)
{
    /// <summary>The number of objects checked together.</summary>
    private const int BatchSize = 500;

    private const string Second = " (2)";

    /// <summary>Lists the images of an archive and checks each object. Lost objects are restored or named in a text file.</summary>
    /// <param name="title">The group's title.</param>
    /// <param name="images">The images that the caller may see.</param>
    /// <param name="variant">The variant: full, high, or high with a watermark.</param>
    /// <param name="stillAllowed">Called at most once a second while the archive is read; throws if the caller's permission has ended.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="marked">The pictures with the watermark; required for a variant with a watermark.</param>
    /// <param name="folders">The folders of the groups below; null if all images are in one group.</param>
    /// <exception cref="ProblemException">503 <c>serverBusy</c> if an image has no picture with the watermark, because it was just added or changed.</exception>
    public async Task<GroupArchive> OpenAsync(
        string title,
        IQueryable<Image> images,
        ImageVariant variant,
        Func<CancellationToken, Task> stillAllowed,
        CancellationToken cancellationToken,
        MarkedRows? marked = null,
        ArchiveFolders? folders = null)
    {
        try
        {
            await using var listed = new ArchiveList(staging.OpenScratch());
            await ListAsync(images, variant, marked, folders, listed, cancellationToken);
            return await CheckAsync(title, variant, listed, stillAllowed, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The staging folder cannot be written to");
            throw ProblemException.DiskFailed();
        }
    }

    /// <summary>Builds an archive of the files whose objects exist, and a text file that names the missing files.</summary>
    private async Task<GroupArchive> CheckAsync(string title, ImageVariant variant, ArchiveList listed, Func<CancellationToken, Task> stillAllowed, CancellationToken cancellationToken)
    {
        var files = new ArchiveList(staging.OpenScratch());
        MissingNote? note = null;
        try
        {
            note = new MissingNote(staging.OpenScratch());
            foreach (var batch in listed.Chunk(BatchSize))
            {
                await CheckAsync(batch, variant, files, note, cancellationToken);
            }

            if (note.Count > 0)
            {
                files.Add(note.ToFile());
            }

            files.Flush();
            return new GroupArchive(ArchiveFolders.BuildName(title) + ".zip", variant, files, note, bytes, clock, stillAllowed);
        }
        catch
        {
            await files.DisposeAsync();
            if (note is not null)
            {
                await note.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Reads the list of files once, so that the connection is free before objects are checked.</summary>
    private static async Task ListAsync(
        IQueryable<Image> images, ImageVariant variant, MarkedRows? marked, ArchiveFolders? folders, ArchiveList files, CancellationToken cancellationToken)
    {
        var (sorted, number) = (folders?.Sort(images) ?? ImageOrders.Position.Sort(images), variant.Number);
        var isHigh = (variant.Unmarked ?? variant) == ImageVariant.High;
        var named = sorted.Select(image => new
        {
            Image = image,
            Others = !images.Any(other => other.GroupId == image.GroupId && (other.FileName == image.FileName + ".jpg" || other.FileName == image.FileName + ".webp")) ? LikeNamed.None
                : !images.Any(other => other.GroupId == image.GroupId && (other.FileName == image.FileName + Second + ".jpg" || other.FileName == image.FileName + Second + ".webp")) ? LikeNamed.First
                : LikeNamed.Both,
        });
        var archived = marked?.Rows is { } rows
            ? named.Select(one => new Listed(
                one.Image.Id, one.Image.GroupId, one.Image.Revision, one.Image.FileName, one.Image.TakenOrCreatedAt, one.Others, null, null, rows.FirstOrDefault(row => row.ImageId == one.Image.Id && row.Number == number)))
            : isHigh
            ? named.Select(one => new Listed(one.Image.Id, one.Image.GroupId, one.Image.Revision, one.Image.FileName, one.Image.TakenOrCreatedAt, one.Others, one.Image.High, one.Image.Blocks, null))
            : sorted.Select(image => new Listed(image.Id, image.GroupId, image.Revision, image.FileName, image.TakenOrCreatedAt, LikeNamed.None, image.Full, image.Blocks, null));
        await foreach (var image in archived.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (image is { Marked: null, Rendition: null } && !marked!.Unmade.Contains(image.Id))
            {
                throw new ProblemException(Problems.ServerBusy, $"'{image.FileName}' was added or changed while the archive was created; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
            }

            files.Add(new ArchivedFile(
                ObjectKey.For(image.Id, image.Revision, variant),
                folders?.Find(image.GroupId) + (isHigh && image.ContentType is { } contentType ? NameOf(image, contentType) : image.FileName),
                image.Bytes,
                image.Crc32,
                image.At,
                BlockChecksums.Find(image.StoredBlocks, variant)));
        }
    }

    /// <summary>
    /// Appends the format's extension if the name has another extension: a JPEG rendition of <c>a.png</c> becomes <c>a.png.jpg</c>. If that name is
    /// taken, it becomes <c>a.png (2).jpg</c>; if this is also taken, the image's id makes it unique.
    /// </summary>
    private static string NameOf(Listed image, string contentType)
    {
        var format = ImageFormats.FromMediaType(contentType);
        if (FileName.WithExtensionFor(image.FileName, format) == image.FileName)
        {
            return image.FileName;
        }

        var suffix = image.Others switch
        {
            LikeNamed.None => "",
            LikeNamed.First => Second,
            _ => $" ({image.Id})",
        };
        return $"{image.FileName}{suffix}.{format.Extensions()[0]}";
    }

    /// <summary>Adds files whose objects exist or can be restored to the list, and lost files to the note.</summary>
    private async Task CheckAsync(ArchivedFile[] listed, ImageVariant variant, ArchiveList files, MissingNote note, CancellationToken cancellationToken)
    {
        // Suspect images are read before lost objects. A check records lost objects before it clears the suspicion, so no lost object is missed.
        var suspects = listed.Select(file => ObjectKey.Parse(file.Key)!.ImageId).Where(bytes.IsSuspect).ToHashSet();
        var damaged = await FindDamagedAsync(listed, variant, cancellationToken);
        var lengths = await store.FindLengthsAsync([.. listed.Select(file => file.Key)], cancellationToken);
        foreach (var (file, length) in listed.Zip(lengths))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var imageId = ObjectKey.Parse(file.Key)!.ImageId;
            if (length == file.Bytes && !damaged.Contains(imageId) && !suspects.Contains(imageId))
            {
                files.Add(file);
            }
            else if ((await TryRestoreAsync(imageId, variant, isKnown: damaged.Contains(imageId)))?.FindObject(variant) is { Crc32: { } crc32 } restored)
            {
                files.Add(file with { Key = restored.Key, Bytes = restored.Bytes, Crc32 = crc32, Blocks = restored.Blocks });
            }
            else
            {
                note.Add(file.Name);
            }
        }
    }

    private async Task<HashSet<Guid>> FindDamagedAsync(ArchivedFile[] listed, ImageVariant variant, CancellationToken cancellationToken)
    {
        var ids = listed.Select(file => ObjectKey.Parse(file.Key)!.ImageId).ToArray();
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IImageHubDb>().DamagedObjects
            .Where(damaged => ids.Contains(damaged.ImageId) && damaged.Variant == variant.Name)
            .Select(damaged => damaged.ImageId)
            .ToHashSetAsync(cancellationToken);
    }

    private async Task<StoredImage?> TryRestoreAsync(Guid imageId, ImageVariant variant, bool isKnown)
    {
        try
        {
            if (variant.Unmarked is { } unmarked)
            {
                // The check removes the row of the lost picture, so that the next archive gets a new picture.
                await bytes.RestoreAsync(imageId, unmarked);
                return null;
            }

            return isKnown ? await bytes.RestoreDamagedAsync(imageId, variant) : await bytes.RestoreAsync(imageId, variant);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost || problem.Problem == Problems.NotFound)
        {
            return null;
        }
    }

    /// <summary>States which names with an appended extension are taken by other images.</summary>
    private enum LikeNamed
    {
        None,
        First,
        Both,
    }

    /// <remarks>
    /// <paramref name="Others"/> states which names with an appended extension are taken: the name without <see cref="Second"/>, or both names. A file with a
    /// watermark has <paramref name="Marked"/>; a file without one has <paramref name="Rendition"/>. An image whose picture cannot be rendered has neither; it
    /// has no bytes, so the note names it.
    /// </remarks>
    private sealed record Listed(
        Guid Id, Guid GroupId, int Revision, string FileName, DateTime At, LikeNamed Others, Rendition? Rendition, byte[]? Blocks, Thumbnail? Marked)
    {
        public long Bytes => Marked?.Bytes ?? Rendition?.Bytes ?? 0;

        public uint Crc32 => Marked?.Crc32 ?? Rendition?.Crc32 ?? 0;

        public string? ContentType => Marked?.ContentType ?? Rendition?.ContentType;

        public byte[] StoredBlocks => Marked?.Blocks ?? Blocks ?? [];
    }
}
