using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>
/// Protects images, folders and placeholders from clients that delete the address of an upload that has failed, such as rclone. While an upload replaces something, and
/// for a while after it has failed, the same account cannot delete its address.
/// </summary>
internal sealed class DavProtection(IImageHubDb db, DavTree tree, ICaller caller, TimeProvider clock)
{
    private Guid? begun;

    /// <summary>Protects a place that an upload is about to replace.</summary>
    public async Task BeginAsync(DavPlace place, CancellationToken cancellationToken)
    {
        if (begun is null)
        {
            begun = await AddAsync(place, ReplacingUpload.ProtectionWhileRunning, cancellationToken);
        }
    }

    /// <summary>Ends the protection by this request's upload, because the upload has succeeded or its client knows what is at the address.</summary>
    public async Task EndAsync()
    {
        if (begun is { } id)
        {
            await db.ReplacingUploads.Where(row => row.Id == id).ExecuteDeleteAsync();
        }
    }

    /// <summary>Protects what is at the address of an upload that has failed.</summary>
    public async Task FailAsync(DavPath path)
    {
        var until = clock.Now() + ReplacingUpload.ProtectionAfterFailure;

        // A long upload may outlast its row. A client that disconnects while its upload is committed sees a failure, too.
        if (begun is not { } id || await db.ReplacingUploads.Where(row => row.Id == id).ExecuteUpdateAsync(row => row.SetProperty(upload => upload.ProtectedUntil, until)) == 0)
        {
            await AddAsync(await tree.FindAsync(path, CancellationToken.None), ReplacingUpload.ProtectionAfterFailure, CancellationToken.None);
        }
    }

    /// <summary>
    /// Refuses to delete a protected place. After that, an upload that has not ended protects it no longer than a failed one, because its server may have been killed.
    /// </summary>
    /// <exception cref="ProblemException">409 <c>uploadFailed</c>.</exception>
    public async Task EnsureUnprotectedAsync(DavPlace place, CancellationToken cancellationToken)
    {
        var (hash, now) = (place.Hash, clock.Now());
        var end = now + ReplacingUpload.ProtectionAfterFailure;
        var refused = await db.ReplacingUploads
            .Where(row => row.AccountId == caller.UserId && row.PlaceHash == hash && row.ProtectedUntil > now)
            .ExecuteUpdateAsync(row => row.SetProperty(upload => upload.ProtectedUntil, upload => upload.ProtectedUntil < end ? upload.ProtectedUntil : end), cancellationToken);
        if (refused > 0)
        {
            throw DavProblems.UploadFailed(place.Segment);
        }
    }

    private async Task<Guid?> AddAsync(DavPlace place, TimeSpan protection, CancellationToken cancellationToken)
    {
        // Keys with the scope 'upload' delete only placeholders.
        if (place.Resource is not { } found || !(caller.IsAdmin || found.File is { PlaceholderId: not null }))
        {
            return null;
        }

        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);

        // Prevents a deadlock: deleting the account deletes these rows in another order.
        await db.Locks.ShareUserAsync(caller.UserId!.Value, cancellationToken);
        var now = clock.Now();
        var own = db.ReplacingUploads.Where(row => row.AccountId == caller.UserId);
        await own.Where(row => row.ProtectedUntil <= now).ExecuteDeleteAsync(cancellationToken);
        var surplus = await own.CountAsync(cancellationToken) + 1 - ReplacingUpload.MaxCount;
        if (surplus > 0)
        {
            await own.OrderBy(row => row.ProtectedUntil).Take(surplus).ExecuteDeleteAsync(cancellationToken);
        }

        var upload = ReplacingUpload.Create(caller.UserId!.Value, place.Hash, now + protection);
        db.ReplacingUploads.Add(upload);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return upload.Id;
    }
}
