using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Tiers;
using MediatR;

namespace ImageHub.Application.Tiers;

/// <summary>Lists the tiers, sorted by name.</summary>
public sealed record ListTiers : PageQuery, IRequest<Page<TierResponse>>;

internal sealed class ListTiersValidator : PageQueryValidator<ListTiers>;

internal sealed class ListTiersHandler(IImageHubDb db) : IRequestHandler<ListTiers, Page<TierResponse>>
{
    private static readonly Keyset<Tier> Order = Keyset<Tier>.By("name", tier => tier.NormalizedName, tier => tier.Id);

    public Task<Page<TierResponse>> Handle(ListTiers request, CancellationToken cancellationToken) =>
        db.Tiers.ListAsync(request, Order, TierResponse.Projection, cancellationToken);
}
