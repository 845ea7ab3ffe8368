using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Links;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Choices;

/// <summary>
/// Finds and adds guests of links that allow favourites. Every change locks the link's row: only one request at a time counts and adds guests, and no
/// guest is added after the link has ended.
/// </summary>
internal sealed class Favourites(IImageHubDb db, SharedGroups groups, GuestTokens tokens, IRateLimiter limiter, ICaller caller, TimeProvider clock)
{
    private static readonly RateLimit NewGuests = new("link-guests", 60, TimeSpan.FromHours(1));

    /// <summary>Opens the group of a link's token for a guest who may choose favourites.</summary>
    /// <exception cref="ProblemException">404, also if the link allows no favourites; 401 <see cref="Problems.PasswordRequired"/>.</exception>
    public async Task<SharedLink> OpenAsync(GuestVisit visit, CancellationToken cancellationToken)
    {
        var shared = await groups.OpenAsync(visit.Token, visit.Cookie, cancellationToken);
        return shared.Link.AllowsFavourites ? shared : throw ProblemException.NotFound("choice of favourites");
    }

    /// <summary>
    /// Begins a transaction with exclusive access to the favourites of a link's guests. Opens the link again, because it may have changed during the wait.
    /// </summary>
    /// <param name="shared">The link, as opened before.</param>
    /// <param name="visit">The guest's visit.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The transaction, and the link as it is until the transaction ends.</returns>
    /// <exception cref="ProblemException">The errors of <see cref="OpenAsync"/>.</exception>
    public async Task<(IDbContextTransaction Transaction, SharedLink Shared)> LockAsync(SharedLink shared, GuestVisit visit, CancellationToken cancellationToken)
    {
        var transaction = await db.Locks.BeginInTurnAsync([shared.Link.Id], cancellationToken);
        try
        {
            return await db.Locks.TryLockLinkAsync(shared.Link.Id, cancellationToken) ? (transaction, await OpenAsync(visit, cancellationToken)) : throw SharedGroups.NoLink();
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finds the guest of a cookie as a tracked entity; null if the guest does not exist yet.</summary>
    public async Task<LinkGuest?> FindGuestAsync(SharedLink shared, GuestVisit visit, CancellationToken cancellationToken)
    {
        if (visit.GuestToken is not { Length: > 0 and <= GuestTokens.MaxLength } cookie)
        {
            return null;
        }

        var (linkId, hash) = (shared.Link.Id, LinkTokens.Hash(cookie));
        return await db.LinkGuests.AsTracking().SingleOrDefaultAsync(guest => guest.LinkId == linkId && guest.TokenHash == hash, cancellationToken);
    }

    /// <summary>Returns the sent cookie if this server signed it or a guest of the link uses it; otherwise returns a new cookie.</summary>
    public async Task<string> FindOrCreateTokenAsync(SharedLink shared, string? sent, CancellationToken cancellationToken) =>
        tokens.IsSigned(sent, shared.Link.Id) || await FindGuestAsync(shared, new GuestVisit("", null, sent), cancellationToken) is not null ? sent! : tokens.Create(shared.Link.Id);

    /// <summary>Finds a guest as <see cref="FindGuestAsync"/> does, or adds one. Call <see cref="LockAsync"/> first.</summary>
    /// <exception cref="ProblemException">
    /// 400 if this server did not sign the guest's cookie for this link; 409 <see cref="Problems.TooManyGuests"/>; 429 if too many new guests came from this
    /// address.
    /// </exception>
    public async Task<LinkGuest> FindOrAddGuestAsync(SharedLink shared, GuestVisit visit, CancellationToken cancellationToken)
    {
        if (await FindGuestAsync(shared, visit, cancellationToken) is { } known)
        {
            return known;
        }

        var linkId = shared.Link.Id;
        tokens.EnsureSigned(visit.GuestToken, linkId);
        var idleSince = clock.Now() - LinkGuest.IdleFor;
        await RemoveIdleGuestsAsync(linkId, idleSince, cancellationToken);
        if (await db.LinkGuests.CountAsync(guest => guest.LinkId == linkId && (guest.SubmittedAt != null || guest.ChangedAt > idleSince), cancellationToken) >= LinkGuest.MaxPerLink)
        {
            throw new ProblemException(Problems.TooManyGuests, $"{LinkGuest.MaxPerLink} guests have chosen with this link, which is the maximum.");
        }

        if (await limiter.TakeAsync(NewGuests, $"{linkId:N} {caller.Address}", 1, cancellationToken) is { } wait)
        {
            throw new ProblemException(
                Problems.TooManyRequests,
                $"{NewGuests.Permits} new guests of this link have come from this address within an hour, which is the maximum; try again in {Math.Ceiling(wait.TotalMinutes)} min.")
            { RetryAfter = wait };
        }

        var guest = LinkGuest.Create(linkId, LinkTokens.Hash(visit.GuestToken!), clock.Now());
        db.LinkGuests.Add(guest);
        return guest;
    }

    /// <summary>
    /// Deletes idle guests without favourites. A guest who has not submitted favourites is idle after a day without a change. If the link still has too many
    /// guests, the guests who have been idle longest are also deleted.
    /// </summary>
    private async Task RemoveIdleGuestsAsync(Guid linkId, DateTimeOffset idleSince, CancellationToken cancellationToken)
    {
        var idle = db.LinkGuests.Where(guest => guest.LinkId == linkId && guest.SubmittedAt == null && guest.ChangedAt <= idleSince);
        await idle.Where(guest => !db.Favourites.Any(favourite => favourite.GuestId == guest.Id)).ExecuteDeleteAsync(cancellationToken);
        var excess = await db.LinkGuests.CountAsync(guest => guest.LinkId == linkId, cancellationToken) - LinkGuest.MaxKept;
        if (excess >= 0)
        {
            var oldest = idle.OrderBy(guest => guest.ChangedAt).Take(excess + 1).Select(guest => guest.Id);
            await db.LinkGuests.Where(guest => oldest.Contains(guest.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    /// <summary>Reads a guest's favourites among the images currently in the group.</summary>
    public async Task<GuestFavourites> ReadAsync(SharedLink shared, LinkGuest guest, CancellationToken cancellationToken)
    {
        var guestId = guest.Id;
        var items = await (
            from favourite in db.Favourites
            join image in groups.FindImages(shared) on favourite.ImageId equals image.Id
            where favourite.GuestId == guestId
            orderby favourite.ChosenAt, favourite.ImageId
            select new GuestFavourite(favourite.ImageId, favourite.Note)).ToListAsync(cancellationToken);
        return new GuestFavourites(guest.Name, guest.SubmittedAt, items);
    }
}
