using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Bounds the receipts that are kept of an account, and removes them.</summary>
internal static class Receipts
{
    /// <summary>Within a transaction that holds the account's receipts, removes the oldest finished ones where a new one would exceed the limits.</summary>
    /// <param name="db">The database.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="id">The receipt that is new or grows.</param>
    /// <param name="total">How many files it has then.</param>
    /// <param name="isFinished">Whether it waits for none of them.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">409 <c>tooManyOpenUploads</c>: the new receipt waits for files, and as many as allowed do already.</exception>
    public static async Task MakeRoomForReceiptAsync(this IImageHubDb db, Guid accountId, Guid id, int total, bool isFinished, CancellationToken cancellationToken)
    {
        // At most UploadBatch.MaxKept rows.
        var kept = await db.UploadBatches
            .Where(batch => batch.AccountId == accountId && batch.Id != id)
            .OrderByDescending(batch => batch.CreatedAt).ThenByDescending(batch => batch.Id)
            .Select(batch => new { batch.Id, batch.Total, IsOpen = batch.Uploaded + batch.Duplicate + batch.Failed < batch.Total })
            .ToListAsync(cancellationToken);
        if (!isFinished && kept.Count(receipt => receipt.IsOpen) >= UploadBatch.MaxOpen)
        {
            throw new ProblemException(
                Problems.TooManyOpenUploads, $"This account has {UploadBatch.MaxOpen} unfinished uploads, which is the most that is allowed; finish some, or end them with DELETE.");
        }

        var open = kept.Where(receipt => receipt.IsOpen).ToList();
        var (count, files) = (open.Count + 1, open.Sum(receipt => (long)receipt.Total) + total);
        var removed = new List<Guid>();
        foreach (var receipt in kept.Where(receipt => !receipt.IsOpen))
        {
            (count, files) = (count + 1, files + receipt.Total);
            if (count > UploadBatch.MaxKept || files > UploadBatch.MaxKeptFiles)
            {
                removed.Add(receipt.Id);
            }
        }

        await db.RemoveReceiptsAsync(removed, cancellationToken);
    }

    /// <summary>Within a transaction, removes receipts with the rows of their files. The parts that were sent of unfinished files are no longer needed.</summary>
    public static async Task RemoveReceiptsAsync(this IImageHubDb db, IReadOnlyCollection<Guid> batchIds, CancellationToken cancellationToken)
    {
        foreach (var batchId in batchIds)
        {
            // Files before their batch, by id: the order in which results are recorded.
            await db.Locks.LockFilesOfBatchAsync(batchId, cancellationToken);
            await db.UploadFiles.Where(file => file.BatchId == batchId).ExecuteDeleteAsync(cancellationToken);
            await db.UploadBatches.Where(batch => batch.Id == batchId).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
