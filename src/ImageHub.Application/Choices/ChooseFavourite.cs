using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Links;
using ImageHub.Application.Requests;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Choices;

/// <summary>Adds an image to a guest's favourites, or replaces its note.</summary>
/// <param name="Note">The guest's note: up to 500 characters; absent or empty: none.</param>
public sealed record ChooseFavourite(string? Note = null) : IRequest
{
    internal GuestVisit Visit { get; init; } = new("", null, null);

    internal Guid ImageId { get; init; }

    /// <summary>Returns a copy of this request with the guest's visit and the id of the image.</summary>
    public ChooseFavourite WithImageId(GuestVisit visit, Guid imageId) => this with { Visit = visit, ImageId = imageId };
}

internal sealed class ChooseFavouriteValidator : AbstractValidator<ChooseFavourite>
{
    public ChooseFavouriteValidator() => RuleFor(request => request.Note).OptionalText(Favourite.MaxNoteLength);
}

internal sealed class ChooseFavouriteHandler(IImageHubDb db, SharedGroups groups, Favourites favourites, TimeProvider clock) : IRequestHandler<ChooseFavourite>
{
    public async Task<Unit> Handle(ChooseFavourite request, CancellationToken cancellationToken)
    {
        var opened = await favourites.OpenAsync(request.Visit, cancellationToken);
        var note = await db.ToNfcAsync(string.IsNullOrWhiteSpace(request.Note) ? null : request.Note, cancellationToken);
        var (transaction, shared) = await favourites.LockAsync(opened, request.Visit, cancellationToken);
        await using var _ = transaction;
        var fileName = await groups.FindImages(shared).Where(image => image.Id == request.ImageId).Select(image => image.FileName).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        var guest = await favourites.FindOrAddGuestAsync(shared, request.Visit, cancellationToken);
        var favourite = await db.Favourites.AsTracking().SingleOrDefaultAsync(row => row.GuestId == guest.Id && row.ImageId == request.ImageId, cancellationToken);
        if (favourite is null)
        {
            // The guest can remove only favourites that are still in the group, so only these count against the link's limit.
            var chosen = db.Favourites.Where(row => row.GuestId == guest.Id);
            await EnsureFewerAsync(chosen, LinkGuest.MaxFavourites, cancellationToken);
            if (shared.Link.MaxFavourites is { } max)
            {
                await EnsureFewerAsync(chosen.Where(row => groups.FindImages(shared).Any(image => image.Id == row.ImageId)), max, cancellationToken);
            }

            favourite = Favourite.Create(guest.Id, request.ImageId, fileName, clock.Now());
            db.Favourites.Add(favourite);
        }

        favourite.Annotate(note);
        guest.Touch(clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    private static async Task EnsureFewerAsync(IQueryable<Favourite> chosen, int max, CancellationToken cancellationToken)
    {
        if (await chosen.CountAsync(cancellationToken) >= max)
        {
            throw new ProblemException(Problems.TooManyFavourites, $"{(max == 1 ? "1 image is" : $"{max} images are")} chosen, which is the maximum; remove one first.");
        }
    }
}
