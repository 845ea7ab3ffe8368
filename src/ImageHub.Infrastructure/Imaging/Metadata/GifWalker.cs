namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Finds the parts to keep in a GIF (GIF89a 15 to 27; XMP part 3, 1.1.2).</summary>
internal sealed class GifWalker : ImageWalker
{
    private const int HeaderLength = 13;
    private const byte Extension = 0x21;
    private const byte ImageDescriptor = 0x2C;
    private const byte Trailer = 0x3B;
    private const byte GraphicControlLabel = 0xF9;
    private const byte ApplicationLabel = 0xFF;

    // Introducer, label, length of the name, the name, two sub-blocks of numbers (the repeat count and the buffer size), and a terminator.
    private const int MaxLoopLength = 3 + 11 + 4 + 6 + 1;
    private const int GraphicControlLength = 8;

    // The trailer after an XMP packet: 01 FF FE … 01 00 00.
    private static readonly byte[] MagicTrailer = [1, .. Enumerable.Range(0, 256).Select(number => (byte)(255 - number)), 0];

    private readonly long insertAt;

    internal GifWalker(ByteSource file)
        : base(file)
    {
        var at = HeaderLength + ColourTableLength(10);
        Keep(new ByteRange(0, Math.Min(at, file.Length)));
        insertAt = at;
        var head = new byte[2];
        while (file.TryRead(at, head.AsSpan(0, 1)) && head[0] != Trailer)
        {
            switch (head[0])
            {
                case Extension when file.TryRead(at, head):
                    var block = new ByteRange(at, SkipSubBlocks(at + head.Length));
                    ReadExtension(head[1], block);
                    at = block.End;
                    break;
                case ImageDescriptor:
                    // A descriptor of ten bytes, a colour table, the minimum code size, sub-blocks.
                    var image = new ByteRange(at, SkipSubBlocks(at + 10 + ColourTableLength(at + 9) + 1));
                    Keep(image);
                    at = insertAt = image.End;
                    break;
                case 0:
                    // Some encoders terminate a block twice; decoders skip the second terminator.
                    at++;
                    break;
                default:
                    at = file.Length;
                    break;
            }
        }

        Keep(new ByteRange(at, Math.Min(at + 1, file.Length)));
        KeepCleanMetadata();
    }

    protected override IEnumerable<Edit> MakeEdits() => RemoveRest((insertAt, Metadata.MakeXmp() is { } packet ? ToExtension(packet) : []));

    // The packet is stored without sub-blocks. A magic trailer allows readers of sub-blocks to resynchronize.
    private static byte[] ToExtension(byte[] packet) =>
        [Extension, ApplicationLabel, 11, .. "XMP DataXMP"u8, .. packet, .. MagicTrailer];

    private void ReadExtension(byte label, ByteRange block)
    {
        var name = File.Take(block.Start + 3, 11).AsSpan();
        switch (label)
        {
            case GraphicControlLabel when block.Length == GraphicControlLength:
            case ApplicationLabel when (name.SequenceEqual("NETSCAPE2.0"u8) || name.SequenceEqual("ANIMEXTS1.0"u8)) && block.Length <= MaxLoopLength:
            case ApplicationLabel when name.SequenceEqual("ICCRGBG1012"u8):
                Keep(block);
                break;
            case ApplicationLabel when name.SequenceEqual("XMP DataXMP"u8):
                var packet = File.Slice(block.Start + 3 + name.Length, block.Length - 3 - name.Length);
                var trailer = packet.Slice(packet.Length - MagicTrailer.Length);
                var isWhole = trailer.Take(0, MagicTrailer.Length).AsSpan().SequenceEqual(MagicTrailer);
                Metadata.AddXmp(packet.Slice(0, packet.Length - MagicTrailer.Length), isWhole ? block : null);
                break;
            default:
                break;
        }
    }

    private long ColourTableLength(long flagsAt)
    {
        Span<byte> flags = stackalloc byte[1];
        return File.TryRead(flagsAt, flags) && (flags[0] & 0x80) != 0 ? 3L << ((flags[0] & 7) + 1) : 0;
    }

    private long SkipSubBlocks(long at)
    {
        Span<byte> length = stackalloc byte[1];
        while (File.TryRead(at, length))
        {
            at += 1 + length[0];
            if (length[0] == 0)
            {
                break;
            }
        }

        return Math.Min(at, File.Length);
    }
}
