using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The chunks of a WebP (RFC 9649 2.3 to 2.7) and what follows its end.</summary>
internal sealed class WebPChunks : ImageContainer
{
    private const int HeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;

    private readonly long _end;
    private readonly long? _flagsAt;
    private readonly byte _flags;

    private WebPChunks(ByteSource file)
    {
        Span<byte> head = stackalloc byte[ChunkHeaderLength];
        _ = file.TryRead(0, head);
        _end = Math.Min(8L + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), file.Length);
        for (var at = (long)HeaderLength; at + head.Length <= _end && file.TryRead(at, head);)
        {
            // A chunk of odd length is followed by a byte of padding.
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var chunk = new ByteRange(at, Math.Min(at + head.Length + length + (length & 1), _end));
            var content = file.Slice(at + head.Length, Math.Min(length, chunk.Length - head.Length));
            switch (Encoding.Latin1.GetString(head[..4]).ToUpperInvariant())
            {
                case "VP8X" when _flagsAt is null && content.Length > 0:
                    _flagsAt = at + head.Length;
                    _flags = content.Take(0, 1)[0];
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

        if (_end < file.Length)
        {
            Add(new MetadataBlock(BlockKind.Trailer, new ByteRange(_end, file.Length), file.Slice(_end)));
        }
    }

    /// <param name="file">Starts with the RIFF header.</param>
    internal static WebPChunks Read(ByteSource file) => new(file);

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying)
    {
        var dropped = RangesToDrop(carrying).ToList();
        var edits = dropped.ConvertAll(Edit.Drop);

        // A decoder looks for EXIF only where the flags announce it, so there is an orientation only then.
        var orientation = _flagsAt is not null && (_flags & ExifFlag) != 0 ? FindOrientation() : 1;
        if (orientation != 1)
        {
            edits.Add(InsertForExif(dropped, ToChunk(ExifBlock.WithOrientation(orientation))));
        }

        if (_flagsAt is { } at)
        {
            var flags = _flags & ~(ExifFlag | XmpFlag);
            edits.Add(new Edit(ByteRange.Of(at, 1), [(byte)(orientation == 1 ? flags : flags | ExifFlag)]));
        }

        var growth = edits.Where(edit => edit.Range.Start < _end).Sum(edit => edit.Content.Length - (Math.Min(edit.Range.End, _end) - edit.Range.Start));
        var size = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)(_end - 8 + growth));
        edits.Add(new Edit(ByteRange.Of(4, size.Length), size));
        return edits;
    }

    private static byte[] ToChunk(byte[] exif)
    {
        byte[] chunk = [.. "EXIF"u8, 0, 0, 0, 0, .. exif, .. new byte[exif.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), exif.Length);
        return chunk;
    }
}
