using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Oidc;

/// <summary>Ends the sessions that a logout token of the OpenID Connect provider names (OpenID Connect Back-Channel Logout 1.0).</summary>
/// <param name="LogoutToken">The logout token, a signed JWT.</param>
public sealed record EndOidcSessions(string LogoutToken) : IRequest;

internal sealed class EndOidcSessionsHandler(IImageHubDb db, IOidcProvider provider, IOptions<OidcOptions> options, TimeProvider clock) : IRequestHandler<EndOidcSessions>
{
    public async Task<Unit> Handle(EndOidcSessions request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        var token = await provider.ReadLogoutTokenAsync(request.LogoutToken, cancellationToken);

        // One transaction stores the token and ends the sessions, so that the provider can send the token again after a failure. A concurrent sign-in has
        // either stored its session, which ends here, or finds this token and is refused.
        await using var transaction = await db.Locks.LockOidcSessionsAsync(cancellationToken);
        var now = clock.Now();
        var logout = new OidcLogout(OidcSecrets.Hash($"{token.Issuer} {token.TokenId}"), token.Issuer, token.Subject, token.SessionId, now, token.ExpiresAt);
        if (!await db.AtomicChanges.AddOidcLogoutAsync(logout, cancellationToken))
        {
            throw ProblemException.Invalid("logout_token", "logout_token has been used before.");
        }

        // A token with a session id ends this session. Sessions that began without a session id end with any token for their person.
        await db.Sessions
            .Where(session => session.EndedAt == null && session.OidcIssuer == token.Issuer)
            .Where(session => token.SessionId == null
                ? session.OidcSubject == token.Subject
                : session.OidcSessionId == token.SessionId || (session.OidcSessionId == null && session.OidcSubject == token.Subject))
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, (DateTimeOffset?)now), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
