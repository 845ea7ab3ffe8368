using System.Buffers.Binary;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Edits a freshly encoded WebP (RFC 9649). This is needed because libvips 8.14 writes EXIF even if it is told to strip all metadata.</summary>
internal static class EncodedWebP
{
    private const int HeaderLength = 12;

    // Flags in the first byte of VP8X (RFC 9649 2.7.1): ICC profile, EXIF, XMP.
    private const byte MetadataFlags = 0x20 | 0x08 | 0x04;

    /// <summary>Copies the file without metadata chunks.</summary>
    /// <param name="file">A well-formed file from an encoder.</param>
    internal static byte[] WithoutMetadata(ReadOnlySpan<byte> file)
    {
        var source = new MemoryBytes(file.ToArray());
        var kept = new List<byte>(file.Length);
        kept.AddRange(file[..HeaderLength]);
        foreach (var chunk in RiffChunk.Read(source, new ByteRange(HeaderLength, source.Length)).Where(chunk => chunk.Type is not ("EXIF" or "XMP " or "ICCP")))
        {
            kept.AddRange(source.Take(chunk.Range.Start, (int)chunk.Range.Length));
            if (chunk.Type == "VP8X")
            {
                kept[^(int)chunk.Content.Length] &= unchecked((byte)~MetadataFlags);
            }
        }

        var result = kept.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), result.Length - 8);
        return result;
    }
}
