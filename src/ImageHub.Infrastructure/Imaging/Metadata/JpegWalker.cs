using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Finds the parts to keep in a JPEG (ITU-T T.81 annex B, EXIF 3.0 4.7, XMP part 3 1.1.3) and in the gain map after it (Ultra HDR 1.1, ISO 21496-1).
/// </summary>
internal sealed class JpegWalker : ImageWalker
{
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte App13 = 0xED;
    private const byte App14 = 0xEE;
    private const int JfifLength = 14;
    private const int ColourTransformLength = 12;
    private const int MaxSegmentLength = ushort.MaxValue - 2;

    // The maximum length of a gain map's parameters. A longer segment contains other data as well.
    private const int MaxGainMapSegmentLength = 512;

    // Marker, length, name, a TIFF structure with three entries, and the entries of two pictures.
    private const int IndexLength = 4 + 4 + 8 + 2 + (3 * 12) + 4 + 32;

    private readonly JpegSegments segments;
    private readonly Picture main;
    private readonly Picture? gainMap;

    internal JpegWalker(ByteSource file, int rotation)
        : base(file, rotation)
    {
        if (!JpegSegments.StartsAt(file, 0))
        {
            throw Corrupt("The image does not start as a JPEG.");
        }

        segments = new JpegSegments(file);
        main = Walk(new ByteRange(0, file.Length), Metadata);
        if (main.AnnouncesGainMap && JpegSegments.StartsAt(file, main.End))
        {
            var second = Walk(new ByteRange(main.End, file.Length), new KeptMetadata());
            gainMap = second.DescribesGainMap ? second : null;
        }

        foreach (var picture in new[] { main, gainMap }.OfType<Picture>())
        {
            // If there is a gain map, metadata is always rewritten, because it contains the map's length.
            picture.Kept.AddRange(gainMap is not null ? picture.GainMapSegments : picture.Metadata.CleanPlaces);
            picture.Kept.ForEach(Keep);
            picture.Rewritten.ForEach(Rewrite);
        }
    }

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> PhotoshopName => "Photoshop 3.0\0"u8;

    private static ReadOnlySpan<byte> IndexName => "MPF\0"u8;

    private static ReadOnlySpan<byte> GainMapName => "urn:iso:std:iso:ts:21496:-1\0"u8;

    /// <summary>
    /// Returns the parts of a JPEG needed for decoding, and only the headers of other segments, so that their content can be blanked in place.
    /// </summary>
    internal static IEnumerable<ByteRange> FindForDecoding(JpegSegments segments, ByteRange within) =>
        segments.Read(within).Select(segment => IsForDecoding(segment.Marker) || (segment.Marker == App14 && segment.Content.Length <= ColourTransformLength) ? segment.Range : segment.Range with { End = segment.Content.Start });

    protected override IEnumerable<Edit> MakeEdits()
    {
        if (gainMap is null)
        {
            return RemoveRest((main.InsertAt, [.. ToSegment(ExifName, Metadata.MakeExif()), .. ToSegment(XmpName, Metadata.MakeXmp())]));
        }

        var ofMap = ToSegment(XmpName, gainMap.Metadata.ReadXmp().WriteGainMap());
        var mapLength = gainMap.Length + ofMap.Length;
        byte[] ofMain = [.. ToSegment(ExifName, Metadata.WriteExif()), .. ToSegment(XmpName, Metadata.ReadXmp().WriteAnnouncement(mapLength))];
        var mainLength = main.Length + ofMain.Length + IndexLength;
        return RemoveRest((main.InsertAt, [.. ofMain, .. MakeIndex(mainLength, mapLength, main.LengthBeforeInsertion + ofMain.Length)]), (gainMap.InsertAt, ofMap));
    }

    // CIPA DC-007 5.2: an index of two pictures. The second picture's offset counts from the end of the name.
    private static byte[] MakeIndex(long mainLength, long mapLength, long at)
    {
        var entries = new byte[32];
        BinaryPrimitives.WriteUInt32BigEndian(entries, 0x0003_0000);
        BinaryPrimitives.WriteUInt32BigEndian(entries.AsSpan(4), (uint)mainLength);
        BinaryPrimitives.WriteUInt32BigEndian(entries.AsSpan(20), (uint)mapLength);
        BinaryPrimitives.WriteUInt32BigEndian(entries.AsSpan(24), (uint)(mainLength - at - 4 - IndexName.Length));
        var index = new ExifValues(new() { [0xB000] = (7, "0100"u8.ToArray()), [0xB001] = (4, [0, 0, 0, 2]), [0xB002] = (7, entries) }, []);
        return [0xFF, App2, 0, IndexLength - 2, .. IndexName, .. new TiffWriter(isLittleEndian: false).Write(index)];
    }

    // The markers that affect decoding: frames and tables except the extension (C8), restart intervals, scans.
    private static bool IsForDecoding(byte marker) => marker is JpegSegments.CodedData or (>= 0xC0 and <= 0xCF and not 0xC8) or (>= JpegSegments.StartOfImage and <= 0xDF);

    private static byte[] ToSegment(ReadOnlySpan<byte> name, byte[]? content)
    {
        if (content is null || name.Length + content.Length > MaxSegmentLength)
        {
            return [];
        }

        byte[] segment = [0xFF, App1, 0, 0, .. name, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return segment;
    }

    private Picture Walk(ByteRange within, KeptMetadata metadata)
    {
        var picture = new Picture(within, metadata);
        var photoshop = new List<ByteSource>();
        foreach (var segment in segments.Read(within))
        {
            if (IsForDecoding(segment.Marker))
            {
                picture.Keep(segment.Range);
                continue;
            }

            var content = File.Slice(segment.Content.Start, segment.Content.Length);
            switch (segment.Marker)
            {
                case App0 when content.Has(0, "JFIF\0"u8) && content.Length >= JfifLength:
                    // The two zeros at the end mean that there is no thumbnail.
                    picture.Keep(segment, content, [.. content.Take(0, JfifLength - 2), 0, 0]);
                    break;
                case App14 when content.Has(0, "Adobe"u8):
                    picture.Keep(segment, content, content.Take(0, ColourTransformLength));
                    break;
                case App2 when content.Has(0, "ICC_PROFILE\0"u8):
                    picture.Keep(segment.Range);
                    break;
                case App2 when content.Has(0, GainMapName) && content.Length <= MaxGainMapSegmentLength:
                    picture.GainMapSegments.Add(segment.Range);
                    break;
                case App1 when content.Has(0, "Exif\0"u8):
                    metadata.AddExif(content, segment.Range);
                    break;
                case App1 when content.Has(0, XmpName):
                    metadata.AddXmp(content.Slice(XmpName.Length), segment.Range);
                    break;
                case App13 when content.Has(0, PhotoshopName):
                    photoshop.Add(content.Slice(PhotoshopName.Length));
                    break;
                default:
                    break;
            }
        }

        if (photoshop.Count > 0)
        {
            metadata.AddPhotoshop(new JoinedBytes(photoshop));
        }

        return picture;
    }

    /// <summary>A picture in the file.</summary>
    private sealed class Picture(ByteRange within, KeptMetadata metadata)
    {
        private const int MaxParts = 10_000;

        internal KeptMetadata Metadata { get; } = metadata;

        internal List<ByteRange> Kept { get; } = [];

        internal List<Edit> Rewritten { get; } = [];

        /// <summary>Segments that contain the parameters of a gain map (ISO 21496-1 annex C) or announce one.</summary>
        internal List<ByteRange> GainMapSegments { get; } = [];

        /// <summary>The offset of inserted metadata. EXIF and JFIF both require that their segment is first; readers accept either order.</summary>
        internal long InsertAt { get; private set; } = within.Start + 2;

        internal long End { get; private set; } = within.Start + 2;

        /// <summary>The length of the kept and the rewritten parts, in bytes.</summary>
        internal long Length => Kept.Sum(range => range.Length) + Rewritten.Sum(edit => edit.Content.Length);

        /// <summary>The length of the kept and the rewritten parts before the inserted metadata, in bytes.</summary>
        internal long LengthBeforeInsertion =>
            Kept.Where(range => range.End <= InsertAt).Sum(range => range.Length) + Rewritten.Where(edit => edit.Range.End <= InsertAt).Sum(edit => edit.Content.Length);

        internal bool AnnouncesGainMap => GainMapSegments.Count > 0 || Metadata.ReadXmp().HasGainMap;

        internal bool DescribesGainMap => GainMapSegments.Count > 0 || Metadata.ReadXmp().DescribesGainMap;

        internal void Keep(ByteRange range)
        {
            End = Math.Max(End, range.End);
            if (Kept.Count > 0 && Kept[^1].End == range.Start && range.Start != InsertAt)
            {
                Kept[^1] = Kept[^1] with { End = range.End };
            }
            else
            {
                Kept.Add(range);
            }

            if (Kept.Count + Rewritten.Count > MaxParts)
            {
                throw Corrupt($"The image consists of more than {MaxParts} parts.");
            }
        }

        /// <summary>Keeps a segment, reduced to the expected content.</summary>
        internal void Keep(JpegSegment segment, ByteSource content, byte[] expected)
        {
            var isFirst = Rewritten.Count == 0 && Kept is [{ Length: 2 }];
            if (content.Length == expected.Length && content.Has(0, expected))
            {
                Keep(segment.Range);
            }
            else
            {
                Rewritten.Add(new Edit(segment.Range, [0xFF, segment.Marker, 0, (byte)(expected.Length + 2), .. expected]));
            }

            InsertAt = isFirst ? segment.Range.End : InsertAt;
        }
    }
}
