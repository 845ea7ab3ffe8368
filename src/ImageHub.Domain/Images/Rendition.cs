
namespace ImageHub.Domain.Images;

/// <summary>A resolution of an image, stored as an object.</summary>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
/// <param name="Bytes">The object's size.</param>
/// <param name="ContentType">The object's media type.</param>
/// <param name="Crc32">The object's CRC-32.</param>
public sealed record Rendition(int Width, int Height, long Bytes, string ContentType, uint Crc32)
{
    /// <summary>Whether size, checksum and media type are equal.</summary>
    public bool HasBytesOf(Rendition other) => Crc32 == other.Crc32 && Bytes == other.Bytes && ContentType == other.ContentType;
}

/// <summary>An image whose objects have been written, but whose row has not.</summary>
public sealed record NewImage(
    Guid Id,
    string FileName,
    IReadOnlyList<string> Tags,
    ImageFormat Format,
    byte[] Sha256,
    long OriginalBytes,
    bool HasOriginal,
    Rendition Full,
    Rendition High,
    Rendition Medium,
    Rendition Low,
    byte[] Placeholder,
    DateTime? TakenAt,
    TimeSpan? TakenAtOffset,
    string? Camera,
    Exposure? Exposure,
    double? Latitude,
    double? Longitude)
{
    /// <summary>A 64-bit perceptual hash; similar images differ in few bits. Null if unknown.</summary>
    public long? PerceptualHash { get; init; }

    /// <summary>The account that uploaded the image; null if unknown.</summary>
    public Guid? AddedBy { get; init; }

    /// <summary>Whether a user has added the image to a curated group as a contributor, so that the image counts against the user's quota.</summary>
    public bool IsContribution { get; init; }

    /// <summary>The caption in the file; null if there is none.</summary>
    public Caption? Caption { get; init; }

    /// <summary>The block checksums of the image's objects, encoded by <see cref="BlockChecksums"/>.</summary>
    public required byte[] Blocks { get; init; }
}
