using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Tiers;

/// <summary>Gets a tier.</summary>
/// <param name="Id">The tier's id.</param>
public sealed record GetTier(Guid Id) : IRequest<TierResponse>;

internal sealed class GetTierHandler(IImageHubDb db) : IRequestHandler<GetTier, TierResponse>
{
    public async Task<TierResponse> Handle(GetTier request, CancellationToken cancellationToken) =>
        await db.Tiers.Where(tier => tier.Id == request.Id).Select(TierResponse.Projection).SingleOrDefaultAsync(cancellationToken)
        ?? throw ProblemException.NotFound("tier");
}
