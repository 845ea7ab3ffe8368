using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>Exchanges a refresh token for a new pair of tokens. The old refresh token becomes invalid.</summary>
/// <param name="RefreshToken">The newest refresh token of a session; absent: the token in the cookie.</param>
public sealed record RefreshSession(string? RefreshToken = null) : IRequest<TokenPair>;

internal sealed class RefreshSessionHandler(IImageHubDb db, IAccessTokens tokens, IOptions<JwtOptions> options, TimeProvider clock)
    : IRequestHandler<RefreshSession, TokenPair>
{
    public async Task<TokenPair> Handle(RefreshSession request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.RefreshToken))
        {
            throw Over("No refresh token was sent, neither in the body nor as a cookie.");
        }

        var now = clock.Now();
        var hash = RefreshTokens.Hash(request.RefreshToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var session = await db.Locks.LockSessionAsync(hash, cancellationToken);
        if (session is null)
        {
            await RefuseReplacedAsync(hash, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            throw Over("The refresh token is unknown or was used before; sign in again.");
        }

        var isEnabled = await db.Users.AnyAsync(user => user.Id == session.UserId && !user.IsDisabled, cancellationToken);
        if (!session.IsAlive(now) || !isEnabled)
        {
            throw Over("The session has ended; sign in again.");
        }

        var refreshToken = RefreshTokens.Create();
        db.ReplacedTokens.Add(new ReplacedToken(hash, session.Id, now));
        session.Rotate(RefreshTokens.Hash(refreshToken), now, TimeSpan.FromDays(options.Value.SessionDays));
        await db.SaveChangesAsync(cancellationToken);
        await DeleteSurplusAsync(session.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return tokens.Pair(session, refreshToken, now, options.Value);
    }

    /// <summary>
    /// Handles a token that has been replaced. Within <see cref="Session.RaceWindow"/>, the request may come from another tab that used the token at the same
    /// time, so only the request fails. Later the token counts as stolen, and the session ends.
    /// </summary>
    private async Task RefuseReplacedAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var replaced = await db.ReplacedTokens.SingleOrDefaultAsync(token => token.TokenHash == hash, cancellationToken);
        if (replaced is null)
        {
            return;
        }

        if (now - replaced.ReplacedAt <= Session.RaceWindow)
        {
            throw new ProblemException(Problems.RefreshRaced, "This refresh token was used a moment ago; use the token pair from that response.");
        }

        await db.Sessions
            .Where(session => session.Id == replaced.SessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
    }

    /// <summary>Deletes the session's oldest replaced tokens beyond <see cref="Session.MaxReplacedTokens"/>.</summary>
    private async Task DeleteSurplusAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        var ofSession = db.ReplacedTokens.Where(token => token.SessionId == sessionId);
        var surplus = ofSession.OrderByDescending(token => token.ReplacedAt).Select(token => token.TokenHash).Skip(Session.MaxReplacedTokens);
        await ofSession.Where(token => surplus.Contains(token.TokenHash)).ExecuteDeleteAsync(cancellationToken);
    }

    private static ProblemException Over(string detail) => new(Problems.InvalidRefreshToken, detail);
}
