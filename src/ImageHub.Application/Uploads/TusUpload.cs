using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>The state of a resumable upload (tus 1.0).</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Bytes">The size of the file in bytes.</param>
/// <param name="Offset">The number of bytes stored. It reaches the file's size only once the image exists.</param>
/// <param name="ExpiresAt">When the upload's bytes or result are deleted.</param>
/// <param name="ImageId">The id of the created or existing image.</param>
/// <param name="IsDuplicate">Whether an image with the same content already existed.</param>
/// <param name="Metadata">The creation metadata as sent; null if the file was announced in a batch.</param>
public sealed record TusUpload(Guid Id, long Bytes, long Offset, DateTimeOffset ExpiresAt, Guid? ImageId, bool IsDuplicate, string? Metadata)
{
    /// <summary>The path for creating uploads.</summary>
    public const string Path = "/api/v1/uploads/tus";

    /// <summary>Returns the address of an upload, relative to the server.</summary>
    public static string UrlFor(Guid id, string path = Path) => $"{path}/{id:D}";

    /// <summary>Returns the path of a guest's uploads.</summary>
    public static string PathBelow(string token) => $"/api/v1/shared/{token}/uploads/tus";

    /// <summary>Creates the state of an announced file.</summary>
    internal static TusUpload From(UploadFile file) => new(
        file.Id,
        file.Bytes,
        file.Status == UploadStatus.Needed ? file.Offset : file.Bytes,
        file.ExpiresAt(),
        file.ImageId,
        file.Status == UploadStatus.Duplicate,
        file.Metadata);
}

/// <summary>Finds resumable uploads.</summary>
internal static class TusUploads
{
    /// <summary>Finds one of the uploader's own uploads that has not expired.</summary>
    /// <exception cref="ProblemException">404, or 410 if the file was rejected.</exception>
    public static async Task<UploadFile> FindTusUploadAsync(this IImageHubDb db, Guid id, Uploader uploader, TimeProvider clock, CancellationToken cancellationToken)
    {
        var file = await db.UploadFiles.SentBy(uploader).SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw ProblemException.NotFound("upload");
        if (file.ExpiresAt() <= clock.Now())
        {
            // If the file belongs to a batch, only its bytes are deleted. The client can send it again from the start.
            if (file is not { Status: UploadStatus.Needed, BatchId: not null, Offset: > 0 } || !await db.ReleasePartsAsync(file, cancellationToken))
            {
                throw ProblemException.NotFound("upload");
            }

            return await db.UploadFiles.SingleAsync(row => row.Id == id, cancellationToken);
        }

        return file.Status == UploadStatus.Failed
            ? throw new ProblemException(Problems.UploadGone, $"The upload of '{file.FileName}' has ended: {file.Error}")
            : file;
    }

    /// <summary>The batches of an account or guest.</summary>
    public static IQueryable<UploadBatch> SentBy(this IQueryable<UploadBatch> batches, Uploader uploader)
    {
        var id = uploader.Id;
        return uploader.AccountId is null ? batches.Where(batch => batch.GuestId == id) : batches.Where(batch => batch.AccountId == id);
    }

    /// <summary>The announced files of an account or guest.</summary>
    public static IQueryable<UploadFile> SentBy(this IQueryable<UploadFile> files, Uploader uploader)
    {
        var id = uploader.Id;
        return uploader.AccountId is null ? files.Where(file => file.GuestId == id) : files.Where(file => file.AccountId == id);
    }

    /// <summary>Finds the target of one of the caller's own files.</summary>
    /// <exception cref="ProblemException">404 if the group no longer exists, or 404 or 403 if the caller may no longer add images to it.</exception>
    public static async Task<UploadTarget> FindTargetAsync(this IImageHubDb db, UploadFile file, ICaller caller, CancellationToken cancellationToken)
    {
        if (file.GuestId is not null)
        {
            return await db.AllGroups.AnyAsync(inbox => inbox.Id == file.GroupId && inbox.DeletedAt == null, cancellationToken)
                ? new UploadTarget(file.GroupId, null) { IsInbox = true }
                : throw ProblemException.NotFound("group");
        }

        var isThere = caller.Tier is null
            ? await db.Groups.AnyAsync(group => group.Id == file.GroupId && group.DeletedAt == null, cancellationToken)
            : await db.OwnGroups().AnyAsync(group => group.Id == file.GroupId && group.OwnerId == caller.UserId, cancellationToken);
        return isThere ? new UploadTarget(file.GroupId, caller.Tier) { AddedBy = caller.UserId }
            : caller.Tier is null ? throw ProblemException.NotFound("group")
            : await db.FindContributionAsync(file.GroupId, caller, cancellationToken);
    }

    /// <summary>Releases the stored parts of an unfinished file. <see cref="PruneUploads"/> deletes their objects.</summary>
    /// <returns>Whether the file was unchanged since it was read.</returns>
    public static async Task<bool> ReleasePartsAsync(this IImageHubDb db, UploadFile file, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var isAsRead = await db.UploadFiles
            .Where(row => row.Id == file.Id && row.Status == UploadStatus.Needed && row.Offset == file.Offset && row.TouchedAt == file.TouchedAt)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.Offset, 0).SetProperty(it => it.PartCount, 0), cancellationToken) == 1;
        await db.UploadParts
            .Where(part => isAsRead && part.FileId == file.Id)
            .ExecuteUpdateAsync(part => part.SetProperty(row => row.FileId, (Guid?)null), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return isAsRead;
    }
}
