using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>
/// Moves a group, all groups below it and their images to the trash. A key with only the scope <c>upload</c> may delete a hidden group without images and
/// without groups below that was created within the last hour and awaits no files.
/// </summary>
/// <param name="Id">The group's id.</param>
public sealed record DeleteGroup(Guid Id) : IRequest
{
    /// <summary>Runs in the transaction, which has locked the rows of the groups; throws to leave them. Null for no check.</summary>
    internal Func<Task>? Check { get; init; }
}

internal sealed class DeleteGroupHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<DeleteGroup>
{
    private static readonly TimeSpan New = TimeSpan.FromHours(1);

    public async Task<Unit> Handle(DeleteGroup request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.Locks.LockGroupWithGroupsBelowAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        await (request.Check?.Invoke() ?? Task.CompletedTask);
        if (!caller.IsCurator && !await IsUnusedAsync(group, cancellationToken))
        {
            throw new ProblemException(
                Problems.InsufficientScope, "A key with the scope 'upload' may only delete new hidden groups without images; deleting this group needs a key with the scope 'admin'.");
        }

        if (group is not { DeletedAt: null })
        {
            throw ProblemException.NotFound("group");
        }

        DateTimeOffset? now = clock.Now();
        var below = db.Groups.Where(row => QueryFunctions.Contains(row.Path, group.Id) && row.DeletedAt == null);
        Guid[] groupIds = [group.Id, .. await below.Select(row => row.Id).ToListAsync(cancellationToken)];
        var images = db.Images.Where(image => groupIds.Contains(image.GroupId));
        var live = images.Where(image => image.DeletedAt == null);
        var ids = await live.Where(image => image.PerceptualHash != null).Select(image => image.Id).ToListAsync(cancellationToken);
        await live.ExecuteUpdateAsync(
            set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
        if (await db.SiteProfiles.AnyAsync(site => images.Any(image => image.Id == site.WatermarkImageId), cancellationToken))
        {
            throw new ProblemException(
                Problems.WatermarkInUse, "The group, or a group below it, contains the site's watermark; choose another one, or move it to another group first.");
        }

        await TrashInboxesAsync(groupIds, now.Value, cancellationToken);
        await db.Comparisons.CompareWithoutAsync(ids, cancellationToken);
        await below.ExecuteUpdateAsync(set => set.SetProperty(row => row.DeletedAt, now).SetProperty(row => row.TrashedWithId, (Guid?)group.Id), cancellationToken);
        group.Trash(now.Value);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>
    /// Moves the guests' photos that await approval to the trash with their groups. The groups' locks prevent new inboxes. Every transaction locks a group before
    /// its inboxes, whose ids are later.
    /// </summary>
    private async Task TrashInboxesAsync(Guid[] groupIds, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var ids = await db.AllGroups.Where(inbox => inbox.InboxOf != null && groupIds.Contains(inbox.InboxOf.Value)).Select(inbox => inbox.Id).ToArrayAsync(cancellationToken);
        foreach (var inbox in (await db.Locks.LockGroupsAsync(ids, cancellationToken)).Values)
        {
            inbox.Trash(now!.Value);
        }

        await db.AllImages
            .Where(image => image.InboxOf != null && groupIds.Contains(image.InboxOf.Value) && image.DeletedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
    }

    private async Task<bool> IsUnusedAsync(Group? group, CancellationToken cancellationToken) =>
        group is { DeletedAt: null, IsPublished: false, ImageCount: 0 }
        && group.CreatedAt > clock.Now() - New
        && !await db.Groups.AnyAsync(below => below.ParentId == group.Id, cancellationToken)
        && !await db.AllGroups.AnyAsync(inbox => inbox.InboxOf == group.Id, cancellationToken)
        && !await db.UploadFiles.AnyAsync(file => file.GroupId == group.Id && file.Status == UploadStatus.Needed, cancellationToken);
}
