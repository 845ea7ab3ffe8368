using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
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
        if (await db.LeaveOidcAsync(caller.UserId!.Value, cancellationToken))
        {
            await methods.EnsureOneRemainsAsync(caller.UserId.Value, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}

internal static class OidcDepartures
{
    /// <summary>Removes the join of an account, and stores that the person has left. The caller must have locked the accounts.</summary>
    /// <returns>Whether the account was joined.</returns>
    public static async Task<bool> LeaveOidcAsync(this IImageHubDb db, Guid userId, CancellationToken cancellationToken)
    {
        if (await db.OidcIdentities.SingleOrDefaultAsync(identity => identity.UserId == userId, cancellationToken) is not { } identity)
        {
            return false;
        }

        db.OidcIdentities.Remove(identity);
        db.OidcDepartures.Add(new OidcDeparture(identity.Issuer, identity.Subject, userId));
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
