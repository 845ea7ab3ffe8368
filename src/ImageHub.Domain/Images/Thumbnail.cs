namespace ImageHub.Domain.Images;

/// <summary>A thumbnail of a given height, or the full size as JPEG: rendered on the first request and deleted when no longer used.</summary>
public sealed class Thumbnail
{
    private Thumbnail()
    {
    }

    /// <summary>The image.</summary>
    public Guid ImageId { get; private init; }

    /// <summary>The requested height in pixels; the file may be lower, since images are never enlarged. 0 for the full size as JPEG.</summary>
    public int Height { get; private init; }

    /// <summary>The width in pixels, after orientation.</summary>
    public int Width { get; private init; }

    /// <summary>The object's size.</summary>
    public long Bytes { get; private init; }

    /// <summary>The object's media type.</summary>
    public string ContentType { get; private init; } = "";

    /// <summary>The object's CRC-32.</summary>
    public uint Crc32 { get; private init; }

    /// <summary>The checksums of the object's blocks, if it has more than one: <see cref="BlockChecksums"/>.</summary>
    public byte[] Blocks { get; private init; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it was last read. Updated at intervals, so that reading does not always write.</summary>
    public DateTimeOffset LastReadAt { get; private init; }

    /// <summary>Creates the row of an object that has been written.</summary>
    public static Thumbnail Create(Guid imageId, int height, int width, long bytes, string contentType, uint crc32, byte[] blocks, DateTimeOffset now) => new()
    {
        ImageId = imageId,
        Height = height,
        Width = width,
        Bytes = bytes,
        ContentType = contentType,
        Crc32 = crc32,
        Blocks = blocks,
        CreatedAt = now,
        LastReadAt = now,
    };
}
