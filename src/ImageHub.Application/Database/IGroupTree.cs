namespace ImageHub.Application.Database;

/// <summary>Changes the groups below a group. Each change is one statement, regardless of the number of groups and images.</summary>
public interface IGroupTree
{
    /// <summary>
    /// Sets the paths and the visibility of all groups below a group, and the visibility of its and their images, from the group's row, which has been saved. The
    /// transaction must hold the locks of <see cref="ILocks.LockGroupWithGroupsBelowAsync"/>.
    /// </summary>
    Task AlignGroupsBelowAsync(Guid groupId, CancellationToken cancellationToken);
}
