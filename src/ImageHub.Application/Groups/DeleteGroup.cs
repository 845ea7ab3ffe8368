using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>
/// Moves a group, the groups below it and their images to the trash. A key with only the scope <c>upload</c> may delete only hidden groups from the last hour
/// without images, inboxes, groups below and awaited files.
/// </summary>
/// <param name="Id">The group's id.</param>
public sealed record DeleteGroup(Guid Id) : IRequest
{
    /// <summary>A check that runs in the transaction, after the rows of the groups are locked; throws to cancel the deletion. Null for no check.</summary>
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
        if (group is not { DeletedAt: null })
        {
            throw ProblemException.NotFound("group");
        }

        if (!caller.IsCurator && !await IsUnusedAsync(group, cancellationToken))
        {
            throw new ProblemException(
                Problems.InsufficientScope, "A key with the scope 'upload' may only delete new hidden groups without images; deleting this group needs a key with the scope 'admin'.");
        }

        await db.TrashAsync(group, clock.Now(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    private async Task<bool> IsUnusedAsync(Group group, CancellationToken cancellationToken) =>
        group is { IsPublished: false, ImageCount: 0 }
        && group.CreatedAt > clock.Now() - New
        && !await db.Groups.AnyAsync(below => below.ParentId == group.Id, cancellationToken)
        && !await db.AllGroups.AnyAsync(inbox => inbox.InboxOf == group.Id, cancellationToken)
        && !await db.UploadFiles.AnyAsync(file => file.GroupId == group.Id && file.Status == UploadStatus.Needed, cancellationToken);
}
