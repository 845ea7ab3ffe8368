using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The marker segments of a JPEG (ITU-T T.81 annex B, EXIF 3.0 4.7, XMP part 3 1.1.3) and what follows its end.</summary>
internal sealed class JpegContainer : ImageContainer
{
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte App13 = 0xED;
    private const byte App15 = 0xEF;
    private const byte Comment = 0xFE;

    // Behind the name: the GUID of the packet, its length, and where this part belongs.
    private const int ExtendedXmpHeaderLength = 32 + 4 + 4;

    // Most markers are found at once; a scan is searched in growing steps.
    private const int FirstWindow = 128;

    private readonly byte[] buffer = new byte[32 * 1024];
    private readonly ByteSource file;
    private readonly List<ByteRange> multiPicture = [];
    private readonly List<(ByteRange Range, byte[] Guid, uint Offset)> extendedXmp = [];
    private readonly List<ByteRange> photoshop = [];

    private JpegContainer(ByteSource file)
    {
        this.file = file;
        var end = ReadSegments();
        AddJoined();
        End = end ?? file.Length;
        if (End < file.Length)
        {
            Add(new MetadataBlock(BlockKind.Trailer, new ByteRange(End, file.Length), file.Slice(End)));
        }
    }

    /// <summary>Behind the end marker.</summary>
    internal long End { get; }

    private static ReadOnlySpan<byte> ExifName => "Exif\0"u8;

    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> ExtendedXmpName => "http://ns.adobe.com/xmp/extension/\0"u8;

    private static ReadOnlySpan<byte> PhotoshopName => "Photoshop 3.0\0"u8;

    /// <param name="file">Starts with a start-of-image marker.</param>
    internal static JpegContainer Read(ByteSource file) => new(file);

    /// <summary>Whether a JPEG starts there.</summary>
    internal static bool StartsAt(ByteSource file, long offset) => file.Has(offset, [0xFF, StartOfImage, 0xFF]);

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying)
    {
        var dropped = RangesToDrop(carrying).ToList();
        if (dropped.Count > 0)
        {
            // CIPA DC-007: the index of the further pictures counts from its own place, which has changed, to theirs.
            dropped.AddRange(multiPicture);
            dropped.AddRange(Blocks.Where(block => block.Kind == BlockKind.Trailer && multiPicture.Count > 0).SelectMany(block => block.Ranges));
            dropped = ByteRange.Union(dropped);
        }

        // EXIF 3.0 wants it first, JFIF its own segment; every reader takes either order.
        var orientation = FindOrientation();
        IEnumerable<Edit> inserted = orientation == 1 ? [] : [InsertForExif(dropped, ToSegment(ExifBlock.WithOrientation(orientation)))];
        return inserted.Concat(dropped.Select(Edit.Drop));
    }

    private static byte[] ToSegment(byte[] exif)
    {
        byte[] segment = [0xFF, App1, 0, 0, .. ExifName, 0, .. exif];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return segment;
    }

    /// <returns>Behind the end marker; null when there is none.</returns>
    private long? ReadSegments()
    {
        Span<byte> length = stackalloc byte[2];
        var at = 2L;
        while (FindMarker(at) is { } marker)
        {
            if (marker.Code == EndOfImage)
            {
                return marker.Content;
            }

            if (!file.TryRead(marker.Content, length))
            {
                return null;
            }

            at = marker.Content + Math.Max(BinaryPrimitives.ReadUInt16BigEndian(length), (ushort)length.Length);
            ReadSegment(marker.Code, ByteRange.FromLength(marker.Content + length.Length, 0) with { End = Math.Min(at, file.Length) }, marker.Content - 2);
            if (marker.Code == StartOfScan)
            {
                var next = FindMarker(at);
                at = next is null ? file.Length : next.Value.Content - 2;
            }
        }

        return null;
    }

    // Decoders skip garbage between segments, so this does too. Within a scan a stuffed zero, fill bytes and restart
    // markers belong to it.
    private (byte Code, long Content)? FindMarker(long from)
    {
        var isMarker = false;
        var size = FirstWindow;
        for (var at = from; file.Read(at, buffer.AsSpan(0, size)) is var read && read > 0; at += read)
        {
            size = Math.Min(size * 4, buffer.Length);
            var window = buffer.AsSpan(0, read);
            for (var index = 0; index < read; index++)
            {
                if (!isMarker)
                {
                    var found = window[index..].IndexOf((byte)0xFF);
                    if (found < 0)
                    {
                        break;
                    }

                    index += found;
                    isMarker = true;
                    continue;
                }

                var code = window[index];
                isMarker = code == 0xFF;
                if (code is not 0 and not 0xFF and not (>= 0xD0 and <= 0xD7) and not 0x01 and not StartOfImage)
                {
                    return (code, at + index + 1);
                }
            }
        }

        return null;
    }

    private void ReadSegment(byte marker, ByteRange content, long start)
    {
        var segment = content with { Start = start };
        var bytes = file.Slice(content.Start, content.Length);
        switch (marker)
        {
            case App1 when bytes.Has(0, ExifName):
                Add(new MetadataBlock(BlockKind.Exif, segment, bytes));
                break;
            case App1 when bytes.Has(0, XmpName):
                Add(new MetadataBlock(BlockKind.Xmp, segment, bytes.Slice(XmpName.Length)));
                break;
            case App1 when bytes.Has(0, ExtendedXmpName):
                var header = bytes.Take(ExtendedXmpName.Length, ExtendedXmpHeaderLength);
                if (header.Length == ExtendedXmpHeaderLength)
                {
                    CountBlock();
                    extendedXmp.Add((segment, header[..32], BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(36))));
                }
                else
                {
                    Add(new MetadataBlock(BlockKind.Xmp, segment, bytes));
                }

                break;
            case App2 when bytes.Has(0, "MPF\0"u8):
                CountBlock();
                multiPicture.Add(segment);
                break;
            case App13 when bytes.Has(0, PhotoshopName):
                CountBlock();
                photoshop.Add(segment);
                break;

            // JFIF, ICC profiles and Adobe's colour transform decide how the pixels look.
            case App0 or App2 or 0xEE when bytes.Has(0, "JFIF\0"u8) || bytes.Has(0, "ICC_PROFILE\0"u8) || bytes.Has(0, "Adobe"u8):
                break;
            case (>= App0 and <= App15) or Comment:
                Add(new MetadataBlock(BlockKind.Other, segment, bytes));
                break;
            default:
                break;
        }
    }

    // What is too long for one segment is spread over several: a name, or what stands before it, may be cut in two.
    private void AddJoined()
    {
        foreach (var packet in extendedXmp.GroupBy(part => Convert.ToHexString(part.Guid), StringComparer.Ordinal))
        {
            var parts = packet.OrderBy(part => part.Offset).Select(part => part.Range).ToList();
            Add(new MetadataBlock(BlockKind.Xmp, parts, Join(parts, 4 + ExtendedXmpName.Length + ExtendedXmpHeaderLength)));
        }

        if (photoshop.Count > 0)
        {
            Add(new MetadataBlock(BlockKind.Photoshop, photoshop, Join(photoshop, 4 + PhotoshopName.Length)));
        }
    }

    private JoinedBytes Join(IReadOnlyList<ByteRange> segments, int headerLength) =>
        new([.. segments.Select(segment => file.Slice(segment.Start + headerLength, segment.Length - headerLength))]);
}
