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
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
