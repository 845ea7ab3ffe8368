using ImageHub.Application.Errors;
using ImageHub.Application.Groups;

namespace ImageHub.Application.Database;

/// <summary>Changes the manual order of the groups, and of the images in a group.</summary>
public interface IRowOrder
{
    /// <summary>
    /// Moves curated groups, in the given order, directly after another group, or to the front. The transaction must hold the lock of the groups' order.
    /// </summary>
    /// <exception cref="ProblemException">400 that names <c>ids</c> or <c>after</c>.</exception>
    Task MoveGroupsAsync(IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken);

    /// <summary>
    /// Moves images of a group, in the given order, directly after another image, or to the front. The transaction must hold the lock of the group's row.
    /// </summary>
    /// <exception cref="ProblemException">400 that names <c>ids</c> or <c>after</c>.</exception>
    Task MoveImagesAsync(Guid groupId, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken);

    /// <summary>
    /// Sorts all images of a group, equal ones by file name. Positions reserved for files that have not arrived keep their rank among the images. The
    /// transaction must hold the lock of the group's row.
    /// </summary>
    Task SortImagesAsync(Guid groupId, ImageSortKey key, bool descending, CancellationToken cancellationToken);

    /// <summary>Reserves positions at the end of a group, so that the images of a batch keep their order regardless of the order of arrival.</summary>
    /// <returns>The last reserved position; null if the group does not exist.</returns>
    Task<long?> ReserveImagePositionsAsync(Guid groupId, int count, CancellationToken cancellationToken);
}
