namespace ImageHub.Domain.Images;

/// <summary>A thumbnail or another variant rendered on the first request and deleted when no longer used.</summary>
public sealed class Thumbnail
{
    private Thumbnail()
    {
    }

    /// <summary>The image.</summary>
    public Guid ImageId { get; private init; }

    /// <summary>The variant's <see cref="ImageVariant.Number"/>. The actual height of a thumbnail may be smaller, because images are never enlarged.</summary>
    public long Number { get; private init; }

    /// <summary>The width in pixels, after orientation.</summary>
    public int Width { get; private init; }

    /// <summary>The object's size, in bytes.</summary>
    public long Bytes { get; private init; }

    /// <summary>The object's media type.</summary>
    public string ContentType { get; private init; } = "";

    /// <summary>The object's CRC-32.</summary>
    public uint Crc32 { get; private init; }

    /// <summary>The checksums of the object's blocks, encoded by <see cref="BlockChecksums"/>; empty for a single block.</summary>
    public byte[] Blocks { get; private init; } = [];

    /// <summary>When the thumbnail was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the thumbnail was last read. The value is updated at intervals, so most reads need no write.</summary>
    public DateTimeOffset LastReadAt { get; private init; }

    /// <summary>Creates the row of an object that has been written.</summary>
    public static Thumbnail Create(Guid imageId, long number, int width, long bytes, string contentType, uint crc32, byte[] blocks, DateTimeOffset now) => new()
    {
        ImageId = imageId,
        Number = number,
        Width = width,
        Bytes = bytes,
        ContentType = contentType,
        Crc32 = crc32,
        Blocks = blocks,
        CreatedAt = now,
        LastReadAt = now,
    };
}
