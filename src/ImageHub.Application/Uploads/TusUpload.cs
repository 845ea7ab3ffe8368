using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>How a resumable upload stands (tus 1.0).</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="Offset">How many bytes are kept: all of them once the image exists, fewer until then.</param>
/// <param name="ExpiresAt">When what is kept goes.</param>
/// <param name="ImageId">The image that it became, or that was there already.</param>
/// <param name="IsDuplicate">Whether equal bytes were there already.</param>
/// <param name="Metadata">What its creation said of it, as it was sent; null: it was announced in another way.</param>
public sealed record TusUpload(Guid Id, long Bytes, long Offset, DateTimeOffset ExpiresAt, Guid? ImageId, bool IsDuplicate, string? Metadata)
{
    /// <summary>Where uploads are created.</summary>
    public const string Path = "/api/v1/uploads/tus";

    /// <summary>The address of an upload, relative to the server.</summary>
    public static string UrlFor(Guid id) => $"{Path}/{id:D}";

    /// <summary>The state of an announced file.</summary>
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
    /// <summary>An upload of the caller's own that has not expired.</summary>
    /// <exception cref="ProblemException">404, or 410 when it was refused for good.</exception>
    public static async Task<UploadFile> FindTusUploadAsync(this IImageHubDb db, Guid id, ICaller caller, TimeProvider clock, CancellationToken cancellationToken)
    {
        var file = await db.UploadFiles.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == caller.UserId, cancellationToken)
            ?? throw ProblemException.NotFound("upload");
        if (file.ExpiresAt() <= clock.Now())
        {
            // Of a file of a batch only the bytes go: it begins again.
            if (file is not { Status: UploadStatus.Needed, BatchId: not null, Offset: > 0 } || !await db.ForgetPartsAsync(file, cancellationToken))
            {
                throw ProblemException.NotFound("upload");
            }

            return await db.UploadFiles.SingleAsync(row => row.Id == id, cancellationToken);
        }

        return file.Status == UploadStatus.Failed
            ? throw new ProblemException(Problems.UploadGone, $"The upload of '{file.FileName}' has ended: {file.Error}")
            : file;
    }

    /// <summary>Where the file goes.</summary>
    /// <exception cref="ProblemException">404 when the group is gone, or the caller may no longer add to it.</exception>
    public static async Task<UploadTarget> FindTargetAsync(this IImageHubDb db, UploadFile file, ICaller caller, CancellationToken cancellationToken)
    {
        var isThere = caller.Tier is null
            ? await db.Groups.AnyAsync(group => group.Id == file.GroupId && group.DeletedAt == null, cancellationToken)
            : await db.OwnGroups().AnyAsync(group => group.Id == file.GroupId && group.OwnerId == caller.UserId, cancellationToken);
        return isThere ? new UploadTarget(file.GroupId, caller.Tier) : throw ProblemException.NotFound("group");
    }

    /// <summary>Lets go of the bytes that are kept of an unfinished file; their objects are deleted by <see cref="PruneUploads"/>.</summary>
    /// <returns>Whether the file was still as it had been read.</returns>
    public static async Task<bool> ForgetPartsAsync(this IImageHubDb db, UploadFile file, CancellationToken cancellationToken)
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
