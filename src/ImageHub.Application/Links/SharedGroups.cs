using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>A group with the link and the guest's ticket.</summary>
internal sealed record SharedLink(Link Link, Group Group, ShareTicket Ticket);

/// <summary>
/// Finds the groups that links share. Each request reads the link's row, so a revocation takes effect immediately on all instances and for all addresses below
/// the link.
/// </summary>
internal sealed class SharedGroups(IImageHubDb db, ShareTickets tickets, TimeProvider clock)
{
    /// <summary>Creates the 404 for a link that does not work: guests cannot distinguish unknown, revoked, expired and used-up links.</summary>
    public static ProblemException NoLink() => ProblemException.NotFound("link");

    /// <summary>Finds the link of a token and its group, without checking the guest.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Task<(Link Link, Group Group)> FindAsync(string token, CancellationToken cancellationToken)
    {
        var hash = LinkTokens.Hash(token);
        return FindAsync(db.Links.Where(link => link.TokenHash == hash), cancellationToken);
    }

    /// <summary>Finds a link by its id, and its group.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Task<(Link Link, Group Group)> FindAsync(Guid linkId, CancellationToken cancellationToken) => FindAsync(db.Links.Where(link => link.Id == linkId), cancellationToken);

    private async Task<(Link Link, Group Group)> FindAsync(IQueryable<Link> links, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var found = await (
            from link in links
            join shared in db.Groups on link.GroupId equals (Guid?)shared.Id
            join creator in db.Users on link.CreatedBy equals creator.Id
            where (link.ExpiresAt == null || link.ExpiresAt > now) && shared.DeletedAt == null
                && (creator.Role == Role.Admin || creator.Role == Role.Editor) && !creator.IsDisabled
            select new { Link = link, Group = shared }).SingleOrDefaultAsync(cancellationToken)
            ?? throw NoLink();
        return (found.Link, found.Group);
    }

    /// <summary>Finds the group of a token without checking the password. Use <see cref="OpenAsync"/> to read the group's content.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<SharedLink> FindAsync(string token, string? cookie, CancellationToken cancellationToken)
    {
        var (link, group) = await FindAsync(token, cancellationToken);
        var ticket = tickets.Read(cookie, link);
        return IsUsedUp(link) && !ticket.IsCounted ? throw NoLink() : new SharedLink(link, group, ticket);
    }

    /// <summary>Finds the group of a token for a guest who has opened the link.</summary>
    /// <exception cref="ProblemException">404; 401 <see cref="Problems.PasswordRequired"/>.</exception>
    public async Task<SharedLink> OpenAsync(string token, string? cookie, CancellationToken cancellationToken)
    {
        var shared = await FindAsync(token, cookie, cancellationToken);
        await EnsureUnlockedAsync(shared, token, cancellationToken);
        return shared.Link.MaxViews is null || shared.Ticket.IsCounted ? shared : throw NoLink();
    }

    /// <summary>Throws if the guest has not entered the password. The exception contains title and cover if the link shows them.</summary>
    public async Task EnsureUnlockedAsync(SharedLink shared, string token, CancellationToken cancellationToken)
    {
        if (shared.Link.PasswordHash is null || shared.Ticket.IsUnlocked)
        {
            return;
        }

        throw new ProblemException(Problems.PasswordRequired, "The link has a password: send it with POST to 'unlock' below the link's address.")
        {
            Preview = shared.Link.ShowsPreview ? LinkPreview.From(shared.Group.Title, (await FindCoverAsync(shared, cancellationToken))?.WithToken(token)) : null,
        };
    }

    /// <summary>Finds the group of a token if the requested image is its cover and the link shows the cover before it is opened.</summary>
    /// <returns>Null if the image is not shown before the link is opened.</returns>
    public async Task<SharedLink?> FindForCoverAsync(string token, string? cookie, Guid imageId, CancellationToken cancellationToken)
    {
        var shared = await FindAsync(token, cookie, cancellationToken);
        return shared.Link.ShowsPreview && (await FindCoverAsync(shared, cancellationToken))?.Id == imageId ? shared : null;
    }

    /// <summary>The rights of the link's guests to the group's images.</summary>
    public static VisitorRights FindRights(SharedLink shared) => FindRights(shared.Link, shared.Group);

    /// <summary>The rights of a link's guests to its group's images.</summary>
    public static VisitorRights FindRights(Link link, Group group) => group.Rights.With(link.Downloads, link.HasWatermark);

    /// <summary>The images of a shared group.</summary>
    public IQueryable<Image> FindImages(SharedLink shared)
    {
        var groupId = shared.Group.Id;
        return db.Images.Where(image => image.GroupId == groupId && image.DeletedAt == null);
    }

    /// <summary>The cover of a shared group, or null.</summary>
    public async Task<ImageSummary?> FindCoverAsync(SharedLink shared, CancellationToken cancellationToken)
    {
        var (images, chosen) = (FindImages(shared), shared.Group.CoverImageId);
        var cover = await images.SingleOrDefaultAsync(image => image.Id == chosen, cancellationToken)
            ?? await images.OrderBy(image => image.Position).ThenBy(image => image.Id).FirstOrDefaultAsync(cancellationToken);
        return cover is null ? null : ImageSummary.From(cover, await db.FindViewAsync(shared.Link, cancellationToken));
    }

    private static bool IsUsedUp(Link link) => link.MaxViews is { } max && link.Views >= max;
}
