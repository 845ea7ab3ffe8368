using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Decides whether a block of metadata says where the picture was taken. In doubt it does, and also when looking takes
/// too long: blocks may overlap, so that a small file claims to hold terabytes.
/// </summary>
/// <param name="fileLength">Bytes of the file, for what looking may cost.</param>
internal sealed class LocationCheck(long fileLength)
{
    // A thumbnail within EXIF within image resources is as deep as it gets.
    private const int MaxDepth = 6;
    private const int MaxEmbedded = 64;
    private const int MaxInflatedLength = 4 * 1024 * 1024;

    // Bytes that the reading of a structure is reckoned as, whatever its length.
    private const long CostOfStructure = 1024 * 1024;

    private static readonly byte[][] Words =
    [
        "GPS"u8.ToArray(), "Exif\0\0"u8.ToArray(), "http://ns.adobe.com/"u8.ToArray(), "xmpmeta"u8.ToArray(), "atitude"u8.ToArray(), "ISO6709"u8.ToArray(),
        "ftyp"u8.ToArray(), "moov"u8.ToArray(), [0xA9, (byte)'x', (byte)'y', (byte)'z'], "8BIM"u8.ToArray(), "FLIR\0"u8.ToArray(),
    ];

    private long left = (128 * 1024 * 1024) + (4 * fileLength);

    /// <summary>Whether the block carries the location.</summary>
    internal bool Carries(MetadataBlock block) => Carries(block, MaxDepth);

    private bool Carries(MetadataBlock block, int depth)
    {
        left -= block.Content.Length;
        if (depth == 0 || left < 0)
        {
            return true;
        }

        var content = block.IsDeflated ? Inflate(block.Content) : block.Content;
        if (content is null)
        {
            return true;
        }

        return block.Kind switch
        {
            BlockKind.Exif => ExifCarries(content, depth - 1),
            BlockKind.Xmp => XmpVocabulary.SaysWhere(content),
            BlockKind.Photoshop => PhotoshopCarries(content, depth - 1),
            BlockKind.Iptc => IptcCarries(content),
            BlockKind.RawProfile => RawProfileCarries(content, depth - 1),
            BlockKind.Trailer => TrailerCarries(content, depth - 1),
            BlockKind.Other => content.ContainsAny(Words),
            _ => true,
        };
    }

    private bool ExifCarries(ByteSource block, int depth)
    {
        var structure = ExifBlock.Structure(block);
        return StructureCarries(structure, depth) || EmbeddedCarries(structure, depth);
    }

    private bool StructureCarries(ByteSource structure, int depth)
    {
        left -= CostOfStructure;
        if (left < 0)
        {
            return true;
        }

        try
        {
            return TiffContainer.Read(structure) is not { } container || container.Blocks.Any(inner => Carries(inner, depth));
        }
        catch (ProblemException)
        {
            return true;
        }
    }

    // The thumbnail, and previews in maker notes, have blocks of their own; wherever they are.
    private bool EmbeddedCarries(ByteSource structure, int depth)
    {
        var found = 0;
        for (var at = structure.IndexOf("Exif\0\0"u8); at >= 0; at = structure.IndexOf("Exif\0\0"u8, at + 1))
        {
            if (++found > MaxEmbedded || depth == 0 || StructureCarries(structure.Slice(at + 6), depth - 1))
            {
                return true;
            }
        }

        return structure.IndexOf("8BIM\u0004\u0004"u8) >= 0
            || (structure.IndexOf("xmpmeta"u8) is var packet and >= 0 && XmpVocabulary.SaysWhere(structure.Slice(packet)));
    }

    // Adobe Photoshop file formats, "Image resource blocks": signature, id, padded name, length, padded content.
    private bool PhotoshopCarries(ByteSource resources, int depth)
    {
        Span<byte> head = stackalloc byte[7];
        Span<byte> length = stackalloc byte[4];
        for (var at = 0L; resources.TryRead(at, head);)
        {
            var nameLength = (head[6] + 2) & ~1;
            if (!IsResource(head[..4]) || !resources.TryRead(at + 6 + nameLength, length))
            {
                return resources.SkipZeros(at) < resources.Length;
            }

            var contentLength = BinaryPrimitives.ReadUInt32BigEndian(length);
            var content = resources.Slice(at + 6 + nameLength + 4, contentLength);
            if (ResourceCarries(BinaryPrimitives.ReadUInt16BigEndian(head[4..]), content, depth))
            {
                return true;
            }

            at += 6 + nameLength + 4 + contentLength + (contentLength & 1);
        }

        return false;
    }

    private static bool IsResource(ReadOnlySpan<byte> signature) =>
        signature.SequenceEqual("8BIM"u8) || signature.SequenceEqual("MeSa"u8) || signature.SequenceEqual("AgHg"u8)
        || signature.SequenceEqual("PHUT"u8) || signature.SequenceEqual("DCSR"u8);

    private bool ResourceCarries(ushort id, ByteSource content, int depth) => id switch
    {
        0x0404 => IptcCarries(content),
        0x0422 or 0x0423 => depth == 0 || ExifCarries(content, depth - 1),
        0x0424 => XmpVocabulary.SaysWhere(content),

        // A thumbnail: a header of 28 bytes, a JPEG.
        0x0409 or 0x040C => JpegCarries(content.Slice(28), depth),
        _ => false,
    };

    // IIM 4.2, 1.6: a marker, record and dataset numbers, a length of two bytes or, with its highest bit set, longer.
    private static bool IptcCarries(ByteSource datasets)
    {
        Span<byte> head = stackalloc byte[5];
        Span<byte> extended = stackalloc byte[4];
        var at = 0L;
        while (datasets.TryRead(at, head) && head[0] == 0x1C)
        {
            long length = BinaryPrimitives.ReadUInt16BigEndian(head[3..]);
            at += head.Length;
            if (length > 0x8000)
            {
                var digits = (int)(length & 0x7FFF);
                if (digits > extended.Length || !datasets.TryRead(at, extended[..digits]))
                {
                    return true;
                }

                length = 0;
                foreach (var digit in extended[..digits])
                {
                    length = (length << 8) | digit;
                }

                at += digits;
            }

            if (length > 0 && head[1] == 2 && head[2] is 26 or 27 or 90 or 92 or 95 or 100 or 101)
            {
                return true;
            }

            at += length;
        }

        // Zeros pad it; anything else is something that this does not understand.
        return datasets.SkipZeros(at) < datasets.Length;
    }

    // ImageMagick: a line with the name, one with the length, then hexadecimal digits.
    private bool RawProfileCarries(ByteSource text, int depth)
    {
        if (text.Length > 2 * MaxInflatedLength)
        {
            return true;
        }

        var lines = Encoding.Latin1.GetString(text.Take(0, (int)text.Length)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var digits = string.Concat(lines.Skip(2));
        var bytes = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done || bytes.Length == 0)
        {
            return true;
        }

        var profile = new MemoryBytes(bytes);
        return bytes switch
        {
            [(byte)'8', (byte)'B', (byte)'I', (byte)'M', ..] => PhotoshopCarries(profile, depth),
            [0x1C, ..] => IptcCarries(profile),
            [(byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, ..] or [(byte)'I', (byte)'I', ..] or [(byte)'M', (byte)'M', ..] => ExifCarries(profile, depth),
            _ => XmpVocabulary.SaysWhere(profile),
        };
    }

    // Further pictures (CIPA DC-007) are judged like the first; films and the like by the words in them.
    private bool TrailerCarries(ByteSource trailer, int depth)
    {
        var at = trailer.SkipZeros(0);
        for (var pictures = 0; JpegContainer.StartsAt(trailer, at); pictures++)
        {
            if (pictures == MaxEmbedded || depth == 0)
            {
                return true;
            }

            var (carries, end) = ReadJpeg(trailer.Slice(at), depth);
            if (carries)
            {
                return true;
            }

            at = trailer.SkipZeros(at + end);
        }

        return at < trailer.Length && trailer.Slice(at).ContainsAny(Words);
    }

    private bool JpegCarries(ByteSource jpeg, int depth) => depth == 0 || (JpegContainer.StartsAt(jpeg, 0) && ReadJpeg(jpeg, depth).Carries);

    private (bool Carries, long End) ReadJpeg(ByteSource jpeg, int depth)
    {
        try
        {
            var container = JpegContainer.Read(jpeg);
            return (container.Blocks.Any(block => block.Kind != BlockKind.Trailer && Carries(block, depth)), container.End);
        }
        catch (ProblemException)
        {
            return (true, 0);
        }
    }

    // Null for what is damaged, or suspiciously long.
    private static MemoryBytes? Inflate(ByteSource deflated)
    {
        if (deflated.Length > MaxInflatedLength)
        {
            return null;
        }

        using var inflating = new ZLibStream(new MemoryStream(deflated.Take(0, MaxInflatedLength)), CompressionMode.Decompress);
        var inflated = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (inflating.Read(buffer) is var read && read > 0)
            {
                if (inflated.Length + read > MaxInflatedLength)
                {
                    return null;
                }

                inflated.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return new MemoryBytes(inflated.ToArray());
    }
}
