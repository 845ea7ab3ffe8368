using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Updates a group's link: absent fields are kept, null clears a field. Its address stays; a link that has ended is not changed.</summary>
public sealed record UpdateLink : IRequest<LinkResponse>
{
    /// <summary>What its maker calls it: at most 100 characters. Guests do not see it.</summary>
    public Optional<string> Name { get; init; }

    /// <summary>300–31,536,000, counted from now; null: it works until it is revoked.</summary>
    public Optional<int?> ExpiresInSeconds { get; init; }

    /// <summary>A password that guests need: 4 characters to 72 bytes of UTF-8. Guests who gave the former one must give it.</summary>
    public Optional<string> Password { get; init; }

    /// <summary>How many times it can be opened, those before included: 1–1,000,000; null: any number of times.</summary>
    public Optional<int?> MaxViews { get; init; }

    /// <summary>Whether guests may choose images; cannot be cleared.</summary>
    public Optional<bool?> Favourites { get; init; }

    /// <summary>How many images a guest may choose; null: as many as any link allows. What is chosen already stays.</summary>
    public Optional<int?> MaxFavourites { get; init; }

    /// <summary>Whether the group's title and cover are shown before the password, and in previews; cannot be cleared.</summary>
    public Optional<bool?> PreviewTitle { get; init; }

    internal Guid Id { get; init; }

    /// <summary>The same change to a certain link.</summary>
    public UpdateLink WithId(Guid id) => this with { Id = id };
}

internal sealed class UpdateLinkValidator : AbstractValidator<UpdateLink>
{
    public UpdateLinkValidator()
    {
        RuleFor(link => link.Name.Value).OptionalText(Link.MaxNameLength);
        RuleFor(link => link.ExpiresInSeconds.Value).LinkLifetime();
        RuleFor(link => link.Password.Value).LinkPassword();
        RuleFor(link => link.MaxViews.Value).LinkViewLimit();
        RuleFor(link => link.MaxFavourites.Value).LinkFavouriteLimit();
        RuleFor(link => link.Favourites.Value).NotNull().WithMessage("favourites is null; true or false are allowed.").When(link => link.Favourites.IsSet);
        RuleFor(link => link.PreviewTitle.Value).NotNull().WithMessage("previewTitle is null; true or false are allowed.").When(link => link.PreviewTitle.IsSet);
    }
}

internal sealed class UpdateLinkHandler(IImageHubDb db, ICaller caller, IPasswordHasher hasher, LinkAddresses addresses, TimeProvider clock) : IRequestHandler<UpdateLink, LinkResponse>
{
    public async Task<LinkResponse> Handle(UpdateLink request, CancellationToken cancellationToken)
    {
        // Neither locks nor hashes for a link that is not there.
        if (!await db.Links.AnyAsync(link => link.Id == request.Id && link.Kind == LinkKind.Group, cancellationToken))
        {
            throw SharedGroups.NoLink();
        }

        var name = await db.ToNfcAsync(request.Name.Value?.Trim(), cancellationToken);
        var passwordHash = request.Password.Value is { } password ? await hasher.HashInTurnAsync(password, caller, cancellationToken) : null;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var link = await db.Locks.TryLockLinkAsync(request.Id, cancellationToken) ? await db.Links.AsTracking().SingleAsync(row => row.Id == request.Id, cancellationToken) : throw SharedGroups.NoLink();
        var now = clock.Now();
        if (link.HasEnded(now))
        {
            throw new ProblemException(Problems.LinkEnded, "The link has ended and cannot be changed; create a new one.");
        }

        if (request.Name.IsSet)
        {
            link.Rename(name);
        }

        if (request.ExpiresInSeconds.IsSet)
        {
            link.EndAt(request.ExpiresInSeconds.Value is { } seconds ? now + TimeSpan.FromSeconds(seconds) : null);
        }

        if (request.Password.IsSet)
        {
            link.Protect(passwordHash);
        }

        if (request.MaxViews.IsSet)
        {
            link.LimitViews(request.MaxViews.Value);
        }

        link.AllowFavourites(request.Favourites.Value ?? link.AllowsFavourites, request.MaxFavourites.IsSet ? request.MaxFavourites.Value : link.MaxFavourites);
        link.Preview(request.PreviewTitle.Value ?? link.ShowsPreview);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await addresses.DescribeAsync(link, cancellationToken);
    }
}
