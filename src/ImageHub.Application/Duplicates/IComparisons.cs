using ImageHub.Domain.Images;

namespace ImageHub.Application.Duplicates;

/// <summary>
/// The pairs of similar images, and the images waiting to be compared. Only the nearest pairs of an image are stored; which pairs these are
/// changes with the content of the trash.
/// </summary>
public interface IComparisons
{
    /// <summary>
    /// The maximum number of pairs of one image. Among very many images some are similar by chance, and a few pairs of each image suffice to
    /// join a thousand equal images into one set.
    /// </summary>
    public const int MaxPairs = 20;

    /// <summary>Within a transaction, adds pairs that do not exist yet. Omits pairs of images that have been purged in the meantime.</summary>
    /// <param name="ids">One image of each pair.</param>
    /// <param name="others">The other image of each pair.</param>
    /// <param name="distances">The distance of each pair, see <see cref="SimilarImages.Distance"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task AddPairsAsync(Guid[] ids, Guid[] others, int[] distances, CancellationToken cancellationToken);

    /// <summary>Within the transaction that restores images, queues them for comparison with the images added while they were in the trash.</summary>
    Task CompareRestoredAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken);

    /// <summary>
    /// Within the transaction that trashes images, queues other images to be compared again: those with <see cref="MaxPairs"/> pairs, some of
    /// them with trashed images.
    /// </summary>
    Task CompareWithoutAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken);
}
