using System.Buffers.Binary;

namespace ImageHub.Testing.Images;

/// <summary>Image files for tests, most of them with arbitrary pixels, and the parts that cameras add to such files.</summary>
public static class TestImages
{
    /// <summary>A JPEG, different for each seed.</summary>
    public static byte[] Jpeg(int width = 640, int height = 480, int seed = 0) => TestPicture.Gradient(width, height, seed).ToJpeg();

    /// <summary>A PNG, different for each seed.</summary>
    public static byte[] Png(int width = 640, int height = 480, int seed = 0) => TestPicture.Gradient(width, height, seed).ToPng();

    /// <summary>A PNG with a transparent left half, different for each seed.</summary>
    public static byte[] TransparentPng(int width = 640, int height = 480, int seed = 0) =>
        TestPicture.Gradient(width, height, seed).WithBand((x, _) => x < width / 2 ? (byte)0 : byte.MaxValue).ToPng();

    /// <summary>A WebP, different for each seed.</summary>
    public static byte[] WebP(int width = 640, int height = 480, int seed = 0) => TestPicture.Gradient(width, height, seed).ToWebP();

    /// <summary>An AVIF, different for each seed.</summary>
    public static byte[] Avif(int width = 320, int height = 240, int seed = 0) => TestPicture.Gradient(width, height, seed).ToAvif();

    /// <summary>A GIF, different for each seed.</summary>
    public static byte[] Gif(int width = 320, int height = 240, int seed = 0) => TestPicture.Gradient(width, height, seed).ToGif();

    /// <summary>A TIFF, different for each seed.</summary>
    public static byte[] Tiff(int width = 640, int height = 480, int seed = 0) => TestPicture.Gradient(width, height, seed).ToTiff();

    /// <summary>Four quadrants (<see cref="TestPicture.QuadrantColours"/>) that are upright only if the orientation is applied.</summary>
    /// <param name="orientation">The EXIF orientation, 1 to 8.</param>
    /// <param name="width">The upright width in pixels.</param>
    /// <param name="height">The upright height in pixels.</param>
    public static byte[] OrientedJpeg(int orientation, int width = 640, int height = 480) =>
        WithExif(TestPicture.Quadrants(width, height).StoredAs(orientation).ToJpeg(), ExifWithOrientation(orientation));

    /// <summary>A little-endian TIFF structure with only the orientation in IFD0.</summary>
    public static byte[] ExifWithOrientation(int orientation) =>
    [
        (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0,
        1, 0,
        0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0,
        0, 0, 0, 0,
    ];

    /// <summary>A JPEG padded with comments to at least the given size in bytes.</summary>
    public static byte[] JpegOf(int bytes, int seed)
    {
        const int Comment = 60_000;
        return Enumerable.Range(0, 1 + (bytes / Comment)).Aggregate(Jpeg(seed: seed), (jpeg, number) => WithSegment(jpeg, 0xFE, [(byte)number, .. new byte[Comment]]));
    }

    /// <summary>Adds an EXIF block to the JPEG as its first segment.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif) => WithSegment(jpeg, 0xE1, [.. "Exif\0\0"u8, .. exif]);

    /// <summary>Adds a marker segment to the JPEG after its start marker.</summary>
    public static byte[] WithSegment(byte[] jpeg, byte marker, byte[] payload)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)(payload.Length + 2)));
        return [.. jpeg[..2], 0xFF, marker, .. length, .. payload, .. jpeg[2..]];
    }

    /// <summary>Adds a chunk to the PNG after its header.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] content) => WithChunks(png, Chunk(type, content));

    /// <summary>Adds chunks to the PNG after its header.</summary>
    public static byte[] WithChunks(byte[] png, byte[] chunks)
    {
        const int HeaderEnd = 8 + 25;
        return [.. png[..HeaderEnd], .. chunks, .. png[HeaderEnd..]];
    }

    /// <summary>Writes a PNG chunk, with its length and checksum.</summary>
    public static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. type.Select(letter => (byte)letter), .. content];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32(body));
        return [.. length, .. body, .. crc];
    }

    /// <summary>The checksum of a PNG chunk (ISO 3309; ISO/IEC 15948 annex D).</summary>
    public static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
