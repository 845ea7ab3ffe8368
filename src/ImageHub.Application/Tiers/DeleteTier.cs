using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Tiers;

/// <summary>Deletes a tier without users.</summary>
/// <param name="Id">The tier's id.</param>
public sealed record DeleteTier(Guid Id) : IRequest;

internal sealed class DeleteTierHandler(IImageHubDb db) : IRequestHandler<DeleteTier>
{
    public async Task<Unit> Handle(DeleteTier request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        var tier = await db.Tiers.AsTracking().SingleOrDefaultAsync(tier => tier.Id == request.Id, cancellationToken) ?? throw ProblemException.NotFound("tier");
        if (tier.Id == Tier.BasicId)
        {
            throw new ProblemException(Problems.TierInUse, $"'{tier.Name}' is the tier of new users and cannot be deleted; update it instead.");
        }

        var users = await db.Users.CountAsync(user => user.TierId == tier.Id, cancellationToken);
        if (users > 0)
        {
            throw new ProblemException(Problems.TierInUse, $"{users} users have the tier '{tier.Name}'; assign another tier to them first.");
        }

        db.Tiers.Remove(tier);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
