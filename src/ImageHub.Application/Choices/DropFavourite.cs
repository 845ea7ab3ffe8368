using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Choices;

/// <summary>Removes an image from a guest's favourites. Has no effect if the image is not a favourite.</summary>
/// <param name="Visit">The guest and the link.</param>
/// <param name="ImageId">The image's id.</param>
public sealed record DropFavourite(GuestVisit Visit, Guid ImageId) : IRequest;

internal sealed class DropFavouriteHandler(IImageHubDb db, Favourites favourites, TimeProvider clock) : IRequestHandler<DropFavourite>
{
    public async Task<Unit> Handle(DropFavourite request, CancellationToken cancellationToken)
    {
        var opened = await favourites.OpenAsync(request.Visit, cancellationToken);
        var (transaction, shared) = await favourites.LockAsync(opened, request.Visit, cancellationToken);
        await using var _ = transaction;
        if (await favourites.FindGuestAsync(shared, request.Visit, cancellationToken) is { } guest)
        {
            await db.Favourites.Where(row => row.GuestId == guest.Id && row.ImageId == request.ImageId).ExecuteDeleteAsync(cancellationToken);
            guest.Touch(clock.Now());
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
