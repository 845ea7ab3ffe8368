using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>Removes rows and returns them, so that the caller can delete their objects. Also records objects without rows.</summary>
public interface IObjectRows
{
    /// <summary>Removes images from the trash, earliest deletion first, with their thumbnails. Locked rows are skipped.</summary>
    /// <param name="deletedUntil">The latest time of deletion, inclusive.</param>
    /// <param name="limit">The maximum number of images.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<PurgedImage>> PurgeImagesAsync(DateTimeOffset deletedUntil, int limit, CancellationToken cancellationToken);

    /// <summary>Removes the thumbnails that were read least recently. Locked rows are skipped.</summary>
    /// <param name="unreadSince">The latest time of the last read, inclusive.</param>
    /// <param name="limit">The maximum number of thumbnails.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<DroppedThumbnail>> DropThumbnailsAsync(DateTimeOffset unreadSince, int limit, CancellationToken cancellationToken);

    /// <summary>Removes the least recently read transforms of an image, both with and without a watermark. Locked rows are skipped.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="kept">The number of transforms that remain.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<DroppedThumbnail>> DropTransformsAsync(Guid imageId, int kept, CancellationToken cancellationToken);

    /// <summary>Records objects without rows, to be deleted at the given time or later.</summary>
    Task AddOrphansAsync(string[] keys, DateTimeOffset dueAt, CancellationToken cancellationToken);
}

/// <summary>An image whose row was removed, together with the rows of its thumbnails.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Revision">The revision of its objects.</param>
/// <param name="ThumbnailNumbers">The <see cref="ImageVariant.Number"/> of each of its thumbnails.</param>
public sealed record PurgedImage(Guid ImageId, int Revision, long[] ThumbnailNumbers)
{
    /// <summary>The keys of its objects.</summary>
    public IEnumerable<string> Keys =>
    [
        .. ObjectKey.All(ImageId, Revision),
        .. ThumbnailNumbers.Select(number => ObjectKey.For(ImageId, Revision, ImageVariant.OnRequest(number))),
    ];
}

/// <summary>A thumbnail whose row was removed.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Revision">The revision of the image's objects.</param>
/// <param name="Number">The thumbnail's <see cref="ImageVariant.Number"/>.</param>
public sealed record DroppedThumbnail(Guid ImageId, int Revision, long Number);
