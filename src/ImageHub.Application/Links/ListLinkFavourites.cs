using System.Runtime.CompilerServices;
using ImageHub.Application.Database;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Lists what the guests of a link have chosen, also after its end.</summary>
/// <param name="LinkId">Which link.</param>
public sealed record ListLinkFavourites(Guid LinkId) : IRequest<LinkFavourites>;

/// <summary>What the guests of a link have chosen.</summary>
/// <param name="Guests">In the order in which they began, each read when it is its turn: what one has chosen is in memory, and not what all have.</param>
public sealed record LinkFavourites(IAsyncEnumerable<GuestChoice> Guests);

/// <summary>What one guest has chosen, as the owner sees it.</summary>
/// <param name="Id">Which guest: UUIDv7.</param>
/// <param name="Name">What the guest is called, or null before the first submission.</param>
/// <param name="SubmittedAt">When the choice was last submitted, or null.</param>
/// <param name="Items">The images as they are chosen now, in the order in which they were chosen; those that have left the group, too.</param>
public sealed record GuestChoice(Guid Id, string? Name, DateTimeOffset? SubmittedAt, IReadOnlyList<ChosenImage> Items);

/// <summary>An image that a guest has chosen.</summary>
/// <param name="ImageId">Which image; it may be gone.</param>
/// <param name="FileName">Its file name; of one that is gone, the one that it had when it was chosen.</param>
/// <param name="Note">What the guest says about it, or null.</param>
/// <param name="GroupId">The group that it is in now; null: it is in the trash or gone.</param>
public sealed record ChosenImage(Guid ImageId, string FileName, string? Note, Guid? GroupId);

internal sealed class ListLinkFavouritesHandler(IImageHubDb db) : IRequestHandler<ListLinkFavourites, LinkFavourites>
{
    public async Task<LinkFavourites> Handle(ListLinkFavourites request, CancellationToken cancellationToken)
    {
        var guests = await db.LinkGuests.Where(guest => guest.LinkId == request.LinkId).OrderBy(guest => guest.CreatedAt).ThenBy(guest => guest.Id).ToListAsync(cancellationToken);
        if (guests.Count == 0 && !await db.Links.AnyAsync(link => link.Id == request.LinkId, cancellationToken))
        {
            throw SharedGroups.NoLink();
        }

        return new LinkFavourites(ReadAsync(guests, cancellationToken));
    }

    private async IAsyncEnumerable<GuestChoice> ReadAsync(IReadOnlyList<LinkGuest> guests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var guest in guests)
        {
            var chosen = await (
                from favourite in db.Favourites
                join found in db.Images on favourite.ImageId equals found.Id into images
                from image in images.DefaultIfEmpty()
                where favourite.GuestId == guest.Id
                orderby favourite.ChosenAt, favourite.ImageId
                select new ChosenImage(
                    favourite.ImageId, image == null ? favourite.FileName : image.FileName, favourite.Note, image == null || image.DeletedAt != null ? null : image.GroupId))
                .ToListAsync(cancellationToken);
            yield return new GuestChoice(guest.Id, guest.Name, guest.SubmittedAt, chosen);
        }
    }
}
