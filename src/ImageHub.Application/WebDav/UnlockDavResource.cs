using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Ends a lock (RFC 4918, section 9.11).</summary>
/// <param name="Path">The address of the locked folder or file, or of something that the lock includes.</param>
/// <param name="Token">The lock token.</param>
public sealed record UnlockDavResource(DavPath Path, string Token) : IRequest;

internal sealed class UnlockDavResourceHandler(IImageHubDb db, DavTree tree, DavLocks locks, ICaller caller) : IRequestHandler<UnlockDavResource>
{
    public async Task<Unit> Handle(UnlockDavResource request, CancellationToken cancellationToken)
    {
        if (request.Path.IsJunk)
        {
            return Unit.Value;
        }

        var place = await tree.FindAsync(request.Path, cancellationToken);
        var folder = place.Resource?.Folder ?? place.Parent ?? throw DavProblems.NotFound();
        var id = DavLock.ParseToken(request.Token);
        var held = (await locks.FindCoveringAsync(folder, place.Resource is { IsFolder: true } ? null : place.FileName, cancellationToken))
            .Find(one => one.Id == id && one.AccountId == caller.UserId)
            ?? throw new ProblemException(Problems.WrongLockToken, "Lock-Token contains no token of a lock that this account holds at this address.");
        await db.DavLocks.Where(one => one.Id == held.Id).ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
