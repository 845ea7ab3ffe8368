using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Restores a group, together with the groups below it and the images that were moved to the trash with it.</summary>
/// <param name="Id">The group's id.</param>
public sealed record RestoreGroup(Guid Id) : IRequest;

internal sealed class RestoreGroupHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<RestoreGroup>
{
    public async Task<Unit> Handle(RestoreGroup request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.Locks.LockGroupWithGroupsBelowAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        if (group is null)
        {
            throw ProblemException.NotFound("group");
        }

        if (group.DeletedAt is null)
        {
            throw new ProblemException(Problems.NotInTrash, $"The group '{group.Title}' is not in the trash; there is nothing to restore.");
        }

        if (await db.Groups.Where(above => above.Id == group.ParentId && above.DeletedAt != null).Select(above => above.Title).SingleOrDefaultAsync(cancellationToken) is { } parent)
        {
            throw new ProblemException(Problems.GroupInTrash, $"The group above, '{parent}', is in the trash; restore it first.");
        }

        var groupIds = await db.Groups
            .Where(row => row.Id == group.Id || (QueryFunctions.Contains(row.Path, group.Id) && row.TrashedWithId == group.Id))
            .Select(row => row.Id)
            .ToArrayAsync(cancellationToken);

        // The guests' photos that awaited approval are restored with their groups.
        var inboxIds = await db.AllGroups.Where(inbox => inbox.InboxOf != null && groupIds.Contains(inbox.InboxOf.Value)).Select(inbox => inbox.Id).ToArrayAsync(cancellationToken);
        await db.Locks.LockGroupsAsync(inboxIds, cancellationToken);
        Guid[] all = [.. groupIds, .. inboxIds];
        var images = db.AllImages.Where(image => all.Contains(image.GroupId) && image.TrashedWithGroup);
        var ids = await images.Where(image => image.GuestId == null).Select(image => image.Id).ToListAsync(cancellationToken);

        // The time to approve guests' photos begins again.
        var now = clock.Now();
        var local = DateTime.SpecifyKind(now.UtcDateTime, DateTimeKind.Unspecified);
        await images.ExecuteUpdateAsync(
            set => set
                .SetProperty(image => image.CreatedAt, image => image.GuestId == null ? image.CreatedAt : now)
                .SetProperty(image => image.TakenOrCreatedAt, image => image.GuestId == null || image.TakenAt != null ? image.TakenOrCreatedAt : local)
                .SetProperty(image => image.DeletedAt, (DateTimeOffset?)null)
                .SetProperty(image => image.TrashedWithGroup, false),
            cancellationToken);
        await db.Comparisons.CompareRestoredAsync(ids, cancellationToken);

        // Counted after the update: emptying the trash does not lock the groups' rows, and may have deleted images.
        await db.AllGroups.Where(row => all.Contains(row.Id)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.DeletedAt, (DateTimeOffset?)null)
                .SetProperty(row => row.TrashedWithId, (Guid?)null)
                .SetProperty(row => row.ImageCount, row => db.AllImages.Count(image => image.GroupId == row.Id && image.DeletedAt == null))
                .SetProperty(row => row.ImageBytes, row => db.AllImages.Where(image => image.GroupId == row.Id && image.DeletedAt == null).Sum(image => image.OriginalBytes))
                .SetProperty(row => row.UpdatedAt, now),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
