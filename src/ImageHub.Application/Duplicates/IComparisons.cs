using ImageHub.Domain.Images;

namespace ImageHub.Application.Duplicates;

/// <summary>
/// The pairs of similar images, and the images that are to be compared with the others. An image is kept with few others only, and these change with the
/// content of the trash.
/// </summary>
public interface IComparisons
{
    /// <summary>
    /// The most pairs of one image: among very many images some are near by chance, and a few pairs of each join a thousand equal images into one set.
    /// </summary>
    public const int MaxPairs = 20;

    /// <summary>Within a transaction, adds pairs that are not there yet. Pairs of images that were purged meanwhile are left out.</summary>
    /// <param name="ids">One image of each pair.</param>
    /// <param name="others">The other image of each pair.</param>
    /// <param name="distances">The distance of each pair, see <see cref="SimilarImages.Distance"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task AddPairsAsync(Guid[] ids, Guid[] others, int[] distances, CancellationToken cancellationToken);

    /// <summary>Within the transaction that restores images, has them compared with the images that were added while they lay in the trash.</summary>
    Task CompareRestoredAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken);

    /// <summary>
    /// Within the transaction that trashes images, has the images compared again that have <see cref="MaxPairs"/> pairs, some with trashed images.
    /// </summary>
    Task CompareWithoutAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancellationToken);
}
