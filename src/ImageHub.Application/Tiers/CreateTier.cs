using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Tiers;

/// <summary>Creates a tier.</summary>
/// <param name="Name">1–100 characters; unique, regardless of case.</param>
/// <param name="ThumbnailHeights">At most 20 heights of 16–2,000 pixels; absent: none.</param>
/// <param name="Originals">Whether owners may download <c>full</c> and <c>original</c>.</param>
/// <param name="ExpiringLinks">Whether owners may create expiring links.</param>
/// <param name="QuotaBytes">The maximum total size of a user's files in bytes; absent: unlimited.</param>
/// <param name="MaxFileBytes">The maximum size of a file in bytes; absent: the server's limit.</param>
public sealed record CreateTier(
    string Name,
    IReadOnlyList<int>? ThumbnailHeights = null,
    bool Originals = false,
    bool ExpiringLinks = false,
    long? QuotaBytes = null,
    long? MaxFileBytes = null) : IRequest<TierResponse>;

internal sealed class CreateTierValidator : AbstractValidator<CreateTier>
{
    public CreateTierValidator()
    {
        RuleFor(tier => tier.Name).TierName();
        RuleFor(tier => tier.ThumbnailHeights).ThumbnailHeights();
        RuleFor(tier => tier.QuotaBytes).Bytes(min: 0);
        RuleFor(tier => tier.MaxFileBytes).Bytes(min: 1);
    }
}

internal sealed class CreateTierHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<CreateTier, TierResponse>
{
    public async Task<TierResponse> Handle(CreateTier request, CancellationToken cancellationToken)
    {
        var name = (await db.ToNfcAsync(request.Name.Trim(), cancellationToken))!;
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        await db.EnsureTierNameIsFreeAsync(name, except: null, cancellationToken);
        var tier = Tier.Create(name, clock.Now());
        tier.OfferThumbnails(request.ThumbnailHeights ?? []);
        tier.OfferOriginals(request.Originals);
        tier.OfferExpiringLinks(request.ExpiringLinks);
        tier.LimitTotal(request.QuotaBytes);
        tier.LimitFiles(request.MaxFileBytes);
        db.Tiers.Add(tier);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TierResponse.From(tier);
    }
}

/// <summary>Checks names of tiers, which are not case-sensitive.</summary>
internal static class TierNames
{
    /// <summary>Throws if another tier has the name.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateTierName</c>.</exception>
    public static async Task EnsureTierNameIsFreeAsync(this IImageHubDb db, string name, Guid? except, CancellationToken cancellationToken)
    {
        var normalized = Tier.Normalize(name);
        if (await db.Tiers.AnyAsync(tier => tier.NormalizedName == normalized && tier.Id != except, cancellationToken))
        {
            throw new ProblemException(Problems.DuplicateTierName, $"Another tier is called '{name}'; names are not case-sensitive.");
        }
    }
}
