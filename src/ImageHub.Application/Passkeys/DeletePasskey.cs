using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Passkeys;

/// <summary>Deletes one of the caller's passkeys. Sessions that began with it continue.</summary>
/// <param name="Id">The passkey's id.</param>
public sealed record DeletePasskey(Guid Id) : IRequest;

internal sealed class DeletePasskeyHandler(IImageHubDb db, SignInMethodRules methods, ICaller caller) : IRequestHandler<DeletePasskey>
{
    public async Task<Unit> Handle(DeletePasskey request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        var deleted = await db.Passkeys.Where(passkey => passkey.Id == request.Id && passkey.UserId == caller.UserId).ExecuteDeleteAsync(cancellationToken);
        if (deleted == 0)
        {
            throw ProblemException.NotFound("passkey");
        }

        await methods.EnsureOneRemainsAsync(caller.UserId!.Value, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
