using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Forgets sessions that are over, and addresses from which nobody has signed in for long.</summary>
public sealed record PruneSessions : IRequest;

internal sealed class PruneSessionsHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<PruneSessions>
{
    /// <summary>Kept a while longer, so that a stolen token's late use is still told from an unknown one.</summary>
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
