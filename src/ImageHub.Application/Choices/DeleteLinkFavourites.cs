using ImageHub.Application.Database;
using ImageHub.Application.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Choices;

/// <summary>Deletes the favourites of a link's guests together with the guests.</summary>
/// <param name="LinkId">The link's id; the link may have ended.</param>
public sealed record DeleteLinkFavourites(Guid LinkId) : IRequest;

internal sealed class DeleteLinkFavouritesHandler(IImageHubDb db) : IRequestHandler<DeleteLinkFavourites>
{
    public async Task<Unit> Handle(DeleteLinkFavourites request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var isThere = await db.Locks.TryLockLinkAsync(request.LinkId, cancellationToken);
        var deleted = await db.LinkGuests.Where(guest => guest.LinkId == request.LinkId).ExecuteDeleteAsync(cancellationToken);
        if (!isThere && deleted == 0)
        {
            throw SharedGroups.NoLink();
        }

        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
