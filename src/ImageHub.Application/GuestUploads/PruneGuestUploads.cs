using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Links;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.GuestUploads;

/// <summary>
/// Moves photos that have awaited approval for 90 days to the trash. Deletes guests of links that no longer exist, guests who have sent no photos within a day
/// of their last announcement and from whom no photo is awaited, and empty inboxes of deleted guests.
/// </summary>
public sealed record PruneGuestUploads : IRequest
{
    /// <summary>How long photos await approval.</summary>
    public static readonly TimeSpan PendingFor = TimeSpan.FromDays(90);
}

internal sealed class PruneGuestUploadsHandler(IImageHubDb db, UploadCompletion completion, TimeProvider clock) : IRequestHandler<PruneGuestUploads>
{
    private const int Together = 200;

    public async Task<Unit> Handle(PruneGuestUploads request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await TrashOldAsync(now - PruneGuestUploads.PendingFor, cancellationToken);
        await DeleteGuestsAsync(now - UploadGuest.IdleFor, cancellationToken);
        await db.AllGroups
            .Where(inbox => inbox.InboxOf != null
                && !db.UploadGuests.Any(guest => guest.Id == inbox.GuestId)
                && !db.AllImages.Any(image => image.GroupId == inbox.Id))
            .ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }

    private async Task TrashOldAsync(DateTimeOffset sentUntil, CancellationToken cancellationToken)
    {
        List<Guid> ids;
        do
        {
            ids = await db.AllImages
                .Where(image => image.GuestId != null && image.DeletedAt == null && image.CreatedAt <= sentUntil)
                .OrderBy(image => image.CreatedAt)
                .Select(image => image.Id)
                .Take(Together)
                .ToListAsync(cancellationToken);
            await using var changes = await ImageChanges.BeginAsync(db, ids, clock, cancellationToken);
            foreach (var id in ids)
            {
                // A curator may have approved or deleted the photo in the meantime.
                if (changes.FindLive(id) is { GuestId: not null })
                {
                    changes.Delete(id);
                }
            }

            await changes.CommitAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
        while (ids.Count == Together);
    }

    private async Task DeleteGuestsAsync(DateTimeOffset idleSince, CancellationToken cancellationToken)
    {
        var outdated = db.UploadGuests.Where(guest =>
            !db.Links.Any(link => link.Id == guest.LinkId)
            || (guest.SentFiles == 0 && guest.AnnouncedAt <= idleSince && !db.UploadFiles.Any(file => file.GuestId == guest.Id && file.Status == UploadStatus.Needed)));
        foreach (var guestId in await outdated.Select(guest => guest.Id).ToListAsync(cancellationToken))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.Locks.LockReceiptsAsync(guestId, cancellationToken);
            if (await outdated.AnyAsync(guest => guest.Id == guestId, cancellationToken))
            {
                await db.RemoveReceiptsAsync(await db.UploadBatches.Where(batch => batch.GuestId == guestId).Select(batch => batch.Id).ToListAsync(cancellationToken), cancellationToken);
                await db.UploadGuests.Where(guest => guest.Id == guestId).ExecuteDeleteAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
    }
}
