using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>
/// Moves a group and its images to the trash. A key with only the scope <c>upload</c> may delete a hidden group without images that was created
/// within the last hour and awaits no files.
/// </summary>
/// <param name="Id">The group's id.</param>
public sealed record DeleteGroup(Guid Id) : IRequest;

internal sealed class DeleteGroupHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<DeleteGroup>
{
    private static readonly TimeSpan New = TimeSpan.FromHours(1);

    public async Task<Unit> Handle(DeleteGroup request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.Locks.LockGroupAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        if (!caller.IsAdmin && !await IsUnusedAsync(group, cancellationToken))
        {
            throw new ProblemException(
                Problems.InsufficientScope, "A key with the scope 'upload' may only delete new hidden groups without images; deleting this group needs a key with the scope 'admin'.");
        }

        if (group is not { DeletedAt: null })
        {
            throw ProblemException.NotFound("group");
        }

        DateTimeOffset? now = clock.Now();
        var ids = await db.Images
            .Where(image => image.GroupId == group.Id && image.DeletedAt == null && image.PerceptualHash != null)
            .Select(image => image.Id)
            .ToListAsync(cancellationToken);
        await db.Images
            .Where(image => image.GroupId == group.Id && image.DeletedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
        if (await db.SiteProfiles.AnyAsync(site => db.Images.Any(image => image.Id == site.WatermarkImageId && image.GroupId == group.Id), cancellationToken))
        {
            throw new ProblemException(Problems.WatermarkInUse, "The group contains the site's watermark; choose another one, or move it to another group first.");
        }

        await TrashInboxesAsync(group.Id, now.Value, cancellationToken);
        await db.Comparisons.CompareWithoutAsync(ids, cancellationToken);
        group.Trash(now.Value);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>
    /// Moves the guests' photos that await approval to the trash with the group. The group's lock prevents new inboxes, and the ids of inboxes are later than the
    /// group's, so the rows are locked in order.
    /// </summary>
    private async Task TrashInboxesAsync(Guid groupId, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var ids = await db.AllGroups.Where(inbox => inbox.InboxOf == groupId).Select(inbox => inbox.Id).ToArrayAsync(cancellationToken);
        foreach (var inbox in (await db.Locks.LockGroupsAsync(ids, cancellationToken)).Values)
        {
            inbox.Trash(now!.Value);
        }

        await db.AllImages
            .Where(image => image.InboxOf == groupId && image.DeletedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
    }

    private async Task<bool> IsUnusedAsync(Group? group, CancellationToken cancellationToken) =>
        group is { DeletedAt: null, IsPublished: false, ImageCount: 0 }
        && group.CreatedAt > clock.Now() - New
        && !await db.UploadFiles.AnyAsync(file => file.GroupId == group.Id && file.Status == UploadStatus.Needed, cancellationToken);
}
