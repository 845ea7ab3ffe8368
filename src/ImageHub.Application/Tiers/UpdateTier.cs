using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Tiers;

/// <summary>
/// Updates a tier. Absent fields keep their values; null clears a field. Takes effect on the next request of every user of the tier.
/// </summary>
public sealed record UpdateTier : IRequest<TierResponse>
{
    /// <summary>1–100 characters; null is not accepted.</summary>
    public Optional<string> Name { get; init; }

    /// <summary>At most 20 heights of 16–2,000 pixels; null: none.</summary>
    public Optional<IReadOnlyList<int>> ThumbnailHeights { get; init; }

    /// <summary>Whether owners may download <c>full</c> and <c>original</c>; null is not accepted.</summary>
    public Optional<bool?> Originals { get; init; }

    /// <summary>Whether owners may create expiring links; null is not accepted.</summary>
    public Optional<bool?> ExpiringLinks { get; init; }

    /// <summary>
    /// The maximum total size of a user's files in bytes; null: unlimited. Users above the limit keep their files but cannot add any.
    /// </summary>
    public Optional<long?> QuotaBytes { get; init; }

    /// <summary>The maximum size of a file in bytes; null: the server's limit.</summary>
    public Optional<long?> MaxFileBytes { get; init; }

    internal Guid Id { get; init; }

    /// <summary>Returns a copy of this request with the id of the tier.</summary>
    public UpdateTier WithId(Guid id) => this with { Id = id };
}

internal sealed class UpdateTierValidator : AbstractValidator<UpdateTier>
{
    public UpdateTierValidator()
    {
        RuleFor(tier => tier.Name.Value).TierName().When(tier => tier.Name.IsSet);
        RuleFor(tier => tier.ThumbnailHeights.Value).ThumbnailHeights();
        RuleFor(tier => tier.Originals.Value).NotNull().WithMessage("originals is null; true or false are allowed.").When(tier => tier.Originals.IsSet);
        RuleFor(tier => tier.ExpiringLinks.Value).NotNull().WithMessage("expiringLinks is null; true or false are allowed.").When(tier => tier.ExpiringLinks.IsSet);
        RuleFor(tier => tier.QuotaBytes.Value).Bytes(min: 0);
        RuleFor(tier => tier.MaxFileBytes.Value).Bytes(min: 1);
    }
}

internal sealed class UpdateTierHandler(IImageHubDb db) : IRequestHandler<UpdateTier, TierResponse>
{
    public async Task<TierResponse> Handle(UpdateTier request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        var tier = await db.Tiers.AsTracking().SingleOrDefaultAsync(tier => tier.Id == request.Id, cancellationToken) ?? throw ProblemException.NotFound("tier");
        if (request.Name.IsSet)
        {
            var name = (await db.ToNfcAsync(request.Name.Value!.Trim(), cancellationToken))!;
            await db.EnsureTierNameIsFreeAsync(name, except: tier.Id, cancellationToken);
            tier.Rename(name);
        }

        Apply(request, tier);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TierResponse.From(tier);
    }

    private static void Apply(UpdateTier request, Tier tier)
    {
        if (request.ThumbnailHeights.IsSet)
        {
            tier.OfferThumbnails(request.ThumbnailHeights.Value ?? []);
        }

        if (request.Originals.Value is { } originals)
        {
            tier.OfferOriginals(originals);
        }

        if (request.ExpiringLinks.Value is { } expiringLinks)
        {
            tier.OfferExpiringLinks(expiringLinks);
        }

        if (request.QuotaBytes.IsSet)
        {
            tier.LimitTotal(request.QuotaBytes.Value);
        }

        if (request.MaxFileBytes.IsSet)
        {
            tier.LimitFiles(request.MaxFileBytes.Value);
        }
    }
}
