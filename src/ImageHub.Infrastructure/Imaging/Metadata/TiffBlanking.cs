using System.Buffers.Binary;
using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Takes metadata out of a TIFF in place: offsets are from the file's start, so nothing may move. What pixels need is
/// never written to, whatever the offsets of the metadata say.
/// </summary>
internal sealed class TiffBlanking(ByteSource bytes, TiffReader reader, IReadOnlyList<TiffDirectory> pages, IReadOnlyList<TiffDirectory> details)
{
    private const int MaxStrips = 500_000;

    // A Huffman table of old-style JPEG: 16 lengths and at most 256 symbols.
    private const int MaxJpegTableLength = 16 + 256;

    private readonly List<ByteRange> kept = [new(0, reader.HeaderLength)];
    private readonly List<ByteRange> removed = [];

    internal IReadOnlyList<Edit> Edits()
    {
        if (pages.Count == 0)
        {
            throw new ProblemException(Problems.CorruptImage, "The image's first directory cannot be read.");
        }

        var rewritten = new List<Edit>();
        foreach (var page in pages)
        {
            KeepPixels(page);
            foreach (var entry in page.Entries.Where(entry => !entry.IsInline))
            {
                (IsMetadata(entry.Tag) ? removed : kept).Add(Clip(entry.ValueOffset, entry.ValueLength));
            }

            if (page.Entries.Any(entry => IsMetadata(entry.Tag)))
            {
                rewritten.Add(Rewrite(page));
            }
            else
            {
                kept.Add(FindRange(page));
            }
        }

        foreach (var directory in details)
        {
            removed.Add(FindRange(directory));
            removed.AddRange(directory.Entries.Where(entry => !entry.IsInline).Select(entry => Clip(entry.ValueOffset, entry.ValueLength)));
        }

        var directories = rewritten.Select(edit => edit.Range).ToList();
        if (ByteRange.Except(directories, kept).Sum(range => range.Length) != directories.Sum(range => range.Length))
        {
            throw new ProblemException(Problems.CorruptImage, "A directory of the image overlaps its pixels or another directory.");
        }

        return [.. rewritten, .. ByteRange.Except(removed, [.. kept, .. directories]).Select(Edit.Blank)];
    }

    private static bool IsMetadata(ushort tag) =>
        tag is ExifTag.Exif or ExifTag.Gps or ExifTag.Interoperability or ExifTag.Xmp or ExifTag.Iptc or ExifTag.Photoshop or ExifTag.MakerNote or ExifTag.GdalMetadata
        || ExifTag.IsGeoTiff(tag);

    // The entries that stay move up, the space behind the directory is blank.
    private Edit Rewrite(TiffDirectory page)
    {
        var entries = page.Entries.Where(entry => !IsMetadata(entry.Tag)).ToList();
        var content = new byte[reader.DirectoryLength(entries.Count)];
        WriteCount(content, entries.Count);
        for (var index = 0; index < entries.Count; index++)
        {
            var at = page.Offset + reader.CountLength + ((long)entries[index].Index * reader.EntryLength);
            bytes.Read(at, content.AsSpan(reader.CountLength + (index * reader.EntryLength), reader.EntryLength));
        }

        var range = FindRange(page);
        bytes.Read(page.Offset + reader.DirectoryLength(page.Entries.Length) - reader.OffsetLength, content.AsSpan(content.Length - reader.OffsetLength));
        return new Edit(range, content, Padding: 0);
    }

    private void WriteCount(Span<byte> content, int count)
    {
        switch (reader.IsBig, reader.IsLittleEndian)
        {
            case (true, true):
                BinaryPrimitives.WriteInt64LittleEndian(content, count);
                break;
            case (true, false):
                BinaryPrimitives.WriteInt64BigEndian(content, count);
                break;
            case (false, true):
                BinaryPrimitives.WriteUInt16LittleEndian(content, (ushort)count);
                break;
            default:
                BinaryPrimitives.WriteUInt16BigEndian(content, (ushort)count);
                break;
        }
    }

    private void KeepPixels(TiffDirectory page)
    {
        KeepPixels(page, ExifTag.StripOffsets, ExifTag.StripByteCounts);
        KeepPixels(page, ExifTag.TileOffsets, ExifTag.TileByteCounts);
        KeepPixels(page, ExifTag.JpegOffset, ExifTag.JpegLength);
        foreach (var entry in page.Entries.Where(entry => entry.Tag is >= ExifTag.JpegQuantizationTables and <= ExifTag.JpegAcTables))
        {
            kept.AddRange(reader.ReadNumbers(entry, atMost: 16).Select(offset => Clip(offset, MaxJpegTableLength)));
        }
    }

    private void KeepPixels(TiffDirectory page, ushort offsetsTag, ushort lengthsTag)
    {
        var offsets = page.Entries.FirstOrDefault(entry => entry.Tag == offsetsTag);
        using var lengths = reader.ReadNumbers(page.Entries.FirstOrDefault(entry => entry.Tag == lengthsTag), int.MaxValue).GetEnumerator();
        foreach (var offset in reader.ReadNumbers(offsets, int.MaxValue))
        {
            // Where no length is told, decoders guess one.
            var length = lengths.MoveNext() && lengths.Current > 0 ? lengths.Current : bytes.Length;
            var range = Clip(offset, length);
            if (range.Start == kept[^1].End)
            {
                kept[^1] = kept[^1] with { End = range.End };
            }
            else if (kept.Count < MaxStrips)
            {
                kept.Add(range);
            }
            else
            {
                throw new ProblemException(Problems.CorruptImage, $"The image has more than {MaxStrips} scattered strips.");
            }
        }
    }

    private ByteRange FindRange(TiffDirectory directory) => Clip(directory.Offset, reader.DirectoryLength(directory.Entries.Length));

    private ByteRange Clip(long start, long length) => new(Math.Min(start, bytes.Length), Math.Min(start + length, bytes.Length));
}
