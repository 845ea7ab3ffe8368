using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Links;
using ImageHub.Domain.Webhooks;
using MediatR;

namespace ImageHub.Application.Choices;

/// <summary>Submits a guest's favourites. They can be changed and submitted again.</summary>
/// <param name="Name">The guest's name: 1 to 100 characters.</param>
public sealed record SubmitFavourites(string Name) : IRequest<GuestFavourites>
{
    internal GuestVisit Visit { get; init; } = new("", null, null);

    /// <summary>Returns a copy of this request with the guest's visit.</summary>
    public SubmitFavourites WithVisit(GuestVisit visit) => this with { Visit = visit };
}

internal sealed class SubmitFavouritesValidator : AbstractValidator<SubmitFavourites>
{
    public SubmitFavouritesValidator() => RuleFor(request => request.Name).RequiredText(LinkGuest.MaxNameLength);
}

internal sealed class SubmitFavouritesHandler(IImageHubDb db, Favourites favourites, WebhookOutbox outbox, TimeProvider clock) : IRequestHandler<SubmitFavourites, GuestFavourites>
{
    public async Task<GuestFavourites> Handle(SubmitFavourites request, CancellationToken cancellationToken)
    {
        var opened = await favourites.OpenAsync(request.Visit, cancellationToken);
        var name = (await db.ToNfcAsync(request.Name.Trim(), cancellationToken))!;
        var (transaction, shared) = await favourites.LockAsync(opened, request.Visit, cancellationToken);
        await using var _ = transaction;
        var guest = await favourites.FindOrAddGuestAsync(shared, request.Visit, cancellationToken);
        guest.Submit(name, clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        var submitted = await favourites.ReadAsync(shared, guest, cancellationToken);
        var told = new FavouritesSubmitted(shared.Link.Id, shared.Group.Id, shared.Group.Title, guest.Id, name, submitted.Items.Count, guest.SubmittedAt!.Value);
        await outbox.ReplaceAsync(db, WebhookKind.FavouritesSubmitted, told, "guestId", guest.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return submitted;
    }
}
