namespace ImageHub.Domain.Images;

/// <summary>An image at a certain height, or at its full size as JPEG: made when it was first asked for and dropped when nobody asks any more.</summary>
public sealed class Thumbnail
{
    private Thumbnail()
    {
    }

    /// <summary>Of which image.</summary>
    public Guid ImageId { get; private init; }

    /// <summary>The height that was asked for, in pixels; the image itself may be lower, since nothing is enlarged. 0: the full size, as JPEG.</summary>
    public int Height { get; private init; }

    /// <summary>Pixels, after orientation.</summary>
    public int Width { get; private init; }

    /// <summary>The object's size.</summary>
    public long Bytes { get; private init; }

    /// <summary>The object's media type.</summary>
    public string ContentType { get; private init; } = "";

    /// <summary>The object's CRC-32.</summary>
    public uint Crc32 { get; private init; }

    /// <summary>The checksums of the object's blocks, where it has more than one: <see cref="BlockChecksums"/>.</summary>
    public byte[] Blocks { get; private init; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it was last read; coarse, so that reading is not writing.</summary>
    public DateTimeOffset LastReadAt { get; private init; }

    /// <summary>Makes the row of an object that has been written.</summary>
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
