using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Oidc;

/// <summary>Removes the join of the caller's account. Sessions that began at the provider continue.</summary>
public sealed record DisconnectOidc : IRequest;

internal sealed class DisconnectOidcHandler(IImageHubDb db, SignInMethodRules methods, ICaller caller) : IRequestHandler<DisconnectOidc>
{
    public async Task<Unit> Handle(DisconnectOidc request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        if (await db.OidcIdentities.Where(identity => identity.UserId == caller.UserId).ExecuteDeleteAsync(cancellationToken) > 0)
        {
            await methods.EnsureOneRemainsAsync(caller.UserId!.Value, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
