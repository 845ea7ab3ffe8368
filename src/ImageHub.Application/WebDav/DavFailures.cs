using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>
/// Protects images from clients, such as rclone, that send DELETE to an address after an upload to it has failed: the next deletion of this address by the same
/// account within <see cref="FailedUpload.Lifetime"/> is refused.
/// </summary>
internal sealed class DavFailures(IImageHubDb db, ICaller caller, TimeProvider clock)
{
    private IQueryable<FailedUpload> Own => db.FailedUploads.Where(row => row.AccountId == caller.UserId);

    /// <summary>Records that an upload has failed.</summary>
    public async Task RecordAsync(DavPath path, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);

        // Prevents a deadlock: deleting the account deletes these rows in another order.
        await db.Locks.ShareUserAsync(caller.UserId!.Value, cancellationToken);
        var (hash, over) = (path.Hash, clock.Now() - FailedUpload.Lifetime);
        await Own.Where(row => row.PathHash == hash || row.FailedAt <= over).ExecuteDeleteAsync(cancellationToken);
        var surplus = await Own.CountAsync(cancellationToken) + 1 - FailedUpload.MaxCount;
        if (surplus > 0)
        {
            await Own.OrderBy(row => row.FailedAt).Take(surplus).ExecuteDeleteAsync(cancellationToken);
        }

        db.FailedUploads.Add(FailedUpload.Create(caller.UserId!.Value, hash, clock.Now()));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Forgets a failed upload, because a later upload has succeeded or a deletion is refused.</summary>
    /// <returns>Whether an upload to the address had failed within <see cref="FailedUpload.Lifetime"/>.</returns>
    public async Task<bool> TryForgetAsync(DavPath path, CancellationToken cancellationToken)
    {
        var (hash, since) = (path.Hash, clock.Now() - FailedUpload.Lifetime);
        return await Own.Where(row => row.PathHash == hash && row.FailedAt > since).ExecuteDeleteAsync(cancellationToken) > 0;
    }
}
