namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Finds the parts to keep in a TIFF (TIFF 6.0, BigTIFF): its full-size pages and allowed metadata. Removed parts are overwritten with zeros, so that other
/// parts keep their offsets, which count from the file's start. A rewritten XMP packet is added at the end.
/// </summary>
internal sealed class TiffWalker : ImageWalker
{
    // Enough for thousands of pages with about twenty entries each. Without a limit, overlapping directories could give a small file millions of entries.
    private const int MaxEntries = 200_000;
    private const int MaxStrips = 4_000_000;

    // The size of a 16-bit colour map or transfer function with three channels.
    private const long MaxValueLength = 3 * 65_536 * sizeof(ushort);
    private const long MaxTablesLength = 64 * 1024;

    // The size of a Huffman table of old-style JPEG: 16 lengths and at most 256 symbols.
    private const int MaxJpegTableLength = 16 + 256;
    private const int OldJpeg = 6;
    private const int Jpeg = 7;
    private const ushort Bytes = 1;
    private const ushort Undefined = 7;

    // The tags that describe the storage and colours of a page's pixels. None of them contains text.
    private static readonly HashSet<ushort> PixelTags =
    [
        // TIFF 6.0: subfile type, dimensions, bits, compression, photometric interpretation, thresholding, cells, fill order, strips, sample
        // range, planar configuration, grey response, fax options, page number, transfer function, predictor, white point, primaries, colour map,
        // halftones, tiles, inks, extra samples and sample format, transfer range, JPEG, YCbCr, reference black and white.
        ExifTag.NewSubfileType, 255, 256, 257, 258, ExifTag.Compression, 262, 263, 264, 265, 266, ExifTag.StripOffsets, 277, 278, ExifTag.StripByteCounts, 280, 281,
        284, 290, 291, 292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, ExifTag.TileOffsets, ExifTag.TileByteCounts,
        332, 334, 336, 338, 339, 340, 341, 342, 512, ExifTag.JpegOffset, ExifTag.JpegLength, 515, 517, 518, ExifTag.JpegQuantizationTables, 520, ExifTag.JpegAcTables,
        529, 530, 532,

        // Class F fax: bad lines. SGI: matte, type, depth; LogLuv. LERC's parameters.
        326, 327, 328, 32_995, 32_996, 32_997, 32_998, 37_439, 50_674,
    ];

    // The limit for all pages together. Pages may share a packet; each of these pages adds the packet's size.
    private const long MaxMetadataBytes = 4L << 20;

    private readonly TiffReader reader;
    private readonly JpegSegments segments;
    private readonly HashSet<long> visited = [];
    private readonly Dictionary<long, bool> details = [];
    private readonly List<ByteRange> directories = [];
    private readonly List<byte> added = [];
    private int entries;
    private int strips;
    private long jpegBytes;
    private long metadataBytes;

    internal TiffWalker(ByteSource file, int rotation)
        : base(file, rotation)
    {
        reader = TiffReader.Open(file) ?? throw Corrupt("The image does not start as a TIFF.");
        segments = new JpegSegments(file);
        var pages = new List<TiffDirectory>();
        for (var next = reader.First; ReadDirectory(next) is { } page; next = page.Next)
        {
            // Skips previews, which are reduced versions of other pages.
            if (pages.Count == 0 || !reader.IsReduced(page))
            {
                pages.Add(page);
            }
        }

        if (pages.Count == 0)
        {
            throw Corrupt("The image's first directory cannot be read.");
        }

        // A TIFF has the same directories as an EXIF block.
        Metadata.AddExif(file, default);
        Keep(new ByteRange(0, reader.HeaderLength));
        for (var index = 0; index < pages.Count; index++)
        {
            KeepPage(pages[index], index == 0 ? Metadata : new KeptMetadata(), index + 1 < pages.Count ? pages[index + 1].Offset : 0);
        }
    }

    protected override IEnumerable<Edit> MakeEdits()
    {
        var whole = directories.Sum(range => range.Length);
        return ByteRange.Except(directories, Kept).Sum(range => range.Length) == whole
            ? [.. ZeroRest(), new Edit(ByteRange.FromLength(File.Length, 0), [.. added])]
            : throw Corrupt("A directory of the image overlaps its pixels or another directory.");
    }

    // Returns null at the end of the chain, if the directory was read before, and for an invalid offset.
    private TiffDirectory? ReadDirectory(long offset)
    {
        if (!visited.Add(offset) || reader.ReadDirectory(offset, ushort.MaxValue) is not { } directory)
        {
            return null;
        }

        entries += directory.Entries.Length + 1;
        return entries <= MaxEntries ? directory : throw Corrupt($"The image's directories have more than {MaxEntries} entries.");
    }

    private void KeepPage(TiffDirectory page, KeptMetadata metadata, long next)
    {
        var kept = new List<(ushort Tag, byte[] Entry)>();
        var compression = reader.ReadNumbers(page.Entries.FirstOrDefault(entry => entry.Tag == ExifTag.Compression), 1).FirstOrDefault(1);
        TiffEntry? packet = null;
        foreach (var entry in page.Entries)
        {
            switch (entry.Tag)
            {
                case ExifTag.Xmp when TakeMetadata(entry):
                    packet ??= entry;
                    metadata.AddXmp(reader.Slice(entry), null);
                    break;
                case ExifTag.Iptc when TakeMetadata(entry):
                    metadata.AddIptc(reader.Slice(entry));
                    break;
                case ExifTag.Photoshop when TakeMetadata(entry):
                    metadata.AddPhotoshop(reader.Slice(entry));
                    break;
                case ExifTag.Xmp or ExifTag.Iptc or ExifTag.Photoshop:
                    break;
                case ExifTag.Exif when KeepDetails(entry):
                case var _ when KeepValue(entry, compression):
                    kept.Add((entry.Tag, ReadEntry(page, entry)));
                    break;
                default:
                    break;
            }
        }

        if (metadata.Rotation != 0)
        {
            Rotate(page, metadata.Rotation, kept);
        }

        KeepXmp(page, packet, metadata, kept);
        KeepPixels(page, ExifTag.StripOffsets, ExifTag.StripByteCounts, compression);
        KeepPixels(page, ExifTag.TileOffsets, ExifTag.TileByteCounts, compression);
        if (compression == OldJpeg)
        {
            KeepPixels(page, ExifTag.JpegOffset, ExifTag.JpegLength, compression);
            foreach (var entry in page.Entries.Where(entry => entry.Tag is >= ExifTag.JpegQuantizationTables and <= ExifTag.JpegAcTables))
            {
                foreach (var offset in reader.ReadNumbers(entry, atMost: 16))
                {
                    Keep(Clip(offset, MaxJpegTableLength));
                }
            }
        }

        WriteDirectory(page, kept, next);
    }

    private bool TakeMetadata(TiffEntry entry) => (metadataBytes += reader.Slice(entry).Length) <= MaxMetadataBytes;

    /// <summary>Keeps the values of an entry if the entry is allowed. Returns whether it is.</summary>
    private bool KeepValue(TiffEntry entry, long compression)
    {
        var value = Clip(entry.ValueOffset, entry.ValueLength);
        if (ExifList.Kept.Values.TryGetValue(entry.Tag, out var kind))
        {
            return KeepValue(entry, kind);
        }

        var isKept = entry.Tag switch
        {
            ExifTag.ColourProfile => entry.Type is Bytes or Undefined,
            ExifTag.JpegTables => value.Length <= MaxTablesLength && entry.Type is Bytes or Undefined,
            ExifTag.StripOffsets or ExifTag.StripByteCounts or ExifTag.TileOffsets or ExifTag.TileByteCounts => TiffReader.IsNumber(entry.Type),
            >= 512 and <= ExifTag.JpegAcTables when compression != OldJpeg => false,
            _ => PixelTags.Contains(entry.Tag) && value.Length <= MaxValueLength && entry.Type is not (2 or Undefined),
        };
        if (isKept && !entry.IsInline)
        {
            if (entry.Tag == ExifTag.JpegTables && JpegSegments.StartsAt(File, value.Start))
            {
                KeepJpeg(value);
            }
            else
            {
                Keep(value);
            }
        }

        return isKept;
    }

    private bool KeepValue(TiffEntry entry, ExifKind kind)
    {
        if (ExifBlock.Normalize(reader.Slice(entry), entry.Type, kind) is not { } content)
        {
            return false;
        }

        if (!entry.IsInline)
        {
            Keep(Clip(entry.ValueOffset, Math.Min(content.Length, entry.ValueLength)));
        }

        return true;
    }

    // The Exif directory is rewritten in place, like a page's directory. Pages that share it also share the result.
    private bool KeepDetails(TiffEntry pointer)
    {
        var offset = reader.ReadNumbers(pointer, 1).FirstOrDefault();
        if (details.TryGetValue(offset, out var isKept) || ReadDirectory(offset) is not { } directory)
        {
            return isKept;
        }

        var list = ExifList.Kept.Children[ExifTag.Exif].Values;
        var kept = directory.Entries.Where(entry => list.TryGetValue(entry.Tag, out var kind) && KeepValue(entry, kind)).Select(entry => (entry.Tag, ReadEntry(directory, entry))).ToList();
        details[offset] = kept.Count > 0;
        if (kept.Count > 0)
        {
            WriteDirectory(directory, kept, next: 0);
        }

        return kept.Count > 0;
    }

    private void KeepXmp(TiffDirectory page, TiffEntry? entry, KeptMetadata metadata, List<(ushort Tag, byte[] Entry)> kept)
    {
        if (entry is { } old && metadata.HasCleanXmp)
        {
            Keep(Clip(old.ValueOffset, old.ValueLength));
            kept.Add((ExifTag.Xmp, ReadEntry(page, old)));
        }
        else if (metadata.MakeXmp() is { } packet)
        {
            added.AddRange(new byte[(File.Length + added.Count) & 1]);
            kept.Add((ExifTag.Xmp, reader.MakeEntry(ExifTag.Xmp, Bytes, packet.Length, File.Length + added.Count)));
            added.AddRange(packet);
        }
    }

    private void Rotate(TiffDirectory page, int rotation, List<(ushort Tag, byte[] Entry)> kept)
    {
        var current = reader.ReadNumbers(page.Entries.FirstOrDefault(entry => entry.Tag == ExifTag.Orientation), 1).FirstOrDefault(ExifOrientation.Upright);
        kept.RemoveAll(entry => entry.Tag == ExifTag.Orientation);
        kept.Add((ExifTag.Orientation, reader.MakeInlineEntry(ExifTag.Orientation, (ushort)ExifOrientation.Rotate((int)Math.Min(current, 8), rotation))));
    }

    private byte[] ReadEntry(TiffDirectory directory, TiffEntry entry) =>
        File.Take(directory.Offset + reader.CountLength + ((long)entry.Index * reader.EntryLength), reader.EntryLength);

    // Moves the kept entries to the front and blanks the rest of the directory. If a first directory gains an entry, the directory moves to the file's end.
    private void WriteDirectory(TiffDirectory directory, List<(ushort Tag, byte[] Entry)> kept, long next)
    {
        var range = Clip(directory.Offset, reader.DirectoryLength(directory.Entries.Length));
        byte[] content = [.. reader.ToCount(kept.Count), .. kept.OrderBy(entry => entry.Tag).SelectMany(entry => entry.Entry), .. reader.ToOffset(next)];
        if (kept.Count > directory.Entries.Length)
        {
            added.AddRange(new byte[(File.Length + added.Count) & 1]);
            Rewrite(new Edit(ByteRange.FromLength(reader.HeaderLength - reader.OffsetLength, reader.OffsetLength), reader.ToOffset(File.Length + added.Count)));
            added.AddRange(content);
            return;
        }

        if (content.Length > range.Length)
        {
            // The file ends within the offset of the next directory, so there is no further directory.
            content = content[..(int)range.Length];
        }

        directories.Add(range);
        Rewrite(new Edit(range, content, Padding: 0));
    }

    private void KeepPixels(TiffDirectory page, ushort offsetsTag, ushort lengthsTag, long compression)
    {
        var offsets = page.Entries.FirstOrDefault(entry => entry.Tag == offsetsTag);
        using var lengths = reader.ReadNumbers(page.Entries.FirstOrDefault(entry => entry.Tag == lengthsTag), int.MaxValue).GetEnumerator();
        foreach (var offset in reader.ReadNumbers(offsets, int.MaxValue))
        {
            if (++strips > MaxStrips)
            {
                throw Corrupt($"The image has more than {MaxStrips} strips and tiles.");
            }

            // If a length is missing, decoders guess it, so everything up to the file's end is kept.
            var range = Clip(offset, lengths.MoveNext() && lengths.Current > 0 ? lengths.Current : File.Length);
            if (compression is OldJpeg or Jpeg && JpegSegments.StartsAt(File, range.Start))
            {
                KeepJpeg(range);
            }
            else
            {
                Keep(range);
            }
        }
    }

    // A strip, a tile and the shared tables can each be a JPEG, whose segments may contain metadata.
    private void KeepJpeg(ByteRange range)
    {
        jpegBytes += range.Length;
        if (jpegBytes > (2 * File.Length) + MaxTablesLength)
        {
            throw Corrupt("The strips of the image overlap.");
        }

        foreach (var part in JpegWalker.FindForDecoding(segments, range))
        {
            Keep(part);
        }
    }

    private ByteRange Clip(long start, long length) => new(Math.Min(start, File.Length), Math.Min(start + length, File.Length));
}
