using ImageHub.Application.Accounts;
using ImageHub.Application.Choices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Links;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.GuestUploads;

/// <summary>A guest who sends photos, and the guest's inbox.</summary>
internal sealed record GuestInbox(Guid GuestId, Guid InboxId);

/// <summary>
/// Finds and adds guests of links that accept photos. Each guest has a separate inbox, so guests do not wait for each other, and their photos are not compared
/// with each other.
/// </summary>
internal sealed class GuestInboxes(IImageHubDb db, SharedGroups groups, GuestTokens tokens, IRateLimiter limiter, ICaller caller, TimeProvider clock)
{
    /// <summary>Higher than for favourites, because the guests of a celebration often share one address.</summary>
    private static readonly RateLimit NewGuests = new("upload-guests", 120, TimeSpan.FromHours(1));

    /// <summary>Opens the group of a link's token for a guest who may send photos.</summary>
    /// <exception cref="ProblemException">404, also if the link accepts no photos; 401 <see cref="Problems.PasswordRequired"/>.</exception>
    public async Task<SharedLink> OpenAsync(GuestVisit visit, CancellationToken cancellationToken)
    {
        var shared = await groups.OpenAsync(visit.Token, visit.Cookie, cancellationToken);
        return shared.Link.AllowsUploads ? shared : throw ProblemException.NotFound("upload of photos");
    }

    /// <summary>Finds the guest of a cookie; null if the guest has not announced photos yet.</summary>
    public async Task<GuestInbox?> FindAsync(Guid linkId, string? guestToken, CancellationToken cancellationToken)
    {
        if (guestToken is not { Length: > 0 and <= GuestTokens.MaxLength })
        {
            return null;
        }

        var hash = LinkTokens.Hash(guestToken);
        return await (
            from guest in db.UploadGuests
            where guest.LinkId == linkId && guest.TokenHash == hash
            join inbox in db.AllGroups on guest.Id equals inbox.GuestId
            select new GuestInbox(guest.Id, inbox.Id)).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Finds a guest as <see cref="FindAsync"/> does, or adds one with an inbox.</summary>
    /// <exception cref="ProblemException">
    /// 400 if this server did not sign the guest's cookie for this link; 404 if the link has just ended; 409 <see cref="Problems.TooManyGuests"/>; 429 if too
    /// many new guests came from this address.
    /// </exception>
    public async Task<GuestInbox> FindOrAddAsync(SharedLink shared, string? guestToken, string name, CancellationToken cancellationToken)
    {
        var linkId = shared.Link.Id;
        if (await FindAsync(linkId, guestToken, cancellationToken) is { } known)
        {
            return known;
        }

        tokens.EnsureSigned(guestToken, linkId);
        if (await limiter.TakeAsync(NewGuests, $"{linkId:N} {caller.Address}", 1, cancellationToken) is { } wait)
        {
            throw new ProblemException(
                Problems.TooManyRequests,
                $"{NewGuests.Permits} new guests of this link have come from this address within an hour, which is the maximum; try again in {Math.Ceiling(wait.TotalMinutes)} min.")
            { RetryAfter = wait };
        }

        // While the group is locked, no other transaction can trash it before the new inbox is committed.
        var (transaction, group) = await db.Locks.LockLiveGroupAsync(shared.Group.Id, cancellationToken);
        await using var _ = transaction;
        if (!await db.Locks.TryLockLinkAsync(linkId, cancellationToken))
        {
            throw SharedGroups.NoLink();
        }

        // Another request of the same guest may have come first.
        if (await FindAsync(linkId, guestToken, cancellationToken) is { } added)
        {
            return added;
        }

        if (await db.UploadGuests.CountAsync(guest => guest.LinkId == linkId, cancellationToken) >= UploadGuest.MaxPerLink)
        {
            throw new ProblemException(Problems.TooManyGuests, $"{UploadGuest.MaxPerLink} guests send photos with this link, which is the maximum.");
        }

        var now = clock.Now();
        var guest = UploadGuest.Create(linkId, LinkTokens.Hash(guestToken), now);
        var inbox = Group.CreateInbox(group.Id, guest.Id, name, now);
        db.UploadGuests.Add(guest);
        db.AllGroups.Add(inbox);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return new GuestInbox(guest.Id, inbox.Id);
    }

    /// <summary>
    /// Finds the number of files and bytes that a guest may still announce. Photos that the guest has announced but not sent yet count; other guests' announced
    /// photos do not.
    /// </summary>
    /// <param name="linkId">The link.</param>
    /// <param name="guestId">The guest; null for a guest who has announced nothing yet.</param>
    /// <param name="replaced">The ids of announced photos that do not count.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<GuestAllowance> FindAllowanceAsync(Guid linkId, Guid? guestId, Guid[] replaced, CancellationToken cancellationToken)
    {
        var link = await db.Links.SingleOrDefaultAsync(link => link.Id == linkId, cancellationToken) ?? throw SharedGroups.NoLink();
        var sent = guestId is null ? 0 : await db.UploadGuests.Where(guest => guest.Id == guestId).Select(guest => guest.SentFiles).SingleOrDefaultAsync(cancellationToken);
        var open = guestId is null ? null : await db.UploadFiles
            .Where(file => file.GuestId == guestId && file.Status == UploadStatus.Needed && !replaced.Contains(file.Id))
            .GroupBy(_ => 1)
            .Select(files => new { Files = files.Count(), Bytes = files.Sum(file => file.Bytes) })
            .SingleOrDefaultAsync(cancellationToken);
        var (files, bytes) = (open?.Files ?? 0, open?.Bytes ?? 0);
        return new GuestAllowance(link, sent + files, link.SentFiles + files, link.SentBytes + bytes);
    }

    /// <summary>
    /// Throws if the link's sent photos and the stored parts of its unfinished photos together would exceed the link's limit of bytes. Parts do not count when
    /// a photo is sent whole, so a guest who leaves many photos unfinished does not block others.
    /// </summary>
    /// <param name="file">A guest's photo, as read before its new part arrived.</param>
    /// <param name="bytes">The size of the new part.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">404; 409 <c>linkFull</c>.</exception>
    public async Task EnsureMayKeepAsync(UploadFile file, long bytes, CancellationToken cancellationToken)
    {
        var link = await (from guest in db.UploadGuests where guest.Id == file.GuestId join shared in db.Links on guest.LinkId equals shared.Id select shared).SingleOrDefaultAsync(cancellationToken)
            ?? throw SharedGroups.NoLink();
        var kept = file.Offset
            + await db.UploadFiles
                .Where(other => other.Status == UploadStatus.Needed && other.Offset > 0 && other.Id != file.Id && db.UploadGuests.Any(guest => guest.Id == other.GuestId && guest.LinkId == link.Id))
                .SumAsync(other => other.Offset, cancellationToken);
        if (link.SentBytes + kept + bytes > link.MaxBytes)
        {
            throw new ProblemException(
                Problems.LinkFull,
                $"This link accepts {link.MaxBytes} bytes; {link.SentBytes} bytes of photos and {kept} bytes of unfinished photos are stored. Send the photo in one request.");
        }
    }

    /// <summary>Finds the number of photos and bytes that the guest of a cookie may still send.</summary>
    public async Task<UploadsLeft> FindLeftAsync(Link link, string? guestToken, CancellationToken cancellationToken)
    {
        var guest = await FindAsync(link.Id, guestToken, cancellationToken);
        var allowance = await FindAllowanceAsync(link.Id, guest?.GuestId, replaced: [], cancellationToken);
        return new UploadsLeft(allowance.FilesLeft, allowance.BytesLeft);
    }
}

/// <summary>Finds the account or guest who sent a request about uploads.</summary>
internal sealed class Uploaders(GuestInboxes inboxes, ICaller caller)
{
    /// <summary>Finds the guest of a visit; without a visit, the caller's account.</summary>
    /// <exception cref="ProblemException">
    /// 404 if the link accepts no photos, or if the guest has announced none; 401 <see cref="Problems.PasswordRequired"/>.
    /// </exception>
    public async Task<Uploader> FindAsync(GuestVisit? visit, CancellationToken cancellationToken)
    {
        if (visit is null)
        {
            return Uploader.ForAccount(caller.UserId!.Value);
        }

        var shared = await inboxes.OpenAsync(visit, cancellationToken);
        var guest = await inboxes.FindAsync(shared.Link.Id, visit.GuestToken, cancellationToken) ?? throw ProblemException.NotFound("upload");
        return Uploader.ForGuest(guest.GuestId);
    }
}
