using ImageHub.Application.Database;
using ImageHub.Application.Uploads;
using ImageHub.Domain.WebDav;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Deletes expired locks, placeholders, sizes of discarded files and replacing uploads of WebDAV.</summary>
public sealed record PruneWebDav : IRequest;

internal sealed class PruneWebDavHandler(IImageHubDb db, UploadCompletion completion, TimeProvider clock) : IRequestHandler<PruneWebDav>
{
    public async Task<Unit> Handle(PruneWebDav request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var placeholdersSince = now - Placeholder.Lifetime;
        var junkSince = now - JunkFile.Lifetime;
        await using (var transaction = await db.Locks.LockWebDavAsync(cancellationToken))
        {
            await db.DavLocks.Where(held => held.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
            await db.Placeholders.Where(file => file.WrittenAt <= placeholdersSince).ExecuteDeleteAsync(cancellationToken);
            await db.JunkFiles.Where(file => file.WrittenAt <= junkSince).ExecuteDeleteAsync(cancellationToken);
            await db.ReplacingUploads.Where(upload => upload.ProtectedUntil <= now).ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
        return Unit.Value;
    }
}
