using ImageHub.Application.Database;
using ImageHub.Application.Delivery;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>
/// Finds the current permissions of a session. Every request evaluates them, so ending the session or changing its account takes effect immediately on this
/// instance and within a second on others (<see cref="IKeptRows{TKey, TRow}"/>).
/// </summary>
/// <param name="SessionId">The <c>sid</c> claim of an access token.</param>
/// <param name="UserId">The <c>sub</c> claim of the token.</param>
public sealed record FindSession(Guid SessionId, Guid UserId) : IRequest<LiveSession?>;

/// <summary>A valid session.</summary>
/// <param name="Role">The account's current role.</param>
/// <param name="Tier">The account's current tier; null for admins and editors.</param>
/// <param name="IsMember">Whether the account has the role <c>user</c> and is a member of at least one group.</param>
/// <param name="ExpiresAt">When the session expires.</param>
public sealed record LiveSession(Role Role, Tier? Tier, bool IsMember, DateTimeOffset ExpiresAt);

internal sealed class FindSessionHandler(IImageHubDb db, IKeptRows<FindSession, LiveSession> kept, TimeProvider clock) : IRequestHandler<FindSession, LiveSession?>
{
    /// <summary>The query is compiled once, because many requests run it.</summary>
    private static readonly Func<DbContext, Guid, Guid, DateTimeOffset, CancellationToken, Task<LiveSession?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid sessionId, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) => (
            from session in ((IImageHubDb)context).Sessions
            join user in ((IImageHubDb)context).Users on session.UserId equals user.Id
            join tier in ((IImageHubDb)context).Tiers on user.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            where session.Id == sessionId && user.Id == userId && session.EndedAt == null && session.ExpiresAt > now && !user.IsDisabled
            select new LiveSession(user.Role, tier, user.Role == Role.User && ((IImageHubDb)context).GroupMembers.Any(member => member.UserId == user.Id), session.ExpiresAt)).SingleOrDefault());

    public async Task<LiveSession?> Handle(FindSession request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        if (kept.Find(request) is { } known && known.ExpiresAt > now)
        {
            return known;
        }

        var generation = kept.Generation;
        var found = await FindAsync((DbContext)db, request.SessionId, request.UserId, now, cancellationToken);
        if (found is not null)
        {
            kept.Keep(request, found, generation);
        }

        return found;
    }
}
