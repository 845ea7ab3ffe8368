using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Lists what a guest has chosen under a link.</summary>
/// <param name="Visit">Who asks, and of which link.</param>
public sealed record ListGuestFavourites(GuestVisit Visit) : IRequest<GuestFavourites>;

/// <summary>What one guest has chosen.</summary>
/// <param name="Name">What the guest is called, or null before the first submission.</param>
/// <param name="SubmittedAt">When the choice was last submitted, or null.</param>
/// <param name="Items">The images, in the order in which they were chosen. One that is not in the group now is left out.</param>
public sealed record GuestFavourites(string? Name, DateTimeOffset? SubmittedAt, IReadOnlyList<GuestFavourite> Items);

/// <summary>An image that a guest has chosen.</summary>
/// <param name="ImageId">Which image.</param>
/// <param name="Note">What the guest says about it, or null.</param>
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
