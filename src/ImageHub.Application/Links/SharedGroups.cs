using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>A group as a guest reaches it.</summary>
internal sealed record SharedLink(Link Link, Group Group, ShareTicket Ticket);

/// <summary>
/// Groups behind links. Each request asks for the link's row, so that ending it is in force at once, on every instance and every
/// URL under it.
/// </summary>
internal sealed class SharedGroups(IImageHubDb db, ShareTickets tickets, TimeProvider clock)
{
    /// <summary>Unknown, ended, expired and used up look the same.</summary>
    public static ProblemException NoLink() => ProblemException.NotFound("link");

    /// <summary>The link and the group that a token leads to, whoever asks.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public Task<(Link Link, Group Group)> FindAsync(string token, CancellationToken cancellationToken)
    {
        var hash = LinkTokens.Hash(token);
        return FindAsync(db.Links.Where(link => link.TokenHash == hash), cancellationToken);
    }

    /// <summary>The link with an id, and the group that it leads to.</summary>
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
                && creator.Role == Role.Admin && !creator.IsDisabled
            select new { Link = link, Group = shared }).SingleOrDefaultAsync(cancellationToken)
            ?? throw NoLink();
        return (found.Link, found.Group);
    }

    /// <summary>The group that a token leads to; what is below it needs what <see cref="OpenAsync"/> asks for.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<SharedLink> FindAsync(string token, string? cookie, CancellationToken cancellationToken)
    {
        var (link, group) = await FindAsync(token, cancellationToken);
        var ticket = tickets.Read(cookie, link);
        return IsUsedUp(link) && !ticket.IsCounted ? throw NoLink() : new SharedLink(link, group, ticket);
    }

    /// <summary>The group that a token leads to, for a guest who has opened it.</summary>
    /// <exception cref="ProblemException">404; 401 <see cref="Problems.PasswordRequired"/>.</exception>
    public async Task<SharedLink> OpenAsync(string token, string? cookie, CancellationToken cancellationToken)
    {
        var shared = await FindAsync(token, cookie, cancellationToken);
        await EnsureUnlockedAsync(shared, token, cancellationToken);
        return shared.Link.MaxViews is null || shared.Ticket.IsCounted ? shared : throw NoLink();
    }

    /// <summary>Fails while the guest has not given the password, and tells title and cover where the link shows them before it.</summary>
    public async Task EnsureUnlockedAsync(SharedLink shared, string token, CancellationToken cancellationToken)
    {
        if (shared.Link.PasswordHash is null || shared.Ticket.IsUnlocked)
        {
            return;
        }

        throw new ProblemException(Problems.PasswordRequired, "The link has a password: POST it to unlock below the same address.")
        {
            Preview = shared.Link.ShowsPreview ? LinkPreview.From(shared.Group.Title, (await FindCoverAsync(shared, cancellationToken))?.WithToken(token)) : null,
        };
    }

    /// <summary>The group that a token leads to, for who asks for an image that a link shows before it is opened: the cover.</summary>
    /// <returns>Null where the image is not shown before.</returns>
    public async Task<SharedLink?> FindForCoverAsync(string token, string? cookie, Guid imageId, CancellationToken cancellationToken)
    {
        var shared = await FindAsync(token, cookie, cancellationToken);
        return shared.Link.ShowsPreview && (await FindCoverAsync(shared, cancellationToken))?.Id == imageId ? shared : null;
    }

    /// <summary>The images of a shared group.</summary>
    public IQueryable<Image> FindImages(SharedLink shared)
    {
        var groupId = shared.Group.Id;
        return db.Images.Where(image => image.GroupId == groupId && image.DeletedAt == null);
    }

    /// <summary>The image that stands for a shared group, or null.</summary>
    public async Task<ImageSummary?> FindCoverAsync(SharedLink shared, CancellationToken cancellationToken)
    {
        var (images, chosen) = (FindImages(shared), shared.Group.CoverImageId);
        var cover = await images.SingleOrDefaultAsync(image => image.Id == chosen, cancellationToken)
            ?? await images.OrderBy(image => image.Position).ThenBy(image => image.Id).FirstOrDefaultAsync(cancellationToken);
        return cover is null ? null : ImageSummary.From(cover);
    }

    private static bool IsUsedUp(Link link) => link.MaxViews is { } max && link.Views >= max;
}
