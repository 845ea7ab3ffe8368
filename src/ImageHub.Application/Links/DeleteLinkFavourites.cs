using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Deletes what the guests of a link have chosen, and the guests with it.</summary>
/// <param name="LinkId">Which link; it may have ended.</param>
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
