using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Uploads;
using ImageHub.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Records the results of announced files within a transaction: updates their rows and the receipts of their batches, and releases their parts.
/// </summary>
internal sealed class UploadResults
{
    private readonly IImageHubDb db;
    private readonly WebhookOutbox outbox;
    private readonly Dictionary<Guid, UploadFile> files;
    private readonly List<UploadFile> finished = [];
    private readonly DateTimeOffset now;

    private UploadResults(IImageHubDb db, WebhookOutbox outbox, Dictionary<Guid, UploadFile> files, DateTimeOffset now)
    {
        this.db = db;
        this.outbox = outbox;
        this.files = files;
        this.now = now;
    }

    /// <summary>Locks the rows of the files.</summary>
    public static async Task<UploadResults> BeginAsync(
        IImageHubDb db, WebhookOutbox outbox, IReadOnlyCollection<UploadFile> files, TimeProvider clock, CancellationToken cancellationToken) => new(
        db,
        outbox,
        files.Count == 0 ? [] : await db.Locks.LockUploadFilesAsync([.. files.Select(file => file.Id)], cancellationToken),
        clock.Now());

    /// <summary>Whether a rejection is permanent, so that sending the same file again would fail as well.</summary>
    public static bool IsFinal(ProblemException problem) => problem.Problem.Kind == ProblemKind.Final;

    /// <summary>Throws if the file was deleted, has a result, or has received another part since it was read.</summary>
    /// <param name="asRead">The file as read before its row was locked.</param>
    /// <exception cref="ProblemException">409 <c>offsetMismatch</c>.</exception>
    public void EnsureAwaited(UploadFile asRead)
    {
        if (files.GetValueOrDefault(asRead.Id) is not { Status: UploadStatus.Needed } file || file.Offset != asRead.Offset)
        {
            throw OffsetMismatch("Another request has sent the same bytes of this file; send HEAD to get the current offset.");
        }
    }

    /// <summary>Finds the file's reserved position; null if the image is to be added at the end.</summary>
    public long? FindPosition(UploadFile? asRead) => asRead is null ? null : files.GetValueOrDefault(asRead.Id)?.Position;

    /// <summary>Creates the 409 error that makes a client ask for the upload's current offset.</summary>
    public static ProblemException OffsetMismatch(string detail) => new(Problems.OffsetMismatch, detail);

    /// <summary>Records that the image was created.</summary>
    public void Finish(UploadFile? asRead, Guid imageId) => End(asRead, file => file.Finish(imageId, now));

    /// <summary>Records a permanent rejection. A temporary rejection leaves the file unchanged.</summary>
    public void Refuse(UploadFile? asRead, ProblemException problem)
    {
        if (IsFinal(problem))
        {
            End(asRead, file => file.Refuse(problem, now));
        }
    }

    /// <summary>Writes the results and adds the events of batches that are now finished.</summary>
    /// <returns>Whether there are any results.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        if (finished.Count == 0)
        {
            return false;
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var batch in finished.Where(file => file.BatchId is not null).GroupBy(file => file.BatchId).OrderBy(batch => batch.Key))
        {
            var (uploaded, duplicate, failed) = (Count(batch, UploadStatus.Uploaded), Count(batch, UploadStatus.Duplicate), Count(batch, UploadStatus.Failed));
            await db.UploadBatches.Where(row => row.Id == batch.Key).ExecuteUpdateAsync(
                row => row
                    .SetProperty(receipt => receipt.Uploaded, receipt => receipt.Uploaded + uploaded)
                    .SetProperty(receipt => receipt.Duplicate, receipt => receipt.Duplicate + duplicate)
                    .SetProperty(receipt => receipt.Failed, receipt => receipt.Failed + failed),
                cancellationToken);
            if (outbox.IsOpen)
            {
                // The update has locked the row. Therefore only the transaction that counts the last file sees a finished batch.
                await outbox.AddIfFinishedAsync(db, await db.UploadBatches.SingleOrDefaultAsync(row => row.Id == batch.Key, cancellationToken), cancellationToken);
            }
        }

        var inParts = finished.Where(file => file.PartCount > 0).Select(file => file.Id).ToArray();
        if (inParts.Length > 0)
        {
            await db.UploadParts
                .Where(part => part.FileId != null && inParts.Contains(part.FileId.Value))
                .ExecuteUpdateAsync(part => part.SetProperty(row => row.FileId, (Guid?)null), cancellationToken);
        }

        return true;
    }

    private static int Count(IEnumerable<UploadFile> files, UploadStatus status) => files.Count(file => file.Status == status);

    private void End(UploadFile? asRead, Action<UploadFile> end)
    {
        if (asRead is not null && files.GetValueOrDefault(asRead.Id) is { Status: UploadStatus.Needed } file)
        {
            end(file);
            finished.Add(file);
        }
    }
}

/// <summary>Adds the events of upload batches.</summary>
internal static class FinishedBatches
{
    /// <summary>
    /// Adds the event of a batch within a transaction if all its files have a result. There is no event for a user's own batch without a new image: a user
    /// could otherwise fill the queue with announcements that fail at once.
    /// </summary>
    public static async Task AddIfFinishedAsync(this WebhookOutbox outbox, IImageHubDb db, UploadBatch? batch, CancellationToken cancellationToken)
    {
        if (batch is { IsFinished: true, GuestId: { } guestId })
        {
            await outbox.AddGuestUploadAsync(db, batch, guestId, cancellationToken);
        }
        else if (batch is { IsFinished: true } and ({ IsOwn: false } or { Uploaded: > 0 }))
        {
            var told = new BatchFinished(batch.Id, batch.IsOwn ? null : batch.GroupId, batch.Total, batch.Uploaded, batch.Duplicate, batch.Failed, batch.CreatedAt);
            await outbox.ReplaceAsync(db, WebhookKind.BatchFinished, told, "batchId", batch.Id, cancellationToken);
        }
    }

    /// <summary>
    /// Adds the event of a guest's batch if it contains new photos. The limits of the link therefore also limit the number of events. There is no event if the
    /// group has been purged.
    /// </summary>
    private static async Task AddGuestUploadAsync(this WebhookOutbox outbox, IImageHubDb db, UploadBatch batch, Guid guestId, CancellationToken cancellationToken)
    {
        if (batch.Uploaded == 0 || !outbox.IsOpen)
        {
            return;
        }

        var told = await (
            from inbox in db.AllGroups
            where inbox.Id == batch.GroupId
            join shared in db.Groups on inbox.InboxOf equals (Guid?)shared.Id
            from guest in db.UploadGuests
            where guest.Id == guestId
            select new GuestUploadFinished(guest.LinkId, shared.Id, shared.Title, guestId, inbox.Title, batch.Id, batch.Total, batch.Uploaded, batch.Duplicate, batch.Failed, batch.CreatedAt))
            .SingleOrDefaultAsync(cancellationToken);
        if (told is not null)
        {
            await outbox.AddAsync(db, WebhookKind.GuestUploadFinished, told, cancellationToken);
        }
    }
}

/// <summary>Records problems as the results of announced files.</summary>
internal static class Refusals
{
    /// <summary>Records the reason why a file is not accepted: a duplicate or a rejection.</summary>
    public static void Refuse(this UploadFile file, ProblemException problem, DateTimeOffset now)
    {
        if (problem.Problem == Problems.DuplicateContent)
        {
            file.FinishAsDuplicate(problem.ExistingId, now);
        }
        else
        {
            file.Fail(problem.Problem.Code, problem.Message, now);
        }
    }
}
