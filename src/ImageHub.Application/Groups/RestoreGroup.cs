using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Restores a group and the images that were moved to the trash with it.</summary>
/// <param name="Id">The group's id.</param>
public sealed record RestoreGroup(Guid Id) : IRequest;

internal sealed class RestoreGroupHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<RestoreGroup>
{
    public async Task<Unit> Handle(RestoreGroup request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.Locks.LockGroupAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        if (group is null)
        {
            throw ProblemException.NotFound("group");
        }

        if (group.DeletedAt is null)
        {
            throw new ProblemException(Problems.NotInTrash, $"The group '{group.Title}' is not in the trash; there is nothing to restore.");
        }

        var ids = await db.Images.Where(image => image.GroupId == group.Id && image.TrashedWithGroup).Select(image => image.Id).ToListAsync(cancellationToken);

        // The count comes from the update rather than from the ids: emptying the trash does not lock the group's row, and may have deleted images
        // after their ids were read.
        var count = await db.Images
            .Where(image => image.GroupId == group.Id && image.TrashedWithGroup)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, (DateTimeOffset?)null).SetProperty(image => image.TrashedWithGroup, false),
                cancellationToken);
        await db.Comparisons.CompareRestoredAsync(ids, cancellationToken);
        var bytes = await db.Images
            .Where(image => image.GroupId == group.Id && image.DeletedAt == null)
            .SumAsync(image => image.OriginalBytes, cancellationToken);
        group.Restore(count, bytes, clock.Now());
        await RestoreInboxesAsync(group.Id, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>Restores the guests' photos that awaited approval when the group was moved to the trash.</summary>
    private async Task RestoreInboxesAsync(Guid groupId, CancellationToken cancellationToken)
    {
        var ids = await db.AllGroups.Where(inbox => inbox.InboxOf == groupId).Select(inbox => inbox.Id).ToArrayAsync(cancellationToken);
        var inboxes = await db.Locks.LockGroupsAsync(ids, cancellationToken);
        await db.AllImages
            .Where(image => image.InboxOf == groupId && image.TrashedWithGroup)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, (DateTimeOffset?)null).SetProperty(image => image.TrashedWithGroup, false), cancellationToken);
        var counts = await db.AllImages
            .Where(image => image.InboxOf == groupId && image.DeletedAt == null)
            .GroupBy(image => image.GroupId)
            .Select(inbox => new { Id = inbox.Key, Count = inbox.Count(), Bytes = inbox.Sum(image => image.OriginalBytes) })
            .ToDictionaryAsync(inbox => inbox.Id, cancellationToken);
        foreach (var inbox in inboxes.Values)
        {
            var restored = counts.GetValueOrDefault(inbox.Id);
            inbox.Restore(restored?.Count ?? 0, restored?.Bytes ?? 0, clock.Now());
        }
    }
}
