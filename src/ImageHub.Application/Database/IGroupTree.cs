namespace ImageHub.Application.Database;

/// <summary>Changes the groups below a group. Each change is one statement, regardless of the number of groups and images.</summary>
public interface IGroupTree
{
    /// <summary>
    /// Copies a group's path and visibility to everything below it. Sets the path and the visibility of each group below, and the visibility of the images in
    /// these groups and in the group itself. The group's row must be saved, and the transaction must hold the locks of
    /// <see cref="ILocks.LockGroupWithGroupsBelowAsync"/>.
    /// </summary>
    Task AlignGroupsBelowAsync(Guid groupId, CancellationToken cancellationToken);
}
