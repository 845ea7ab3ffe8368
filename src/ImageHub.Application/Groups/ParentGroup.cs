using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Finds and checks the group below which another group is placed.</summary>
internal static class ParentGroup
{
    /// <summary>Locks the tree of the groups and finds the group below which a new group is created.</summary>
    /// <param name="db">The database, in a transaction.</param>
    /// <param name="parentId">The group above; null for the first level, which needs no lock.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">400 that names <c>parentId</c>, or 409 <c>groupTooDeep</c>.</exception>
    public static async Task<Group?> FindAsync(IImageHubDb db, Guid? parentId, CancellationToken cancellationToken)
    {
        if (parentId is null)
        {
            return null;
        }

        await db.Locks.LockGroupTreeAsync(cancellationToken);

        // The foreign key of the new row shares the parent's row, too, but only after the slugs' lock.
        await db.Locks.ShareGroupAsync(parentId.Value, cancellationToken);
        var parent = await ReadAsync(db, parentId.Value, cancellationToken);
        EnsureFits(parent, levels: 1);
        return parent;
    }

    /// <summary>
    /// Finds the group below which a group is moved. The result remains valid only if the transaction holds the lock of the groups' tree; without the lock, the
    /// check must be repeated before the move.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="moved">The group that is moved.</param>
    /// <param name="parentId">The new group above; null for the first level.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="withGroupsBelow">Whether the groups below the moved group are moved, too.</param>
    /// <exception cref="ProblemException">400 that names <c>parentId</c>, or 409 <c>groupCircle</c> or <c>groupTooDeep</c>.</exception>
    public static async Task<Group?> FindForMoveAsync(IImageHubDb db, Group moved, Guid? parentId, CancellationToken cancellationToken, bool withGroupsBelow = true)
    {
        if (parentId is null)
        {
            return null;
        }

        var parent = await ReadAsync(db, parentId.Value, cancellationToken);
        if (parent.Id == moved.Id || parent.Path.Contains(moved.Id))
        {
            throw new ProblemException(
                Problems.GroupCircle, $"parentId is {parentId}; '{moved.Title}' cannot be moved into itself or into a group below it.");
        }

        // Groups in the trash also count, so that they can be restored.
        var deepest = withGroupsBelow
            ? await db.Groups.Where(below => QueryFunctions.Contains(below.Path, moved.Id)).MaxAsync(below => (int?)below.Path.Count, cancellationToken) ?? moved.Path.Count
            : moved.Path.Count;
        EnsureFits(parent, deepest - moved.Path.Count + 1);
        return parent;
    }

    private static async Task<Group> ReadAsync(IImageHubDb db, Guid parentId, CancellationToken cancellationToken) =>
        await db.Groups.SingleOrDefaultAsync(group => group.Id == parentId && group.DeletedAt == null, cancellationToken)
        ?? throw ProblemException.Invalid("parentId", $"parentId is {parentId}; there is no such group.");

    private static void EnsureFits(Group parent, int levels)
    {
        var needed = parent.Path.Count + 1 + levels;
        if (needed > Group.MaxLevels)
        {
            throw new ProblemException(
                Problems.GroupTooDeep, $"parentId is {parent.Id}; groups below '{parent.Title}' would be up to {needed} levels deep, including groups in the trash; {Group.MaxLevels} are allowed.");
        }
    }
}
