using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The chunks of a WebP (RFC 9649 2.3 to 2.7) and what follows its end.</summary>
internal sealed class WebPContainer : ImageContainer
{
    private const int HeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;

    private readonly long end;
    private readonly long? flagsAt;
    private readonly byte flags;

    private WebPContainer(ByteSource file)
    {
        Span<byte> head = stackalloc byte[ChunkHeaderLength];
        _ = file.TryRead(0, head);
        end = Math.Min(8L + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), file.Length);
        for (var at = (long)HeaderLength; at + head.Length <= end && file.TryRead(at, head);)
        {
            // A chunk of odd length is followed by a byte of padding.
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var chunk = new ByteRange(at, Math.Min(at + head.Length + length + (length & 1), end));
            var content = file.Slice(at + head.Length, Math.Min(length, chunk.Length - head.Length));
            switch (Encoding.Latin1.GetString(head[..4]).ToUpperInvariant())
            {
                case "VP8X" when flagsAt is null && content.Length > 0:
                    flagsAt = at + head.Length;
                    flags = content.Take(0, 1)[0];
                    break;
                case "EXIF":
                    Add(new MetadataBlock(BlockKind.Exif, chunk, content));
                    break;
                case ['X', 'M', 'P', _]:
                    Add(new MetadataBlock(BlockKind.Xmp, chunk, content));
                    break;
                case "VP8X" or "VP8 " or "VP8L" or "ALPH" or "ANIM" or "ANMF" or "ICCP":
                    break;
                default:
                    Add(new MetadataBlock(BlockKind.Other, chunk, content));
                    break;
            }

            at = chunk.End;
        }

        if (end < file.Length)
        {
            Add(new MetadataBlock(BlockKind.Trailer, new ByteRange(end, file.Length), file.Slice(end)));
        }
    }

    /// <param name="file">Starts with the RIFF header.</param>
    internal static WebPContainer Read(ByteSource file) => new(file);

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying)
    {
        var dropped = RangesToDrop(carrying).ToList();
        var edits = dropped.ConvertAll(Edit.Drop);

        // A decoder looks for EXIF only where the flags announce it, so there is an orientation only then.
        var orientation = flagsAt is not null && (flags & ExifFlag) != 0 ? FindOrientation() : 1;
        if (orientation != 1)
        {
            edits.Add(InsertForExif(dropped, ToChunk(ExifBlock.WithOrientation(orientation))));
        }

        if (flagsAt is { } at)
        {
            var kept = flags & ~(ExifFlag | XmpFlag);
            edits.Add(new Edit(ByteRange.FromLength(at, 1), [(byte)(orientation == 1 ? kept : kept | ExifFlag)]));
        }

        var growth = edits.Where(edit => edit.Range.Start < end).Sum(edit => edit.Content.Length - (Math.Min(edit.Range.End, end) - edit.Range.Start));
        var size = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)(end - 8 + growth));
        edits.Add(new Edit(ByteRange.FromLength(4, size.Length), size));
        return edits;
    }

    private static byte[] ToChunk(byte[] exif)
    {
        byte[] chunk = [.. "EXIF"u8, 0, 0, 0, 0, .. exif, .. new byte[exif.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), exif.Length);
        return chunk;
    }
}
