using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Ends a session on the server.</summary>
/// <param name="RefreshToken">The session's refresh token, current or replaced; absent: the access token or a cookie identifies the session.</param>
public sealed record Logout(string? RefreshToken = null) : IRequest
{
    internal Guid? SessionId { get; init; }

    /// <summary>Returns a request that also ends the session of an access token.</summary>
    public Logout WithSession(Guid? sessionId) => this with { SessionId = sessionId };
}

internal sealed class LogoutHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<Logout>
{
    public async Task<Unit> Handle(Logout request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var hash = RefreshTokens.Hash(request.RefreshToken ?? "");

        // The sessions are looked up first: an update would announce a change of accounts to every instance, even an update of no row.
        var named = db.Sessions
            .Where(session => session.Id == request.SessionId || session.CurrentTokenHash == hash)
            .Select(session => session.Id)
            .Union(db.ReplacedTokens.Where(token => token.TokenHash == hash).Select(token => token.SessionId));
        var open = await db.Sessions.Where(session => named.Contains(session.Id) && session.EndedAt == null).Select(session => session.Id).ToListAsync(cancellationToken);
        if (open.Count > 0)
        {
            await db.Sessions
                .Where(session => open.Contains(session.Id) && session.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
        }

        return Unit.Value;
    }
}
