using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Deletes an account with its sessions and links; its images go to the trash.</summary>
/// <param name="Id">Which account.</param>
public sealed record DeleteUser(Guid Id) : IRequest;

internal sealed class DeleteUserHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<DeleteUser>
{
    public async Task<Unit> Handle(DeleteUser request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.LockAccountsAsync(cancellationToken);

        // Whole: an upload that holds the row has its image among those that go; one that comes later finds no owner.
        var user = await db.Users
            .FromSql($"SELECT * FROM users WHERE id = {request.Id} FOR UPDATE")
            .AsTracking()
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("user");
        if (user is { Role: Role.Admin, IsDisabled: false })
        {
            await db.EnsureNotLastAdminAsync(user, cancellationToken);
        }

        DateTimeOffset? now = clock.Now();
        await db.Images
            .Where(image => image.OwnerId == user.Id && image.DeletedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(image => image.DeletedAt, now), cancellationToken);
        db.Users.Remove(user);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
