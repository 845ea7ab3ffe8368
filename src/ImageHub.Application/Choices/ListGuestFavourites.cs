using MediatR;

namespace ImageHub.Application.Choices;

/// <summary>Lists a guest's favourites of a link.</summary>
/// <param name="Visit">The guest and the link.</param>
public sealed record ListGuestFavourites(GuestVisit Visit) : IRequest<GuestFavourites>;

/// <summary>A guest's favourites.</summary>
/// <param name="Name">The guest's name; null before the first submission.</param>
/// <param name="SubmittedAt">When the favourites were last submitted, or null.</param>
/// <param name="Items">The images in the order in which they were chosen. Images no longer in the group are omitted.</param>
public sealed record GuestFavourites(string? Name, DateTimeOffset? SubmittedAt, IReadOnlyList<GuestFavourite> Items);

/// <summary>A guest's favourite.</summary>
/// <param name="ImageId">The image's id.</param>
/// <param name="Note">The guest's note, or null.</param>
public sealed record GuestFavourite(Guid ImageId, string? Note);

internal sealed class ListGuestFavouritesHandler(Favourites favourites) : IRequestHandler<ListGuestFavourites, GuestFavourites>
{
    public async Task<GuestFavourites> Handle(ListGuestFavourites request, CancellationToken cancellationToken)
    {
        var shared = await favourites.OpenAsync(request.Visit, cancellationToken);
        var guest = await favourites.FindGuestAsync(shared, request.Visit, cancellationToken);
        return guest is null ? new GuestFavourites(null, null, []) : await favourites.ReadAsync(shared, guest, cancellationToken);
    }
}
