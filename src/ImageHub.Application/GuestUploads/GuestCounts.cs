using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.GuestUploads;

/// <summary>
/// Counts a guest's photos while they are recorded. The transaction locks the link's row, so the photos of all guests together stay within the link's limits,
/// and no photo is recorded after the link has ended.
/// </summary>
internal sealed class GuestCounts
{
    private readonly Guid guestId;
    private readonly Link? link;
    private readonly GuestAllowance? allowance;
    private int files;
    private long bytes;

    private GuestCounts(Guid guestId, Link? link, GuestAllowance? allowance)
    {
        this.guestId = guestId;
        this.link = link;
        this.allowance = allowance;
    }

    /// <summary>Locks the row of the guest's link within a transaction.</summary>
    public static async Task<GuestCounts> LockAsync(IImageHubDb db, GuestOfLink sender, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (guestId, linkId) = sender;
        if (!await db.Locks.TryLockLinkAsync(linkId, cancellationToken))
        {
            return new GuestCounts(guestId, null, null);
        }

        var found = await (
            from guest in db.UploadGuests
            where guest.Id == guestId
            join link in db.Links on guest.LinkId equals link.Id
            where link.AllowsUploads && (link.ExpiresAt == null || link.ExpiresAt > now)
            select new { Link = link, guest.SentFiles }).SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? new GuestCounts(guestId, null, null)
            : new GuestCounts(guestId, found.Link, new GuestAllowance(found.Link, found.SentFiles, found.Link.SentFiles, found.Link.SentBytes));
    }

    /// <summary>Throws if the photo exceeds a limit, or if the link accepts no photos any more.</summary>
    /// <exception cref="ProblemException">404; 409 <c>guestFull</c> or <c>linkFull</c>.</exception>
    public void EnsureFits(long photoBytes) => (allowance ?? throw ProblemException.NotFound("link")).EnsureFits(photoBytes);

    /// <summary>Counts a recorded photo.</summary>
    public void Count(long photoBytes)
    {
        allowance!.Take(photoBytes);
        (files, bytes) = (files + 1, bytes + photoBytes);
    }

    /// <summary>Writes the counts.</summary>
    public async Task SaveAsync(IImageHubDb db, CancellationToken cancellationToken)
    {
        if (link is null || files == 0)
        {
            return;
        }

        await db.Links.Where(row => row.Id == link.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.SentFiles, row => row.SentFiles + files).SetProperty(row => row.SentBytes, row => row.SentBytes + bytes), cancellationToken);
        await db.UploadGuests.Where(row => row.Id == guestId).ExecuteUpdateAsync(set => set.SetProperty(row => row.SentFiles, row => row.SentFiles + files), cancellationToken);
    }
}
