using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A chunk of a WebP (RFC 9649 2.3): a name, a length, the content, and a padding byte after odd lengths.</summary>
/// <param name="Type">Four characters.</param>
/// <param name="Range">The whole chunk.</param>
/// <param name="Content">The content after name and length, without padding.</param>
internal readonly record struct RiffChunk(string Type, ByteRange Range, ByteRange Content)
{
    private const int HeaderLength = 8;

    /// <summary>Reads the chunks in a range.</summary>
    internal static IEnumerable<RiffChunk> Read(ByteSource file, ByteRange within)
    {
        var head = new byte[HeaderLength];
        for (var at = within.Start; at + HeaderLength <= within.End && file.TryRead(at, head);)
        {
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            var end = Math.Min(at + HeaderLength + length, within.End);
            var chunk = new RiffChunk(Encoding.Latin1.GetString(head, 0, 4), new ByteRange(at, Math.Min(end + (length & 1), within.End)), new ByteRange(at + HeaderLength, end));
            yield return chunk;
            at = chunk.Range.End;
        }
    }
}

/// <summary>Finds the parts to keep in a WebP (RFC 9649 2.4 to 2.7).</summary>
internal sealed class WebPWalker : ImageWalker
{
    private const int HeaderLength = 12;
    private const int FrameHeaderLength = 16;
    private const int ExtendedHeaderLength = 10;
    private const int MaxFrameChunks = 64;
    private const byte ProfileFlag = 0x20;
    private const byte AlphaFlag = 0x10;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;
    private const byte AnimationFlag = 0x02;

    private readonly long end;
    private RiffChunk? pixels;
    private readonly long insertAt;
    private readonly long? flagsAt;
    private readonly byte flags;

    internal WebPWalker(ByteSource file, int rotation)
        : base(file, rotation)
    {
        var head = file.Take(0, HeaderLength);
        if (head.Length < HeaderLength)
        {
            throw Corrupt("The image does not start as a WebP.");
        }

        // The size between these parts is rewritten at the end.
        Keep(new ByteRange(0, 4));
        Keep(new ByteRange(8, HeaderLength));
        end = Math.Min(8L + BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)), file.Length);
        insertAt = HeaderLength;
        foreach (var chunk in RiffChunk.Read(file, new ByteRange(HeaderLength, end)))
        {
            switch (chunk.Type)
            {
                case "VP8X" when flagsAt is null && chunk.Content.Length == ExtendedHeaderLength:
                    flagsAt = chunk.Content.Start;
                    flags = file.Take(chunk.Content.Start, 1)[0];
                    Keep(chunk.Range with { End = chunk.Content.Start });
                    Keep(chunk.Range with { Start = chunk.Content.Start + 1 });
                    insertAt = chunk.Range.End;
                    break;
                case "VP8 " or "VP8L" or "ALPH" or "ANIM" or "ICCP":
                    pixels ??= chunk.Type is "VP8 " or "VP8L" ? chunk : null;
                    Keep(chunk.Range);
                    insertAt = chunk.Range.End;
                    break;
                case "ANMF":
                    KeepFrame(chunk);
                    insertAt = chunk.Range.End;
                    break;

                // Decoders read metadata only if the flags announce it.
                case "EXIF" when (flags & ExifFlag) != 0:
                    Metadata.AddExif(file.Slice(chunk.Content.Start, chunk.Content.Length), chunk.Range);
                    break;
                case "XMP " when (flags & XmpFlag) != 0:
                    Metadata.AddXmp(file.Slice(chunk.Content.Start, chunk.Content.Length), chunk.Range);
                    break;
                default:
                    break;
            }
        }

        KeepCleanMetadata();
    }

    protected override IEnumerable<Edit> MakeEdits()
    {
        var (exif, xmp) = (Metadata.MakeExif(), Metadata.MakeXmp());
        if (flagsAt is { } at)
        {
            var hasExif = exif is not null || (Metadata.IsClean && Metadata.Exif.Count > 0);
            var hasXmp = xmp is not null || (Metadata.IsClean && Metadata.Xmp.Count > 0);
            var clean = (flags & (ProfileFlag | AlphaFlag | AnimationFlag)) | (hasExif ? ExifFlag : 0) | (hasXmp ? XmpFlag : 0);
            Rewrite(new Edit(ByteRange.FromLength(at, 1), [(byte)clean]));
        }

        var size = new byte[4];
        var sized = new Edit(ByteRange.FromLength(4, size.Length), size);
        Rewrite(sized);
        byte[] header = flagsAt is null && exif is not null && pixels is { } simple ? ToChunk("VP8X", MakeExtendedHeader(simple)) : [];
        var edits = RemoveRest((HeaderLength, header), (insertAt, [.. ToChunk("EXIF", exif), .. ToChunk("XMP ", xmp)])).ToList();
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)(File.Length - 8 + edits.Sum(edit => edit.Growth)));
        return edits;
    }

    // A simple file has no chunk for the flags that announce EXIF. The picture's size is in the header of the coded data (RFC 6386 9.1; RFC 9649 3.4).
    private byte[] MakeExtendedHeader(RiffChunk simple)
    {
        var head = File.Take(simple.Content.Start, 10);
        if (head.Length < 10)
        {
            throw Corrupt("The image's coded data is truncated.");
        }

        var isLossless = simple.Type == "VP8L";
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(isLossless ? 1 : 6));
        var (width, height) = isLossless ? ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1) : (bits & 0x3FFF, (bits >> 16) & 0x3FFF);
        var header = new byte[ExtendedHeaderLength];
        header[0] = (byte)(ExifFlag | (isLossless && (bits & (1 << 28)) != 0 ? AlphaFlag : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (width - 1) | ((height - 1) << 24));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)((height - 1) >> 8));
        return header;
    }

    private static byte[] ToChunk(string type, byte[]? content)
    {
        if (content is null)
        {
            return [];
        }

        byte[] chunk = [.. Encoding.Latin1.GetBytes(type), 0, 0, 0, 0, .. content, .. new byte[content.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), content.Length);
        return chunk;
    }

    // A frame contains chunks (2.7.1.2), and unknown chunks are removed.
    private void KeepFrame(RiffChunk frame)
    {
        var inner = RiffChunk.Read(File, frame.Content with { Start = Math.Min(frame.Content.Start + FrameHeaderLength, frame.Content.End) }).Take(MaxFrameChunks + 1).ToList();
        if (inner.Count > MaxFrameChunks)
        {
            throw Corrupt($"A frame of the image has more than {MaxFrameChunks} chunks.");
        }

        var kept = inner.Where(chunk => chunk.Type is "VP8 " or "VP8L" or "ALPH").ToList();
        if (kept.Count == inner.Count)
        {
            Keep(frame.Range);
            return;
        }

        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)(FrameHeaderLength + kept.Sum(chunk => chunk.Range.Length)));
        Keep(ByteRange.FromLength(frame.Range.Start, 4));
        Rewrite(new Edit(ByteRange.FromLength(frame.Range.Start + 4, length.Length), length));
        Keep(ByteRange.FromLength(frame.Content.Start, FrameHeaderLength));
        kept.ForEach(chunk => Keep(chunk.Range));
    }
}
