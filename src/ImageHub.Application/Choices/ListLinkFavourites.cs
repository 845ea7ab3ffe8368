using System.Runtime.CompilerServices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Links;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Choices;

/// <summary>Lists the favourites of a link's guests. They remain available after the link has ended.</summary>
/// <param name="LinkId">The link's id.</param>
/// <param name="IsForSidecars">Whether each favourite becomes a file of a ZIP, whose list of files is in memory until its end.</param>
public sealed record ListLinkFavourites(Guid LinkId, bool IsForSidecars = false) : IRequest<LinkFavourites>
{
    /// <summary>The maximum number of favourites in a ZIP of sidecars.</summary>
    public const int MaxSidecars = 50_000;
}

/// <summary>The favourites of a link's guests.</summary>
/// <param name="Guests">
/// The guests in the order in which they first chose or submitted favourites. A guest's favourites are read during the enumeration, so that only one guest's
/// favourites are in memory.
/// </param>
public sealed record LinkFavourites(IAsyncEnumerable<GuestChoice> Guests);

/// <summary>A guest's favourites, as the owner sees them.</summary>
/// <param name="Id">The guest's id: UUIDv7.</param>
/// <param name="Name">The guest's name; null before the first submission.</param>
/// <param name="SubmittedAt">When the favourites were last submitted, or null.</param>
/// <param name="Items">The current favourites in the order in which they were chosen, including images that have left the group.</param>
public sealed record GuestChoice(Guid Id, string? Name, DateTimeOffset? SubmittedAt, IReadOnlyList<ChosenImage> Items);

/// <summary>A guest's favourite.</summary>
/// <param name="ImageId">The image's id; it may no longer exist.</param>
/// <param name="FileName">The file name; for an image that no longer exists, its name when it was chosen.</param>
/// <param name="Note">The guest's note, or null.</param>
/// <param name="GroupId">The group that contains the image now; null if the image is in the trash or no longer exists.</param>
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

        if (request.IsForSidecars)
        {
            var ofLink = db.Favourites.Where(favourite => db.LinkGuests.Any(guest => guest.Id == favourite.GuestId && guest.LinkId == request.LinkId));
            if (await ofLink.Take(ListLinkFavourites.MaxSidecars + 1).CountAsync(cancellationToken) > ListLinkFavourites.MaxSidecars)
            {
                throw ProblemException.Invalid("format", $"format is 'xmp', but the link's guests have more than {ListLinkFavourites.MaxSidecars} favourites; csv and json are allowed for any number.");
            }
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
