using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Deletes sessions that ended long ago, and addresses without a recent sign-in.</summary>
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
        return Unit.Value;
    }
}
