using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Lists what the guests of a link have chosen, also after its end.</summary>
/// <param name="LinkId">Which link.</param>
public sealed record ListLinkFavourites(Guid LinkId) : IRequest<LinkFavourites>;

/// <summary>What the guests of a link have chosen.</summary>
/// <param name="Guests">In the order in which they began.</param>
public sealed record LinkFavourites(IReadOnlyList<GuestChoice> Guests);

/// <summary>What one guest has chosen, as the owner sees it.</summary>
/// <param name="Name">What the guest is called, or null before the first submission.</param>
/// <param name="SubmittedAt">When the choice was last submitted, or null.</param>
/// <param name="Items">The images as they are chosen now, in the order in which they were chosen; those that have left the group, too.</param>
public sealed record GuestChoice(string? Name, DateTimeOffset? SubmittedAt, IReadOnlyList<ChosenImage> Items);

/// <summary>An image that a guest has chosen.</summary>
/// <param name="ImageId">Which image; it may be gone.</param>
/// <param name="FileName">Its file name; of one that is gone, the one that it had when it was chosen.</param>
/// <param name="Note">What the guest says about it, or null.</param>
public sealed record ChosenImage(Guid ImageId, string FileName, string? Note);

internal sealed class ListLinkFavouritesHandler(IImageHubDb db) : IRequestHandler<ListLinkFavourites, LinkFavourites>
{
    public async Task<LinkFavourites> Handle(ListLinkFavourites request, CancellationToken cancellationToken)
    {
        var guests = await db.LinkGuests.Where(guest => guest.LinkId == request.LinkId).OrderBy(guest => guest.CreatedAt).ThenBy(guest => guest.Id).ToListAsync(cancellationToken);
        if (guests.Count == 0 && !await db.Links.AnyAsync(link => link.Id == request.LinkId, cancellationToken))
        {
            throw SharedGroups.NoLink();
        }

        var chosen = await (
            from favourite in db.Favourites
            join guest in db.LinkGuests on favourite.GuestId equals guest.Id
            join found in db.Images on favourite.ImageId equals found.Id into images
            from image in images.DefaultIfEmpty()
            where guest.LinkId == request.LinkId
            orderby favourite.ChosenAt, favourite.ImageId
            select new { favourite.GuestId, Image = new ChosenImage(favourite.ImageId, image == null ? favourite.FileName : image.FileName, favourite.Note) })
            .ToListAsync(cancellationToken);
        var byGuest = chosen.ToLookup(row => row.GuestId, row => row.Image);
        return new LinkFavourites([.. guests.Select(guest => new GuestChoice(guest.Name, guest.SubmittedAt, [.. byGuest[guest.Id]]))]);
    }
}
