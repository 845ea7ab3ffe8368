using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>
/// Deletes sessions that ended or expired long ago, replaced tokens that would have expired, and addresses without a recent sign-in. For OpenID Connect,
/// deletes expired join intents and expired logout tokens.
/// </summary>
public sealed record PruneSessions : IRequest;

internal sealed class PruneSessionsHandler(IImageHubDb db, IOptions<JwtOptions> options, TimeProvider clock) : IRequestHandler<PruneSessions>
{
    /// <summary>Ended sessions are kept for this time, so that the late use of a stolen token can be distinguished from the use of an unknown token.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public async Task<Unit> Handle(PruneSessions request, CancellationToken cancellationToken)
    {
        var until = clock.Now() - Kept;
        await db.Sessions.Where(session => session.ExpiresAt < until || session.EndedAt < until).ExecuteDeleteAsync(cancellationToken);

        // A session in use does not expire. Its replaced tokens are therefore deleted when they would have expired themselves.
        var over = until - TimeSpan.FromDays(options.Value.SessionDays);
        await db.ReplacedTokens.Where(token => token.ReplacedAt < over).ExecuteDeleteAsync(cancellationToken);
        var unknown = clock.Now() - KnownAddress.Lifetime;
        await db.KnownAddresses.Where(known => known.SignedInAt < unknown).ExecuteDeleteAsync(cancellationToken);
        var now = clock.Now();
        await db.OidcJoinIntents.Where(intent => intent.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        await db.OidcLogouts.Where(logout => logout.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
