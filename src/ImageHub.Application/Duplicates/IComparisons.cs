using ImageHub.Domain.Images;

namespace ImageHub.Application.Duplicates;

/// <summary>
/// The pairs of similar images, and the queue of images to compare. For each image, only the most similar pairs are stored. Trashing or restoring
/// images changes these pairs.
/// </summary>
public interface IComparisons
{
    /// <summary>
    /// The maximum number of pairs of one image. The limit is low because in a large collection some images are similar by chance, and a few pairs
    /// per image are enough to connect a thousand equal images.
    /// </summary>
    public const int MaxPairs = 20;

    /// <summary>Within a transaction, adds pairs that do not exist yet. Pairs with an image that has been purged in the meantime are omitted.</summary>
    /// <param name="ids">One image of each pair.</param>
    /// <param name="others">The other image of each pair.</param>
    /// <param name="distances">The <see cref="SimilarImages.Distance"/> of each pair.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task AddPairsAsync(Guid[] ids, Guid[] others, int[] distances, CancellationToken cancellationToken);

    /// <summary>
    /// Within the transaction that restores images, queues the restored images, because other images may have been added in the meantime.
    /// </summary>
    Task CompareRestoredAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken);

    /// <summary>
    /// Within the transaction that trashes images, queues other images that may now get another pair: images with <see cref="MaxPairs"/> pairs of which at
    /// least one contains a trashed image.
    /// </summary>
    Task CompareWithoutAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken);
}
