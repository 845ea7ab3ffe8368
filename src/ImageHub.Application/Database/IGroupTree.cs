namespace ImageHub.Application.Database;

/// <summary>Changes the groups below a group. Each change is one statement, regardless of the number of groups and images.</summary>
public interface IGroupTree
{
    /// <summary>
    /// Applies a group's path and visibility to the groups below it, and updates the visibility of the images in all these groups. The group's row must be
    /// saved before. The transaction must hold the locks of <see cref="ILocks.LockGroupWithGroupsBelowAsync"/>.
    /// </summary>
    Task AlignGroupsBelowAsync(Guid groupId, CancellationToken cancellationToken);
}
