using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Passkeys;

/// <summary>Deletes one of the caller's passkeys. Sessions that began with it continue.</summary>
/// <param name="Id">The passkey's id.</param>
public sealed record DeletePasskey(Guid Id) : IRequest;

internal sealed class DeletePasskeyHandler(IImageHubDb db, ICaller caller) : IRequestHandler<DeletePasskey>
{
    public async Task<Unit> Handle(DeletePasskey request, CancellationToken cancellationToken)
    {
        var deleted = await db.Passkeys.Where(passkey => passkey.Id == request.Id && passkey.UserId == caller.UserId).ExecuteDeleteAsync(cancellationToken);
        return deleted > 0 ? Unit.Value : throw ProblemException.NotFound("passkey");
    }
}
