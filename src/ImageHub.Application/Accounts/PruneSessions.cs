using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Deletes sessions that ended long ago, addresses without a recent sign-in, and what expired of signing in by OpenID Connect.</summary>
public sealed record PruneSessions : IRequest;

internal sealed class PruneSessionsHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<PruneSessions>
{
    /// <summary>Ended sessions are kept for this time, so that a late use of a stolen token is distinguished from an unknown token.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public async Task<Unit> Handle(PruneSessions request, CancellationToken cancellationToken)
    {
        var until = clock.Now() - Kept;
        await db.Sessions.Where(session => session.ExpiresAt < until || session.EndedAt < until).ExecuteDeleteAsync(cancellationToken);
        var unknown = clock.Now() - KnownAddress.Lifetime;
        await db.KnownAddresses.Where(known => known.SignedInAt < unknown).ExecuteDeleteAsync(cancellationToken);
        var now = clock.Now();
        await db.OidcJoinIntents.Where(intent => intent.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        await db.OidcLogouts.Where(logout => logout.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
