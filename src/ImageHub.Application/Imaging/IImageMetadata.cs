using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>Reads what a camera wrote into a file, and takes the place where it was taken out of it.</summary>
public interface IImageMetadata
{
    /// <summary>What the file's metadata say. Unreadable or hostile metadata are as none; this never fails for the file's content.</summary>
    Task<ImageMetadata> ReadAsync(string path, ImageFormat format, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a copy of the file without its location data (EXIF, XMP, IPTC and what embedded previews carry) to
    /// <paramref name="targetPath"/>. Pixels, orientation and the ICC profile stay as they are.
    /// </summary>
    /// <returns>False, and nothing is written, when the file carries no location data.</returns>
    /// <exception cref="Errors.ProblemException"><see cref="Errors.Problems.StorageUnavailable"/> when the copy cannot be written.</exception>
    Task<bool> RemoveLocationAsync(string path, ImageFormat format, string targetPath, CancellationToken cancellationToken);
}

/// <summary>What a camera recorded.</summary>
/// <param name="TakenAt">The camera's local time, or null.</param>
/// <param name="TakenAtOffset">That time's offset from UTC, when recorded.</param>
/// <param name="Camera">Make and model, such as <c>Canon EOS 6D</c>, or null.</param>
/// <param name="Location">Where it was taken, or null.</param>
public sealed record ImageMetadata(DateTime? TakenAt, TimeSpan? TakenAtOffset, string? Camera, GeoLocation? Location);

/// <summary>A place (WGS 84).</summary>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
public sealed record GeoLocation(double Latitude, double Longitude);
