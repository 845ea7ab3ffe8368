using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Ends the caller's session, on the server too.</summary>
public sealed record Logout : IRequest;

internal sealed class LogoutHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<Logout>
{
    public async Task<Unit> Handle(Logout request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await db.Sessions
            .Where(session => session.Id == caller.SessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
        return Unit.Value;
    }
}
