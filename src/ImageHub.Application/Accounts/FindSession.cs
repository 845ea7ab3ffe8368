using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>What a session may do now, asked at every request, so that ending it or changing its account is in force at once.</summary>
/// <param name="SessionId">The <c>sid</c> of an access token.</param>
/// <param name="UserId">The <c>sub</c> of it.</param>
public sealed record FindSession(Guid SessionId, Guid UserId) : IRequest<LiveSession?>;

/// <summary>A session that works.</summary>
/// <param name="Role">The account's role, now.</param>
/// <param name="Tier">What the account gets, now; null for admins.</param>
public sealed record LiveSession(Role Role, Tier? Tier);

internal sealed class FindSessionHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<FindSession, LiveSession?>
{
    public Task<LiveSession?> Handle(FindSession request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return (
            from session in db.Sessions
            join user in db.Users on session.UserId equals user.Id
            join tier in db.Tiers on user.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            where session.Id == request.SessionId && user.Id == request.UserId
                && session.EndedAt == null && session.ExpiresAt > now && !user.IsDisabled
            select new LiveSession(user.Role, tier)).SingleOrDefaultAsync(cancellationToken);
    }
}
