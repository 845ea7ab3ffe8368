using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Deletes an account with its sessions, API keys, passkeys and links. The account's own images move to the trash.</summary>
/// <param name="Id">The account's id.</param>
public sealed record DeleteUser(Guid Id) : IRequest;

internal sealed class DeleteUserHandler(IImageHubDb db, SignInMethodRules methods, TimeProvider clock) : IRequestHandler<DeleteUser>
{
    public async Task<Unit> Handle(DeleteUser request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);

        var user = await db.Locks.LockUserAsync(request.Id, cancellationToken) ?? throw ProblemException.NotFound("user");
        if (user is { Role: Role.Admin, IsDisabled: false })
        {
            await methods.EnsureNotLastAdminAsync(user, cancellationToken);
        }

        await TrashImagesAsync(user.Id, cancellationToken);
        db.Users.Remove(user);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>
    /// Moves the user's own images to the trash. The method locks the row of the user's group, so concurrent uploads either finish first or find the group in
    /// the trash.
    /// </summary>
    private async Task TrashImagesAsync(Guid userId, CancellationToken cancellationToken)
    {
        var groupIds = await db.OwnGroups().Where(group => group.OwnerId == userId).Select(group => group.Id).ToArrayAsync(cancellationToken);
        DateTimeOffset? now = clock.Now();
        foreach (var group in (await db.Locks.LockGroupsAsync(groupIds, cancellationToken)).Values)
        {
            await db.Images
                .Where(image => image.GroupId == group.Id && image.DeletedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(image => image.DeletedAt, now), cancellationToken);
            group.Trash(now.Value);
        }
    }
}
