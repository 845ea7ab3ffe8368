using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Limits the number of stored receipts per account or guest and deletes receipts.</summary>
internal static class Receipts
{
    /// <summary>
    /// Deletes the oldest finished receipts, so that the uploader's receipts stay within their limits. The transaction must hold the lock of these receipts.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="uploader">The account or guest.</param>
    /// <param name="id">The new receipt, or the existing receipt that gets further files.</param>
    /// <param name="total">The number of its files, including the added ones.</param>
    /// <param name="isFinished">Whether all its files have a result.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 409 <c>tooManyOpenUploads</c> if the receipt has pending files and the maximum number of other unfinished receipts is reached.
    /// </exception>
    public static async Task MakeRoomForReceiptAsync(this IImageHubDb db, Uploader uploader, Guid id, int total, bool isFinished, CancellationToken cancellationToken)
    {
        // Reads at most UploadBatch.MaxKept rows.
        var kept = await db.UploadBatches
            .SentBy(uploader)
            .Where(batch => batch.Id != id)
            .OrderByDescending(batch => batch.CreatedAt).ThenByDescending(batch => batch.Id)
            .Select(batch => new { batch.Id, batch.Total, IsOpen = batch.Uploaded + batch.Duplicate + batch.Failed < batch.Total })
            .ToListAsync(cancellationToken);
        if (!isFinished && kept.Count(receipt => receipt.IsOpen) >= uploader.MaxOpen)
        {
            throw new ProblemException(
                Problems.TooManyOpenUploads, $"{(uploader.AccountId is null ? "This guest" : "This account")} has {uploader.MaxOpen} unfinished uploads, which is the maximum; finish some, or end them with DELETE.");
        }

        var open = kept.Where(receipt => receipt.IsOpen).ToList();
        var (count, files) = (open.Count + 1, open.Sum(receipt => (long)receipt.Total) + total);
        var removed = new List<Guid>();
        foreach (var receipt in kept.Where(receipt => !receipt.IsOpen))
        {
            (count, files) = (count + 1, files + receipt.Total);
            if (count > uploader.MaxKept || files > uploader.MaxKeptFiles)
            {
                removed.Add(receipt.Id);
            }
        }

        await db.RemoveReceiptsAsync(removed, cancellationToken);
    }

    /// <summary>Deletes receipts and the rows of their files within a transaction. Parts of unfinished files are released.</summary>
    public static async Task RemoveReceiptsAsync(this IImageHubDb db, IReadOnlyCollection<Guid> batchIds, CancellationToken cancellationToken)
    {
        foreach (var batchId in batchIds)
        {
            // Locks the files by id and then their batch, in the same order as the recording of results, to avoid deadlocks.
            await db.Locks.LockFilesOfBatchAsync(batchId, cancellationToken);
            await db.UploadFiles.Where(file => file.BatchId == batchId).ExecuteDeleteAsync(cancellationToken);
            await db.UploadBatches.Where(batch => batch.Id == batchId).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
