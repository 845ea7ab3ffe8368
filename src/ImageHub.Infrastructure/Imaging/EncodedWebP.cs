using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>A WebP (RFC 9649) as an encoder has just written it. libvips 8.14 writes EXIF into it even when asked to strip everything.</summary>
internal static class EncodedWebP
{
    private const int HeaderLength = 12;

    // Flags in the first byte of VP8X (RFC 9649 2.7.1): ICC profile, EXIF, XMP.
    private const byte MetadataFlags = 0x20 | 0x08 | 0x04;

    /// <summary>A copy without metadata chunks.</summary>
    /// <param name="file">A well-formed file, as an encoder has just written it.</param>
    internal static byte[] WithoutMetadata(ReadOnlySpan<byte> file)
    {
        var kept = new List<byte>(file.Length);
        kept.AddRange(file[..HeaderLength]);
        for (var at = HeaderLength; at + 8 <= file.Length;)
        {
            // A chunk has a name, a length, and a byte of padding when the length is odd.
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            var chunk = file.Slice(at, 8 + length + (length & 1));
            at += chunk.Length;
            if (chunk[..4].SequenceEqual("EXIF"u8) || chunk[..4].SequenceEqual("XMP "u8) || chunk[..4].SequenceEqual("ICCP"u8))
            {
                continue;
            }

            kept.AddRange(chunk);
            if (chunk[..4].SequenceEqual("VP8X"u8))
            {
                kept[^length] &= unchecked((byte)~MetadataFlags);
            }
        }

        var result = kept.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), result.Length - 8);
        return result;
    }
}
