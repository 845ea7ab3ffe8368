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
        await db.Sessions
            .Where(session => session.EndedAt == null)
            .Where(session => session.Id == request.SessionId
                || session.CurrentTokenHash == hash
                || db.ReplacedTokens.Any(token => token.TokenHash == hash && token.SessionId == session.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
        return Unit.Value;
    }
}
