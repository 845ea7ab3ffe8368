using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>Removes rows and returns them, so that their objects can be deleted, and records objects without rows.</summary>
public interface IObjectRows
{
    /// <summary>Removes images from the trash, the oldest first, with their thumbnails. Rows that others hold are skipped.</summary>
    /// <param name="deletedUntil">Only images that were put into the trash at this time or earlier.</param>
    /// <param name="limit">How many images at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<PurgedImage>> PurgeImagesAsync(DateTimeOffset deletedUntil, int limit, CancellationToken cancellationToken);

    /// <summary>Removes the thumbnails that have been unread for longest. Rows that others hold are skipped.</summary>
    /// <param name="unreadSince">Only thumbnails that were last read at this time or earlier.</param>
    /// <param name="limit">How many thumbnails at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<DroppedThumbnail>> DropThumbnailsAsync(DateTimeOffset unreadSince, int limit, CancellationToken cancellationToken);

    /// <summary>Records objects without rows, to be deleted at a time.</summary>
    Task AddOrphansAsync(string[] keys, DateTimeOffset dueAt, CancellationToken cancellationToken);
}

/// <summary>An image whose row was removed, together with the rows of its thumbnails.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Revision">The revision of its objects.</param>
/// <param name="ThumbnailHeights">The heights of its thumbnails, in pixels.</param>
public sealed record PurgedImage(Guid ImageId, int Revision, int[] ThumbnailHeights)
{
    /// <summary>The keys of its objects.</summary>
    public IEnumerable<string> Keys =>
    [
        .. ObjectKey.All(ImageId, Revision),
        .. ThumbnailHeights.Select(height => ObjectKey.For(ImageId, Revision, ImageVariant.Thumbnail(height))),
    ];
}

/// <summary>A thumbnail whose row was removed.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Revision">The revision of the image's objects.</param>
/// <param name="Height">The thumbnail's height in pixels.</param>
public sealed record DroppedThumbnail(Guid ImageId, int Revision, int Height);
