using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>The caller's account.</summary>
public sealed record GetMe : IRequest<Me>;

/// <summary>An account as its owner sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Role"><c>admin</c> or <c>user</c>.</param>
/// <param name="Tier">What it gets; null for admins, who get everything.</param>
public sealed record Me(Guid Id, string UserName, Role Role, TierName? Tier);

/// <summary>A tier by name.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record TierName(Guid Id, string Name);

internal sealed class GetMeHandler(IImageHubDb db, ICaller caller) : IRequestHandler<GetMe, Me>
{
    public async Task<Me> Handle(GetMe request, CancellationToken cancellationToken) =>
        await db.Users
            .Where(user => user.Id == caller.UserId)
            .Select(user => new Me(
                user.Id, user.UserName, user.Role, db.Tiers.Where(tier => tier.Id == user.TierId).Select(tier => new TierName(tier.Id, tier.Name)).FirstOrDefault()))
            .SingleOrDefaultAsync(cancellationToken)
        ?? throw ProblemException.NotFound("account");
}
