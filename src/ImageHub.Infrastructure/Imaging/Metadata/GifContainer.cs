namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The blocks of a GIF (GIF89a 15 to 27; XMP part 3, 1.1.2) and what follows its end.</summary>
internal sealed class GifContainer : ImageContainer
{
    private const int HeaderLength = 13;
    private const byte Extension = 0x21;
    private const byte ImageDescriptor = 0x2C;
    private const byte Trailer = 0x3B;
    private const byte CommentLabel = 0xFE;
    private const byte ApplicationLabel = 0xFF;

    private readonly ByteSource file;

    private GifContainer(ByteSource file)
    {
        this.file = file;
        var at = HeaderLength + ColourTableLength(10);
        Span<byte> head = stackalloc byte[2];
        while (file.TryRead(at, head[..1]))
        {
            switch (head[0])
            {
                case Extension when file.TryRead(at, head):
                    var block = new ByteRange(at, SkipSubBlocks(at + head.Length));
                    ReadExtension(head[1], block);
                    at = block.End;
                    break;
                case ImageDescriptor:
                    // Ten bytes, a colour table, the least code size, sub-blocks.
                    at = SkipSubBlocks(at + 10 + ColourTableLength(at + 9) + 1);
                    break;
                case Trailer:
                    if (at + 1 < file.Length)
                    {
                        Add(new MetadataBlock(BlockKind.Trailer, new ByteRange(at + 1, file.Length), file.Slice(at + 1)));
                    }

                    return;
                case 0:
                    // Some encoders end a block twice; decoders skip that.
                    at++;
                    break;
                default:
                    Add(new MetadataBlock(BlockKind.Trailer, new ByteRange(at, file.Length), file.Slice(at)));
                    return;
            }
        }
    }

    /// <param name="file">Starts with the signature.</param>
    internal static GifContainer Read(ByteSource file) => new(file);

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying) => RangesToDrop(carrying).Select(Edit.Drop);

    private void ReadExtension(byte label, ByteRange block)
    {
        // Introducer, label, length of the name, the name itself.
        var name = file.Take(block.Start + 3, 11);
        var content = file.Slice(block.Start + 3 + name.Length, block.Length - 3 - name.Length);
        switch (label)
        {
            // The packet stands as it is, not in sub-blocks; a magic trailer brings readers of sub-blocks back on their feet.
            case ApplicationLabel when name.AsSpan().SequenceEqual("XMP DataXMP"u8):
                Add(new MetadataBlock(BlockKind.Xmp, block, content));
                break;
            case ApplicationLabel when name.AsSpan().SequenceEqual("NETSCAPE2.0"u8) || name.AsSpan().SequenceEqual("ANIMEXTS1.0"u8) || name.AsSpan().SequenceEqual("ICCRGBG1012"u8):
                break;
            case ApplicationLabel or CommentLabel:
                Add(new MetadataBlock(BlockKind.Other, block, file.Slice(block.Start, block.Length)));
                break;
            default:
                break;
        }
    }

    private long ColourTableLength(long flagsAt)
    {
        Span<byte> flags = stackalloc byte[1];
        return file.TryRead(flagsAt, flags) && (flags[0] & 0x80) != 0 ? 3L << ((flags[0] & 7) + 1) : 0;
    }

    private long SkipSubBlocks(long at)
    {
        Span<byte> length = stackalloc byte[1];
        while (file.TryRead(at, length))
        {
            at += 1 + length[0];
            if (length[0] == 0)
            {
                break;
            }
        }

        return Math.Min(at, file.Length);
    }
}
