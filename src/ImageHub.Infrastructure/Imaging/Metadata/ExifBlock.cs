using System.Buffers;
using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The allowed values of a directory.</summary>
/// <param name="Values">Field type and content, in the block's byte order.</param>
/// <param name="Children">The subdirectories.</param>
internal sealed record ExifValues(SortedDictionary<ushort, (ushort Type, byte[] Content)> Values, SortedDictionary<ushort, ExifValues> Children)
{
    /// <summary>Whether there are no values.</summary>
    internal bool IsEmpty => Values.Count == 0 && Children.Count == 0;
}

/// <summary>
/// The allowed values of an EXIF block, which is a TIFF structure (EXIF 3.0 4.5). They are written as a new structure, so that offsets, counts and maker notes
/// of the original cannot mislead readers.
/// </summary>
internal sealed class ExifBlock
{
    private const int MaxEntries = 4_096;
    private const int MaxNumbers = 4;
    private const int MaxTimeLength = 32;

    // The maximum padding after the kept text. Cameras pad with zeros, up to the size of a JPEG segment.
    private const int MaxPadding = 64 * 1024;

    // Longer texts are truncated; names and copyright notices are shorter.
    private const int MaxTextLength = 2_048;

    // The maximum length of a description in UTF-8, in bytes.
    private const int MaxLongTextLength = 4 * Image.MaxDescriptionLength;

    private static readonly SearchValues<byte> TimeCharacters = SearchValues.Create("0123456789:-+./ TZ\0"u8);

    // Signed and unsigned integers and fractions.
    private static readonly ushort[] NumberTypes = [1, 3, 4, 5, 8, 9, 10];

    private readonly ByteSource structure;
    private readonly TiffReader reader;
    private readonly List<ByteRange> read = [];
    private readonly ExifValues main;

    private ExifBlock(ByteSource structure, TiffReader reader, TiffDirectory first, ExifList list)
    {
        (this.structure, this.reader) = (structure, reader);
        IsClean = true;
        read.Add(new ByteRange(0, reader.HeaderLength));
        main = Select(first, list);

        // Bytes that no directory refers to are invisible to readers, but they could be private data. In a clean block they are zeros.
        IsClean = IsClean && ByteRange.Except([new ByteRange(0, structure.Length)], read).All(gap => structure.IsFilled(gap, 0));
    }

    /// <summary>A block without values.</summary>
    internal static ExifBlock Empty => Read(new MemoryBytes((byte[])[.. "MM\0*"u8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]), ExifList.Kept)!;

    /// <summary>Whether the block contains only allowed values, and zeros as padding.</summary>
    internal bool IsClean { get; private set; }

    /// <summary>Whether the block contains no allowed value.</summary>
    internal bool IsEmpty => main.IsEmpty;

    /// <summary>Reads a block; null if it is not a TIFF structure.</summary>
    /// <param name="block">The block, optionally preceded by the name that JPEG and some other files use.</param>
    /// <param name="list">The allowed values.</param>
    internal static ExifBlock? Read(ByteSource block, ExifList list)
    {
        var bytes = block.Has(0, "Exif\0"u8) ? block.Slice(6) : block;
        return TiffReader.Open(bytes) is { } opened && opened.ReadDirectory(opened.First, MaxEntries) is { } first
            ? new ExifBlock(bytes, opened, first, list)
            : null;
    }

    /// <summary>Changes the orientation so that the picture is rotated clockwise.</summary>
    internal ExifBlock Rotate(int degrees)
    {
        // The least significant byte. Some files store a BYTE or a LONG instead of a SHORT.
        var content = Find(ExifTag.Orientation);
        var current = content is [] ? ExifOrientation.Upright : content[reader.IsLittleEndian ? 0 : TiffReader.SizeOf(main.Values[ExifTag.Orientation].Type) - 1];
        var rotated = (byte)ExifOrientation.Rotate(current, degrees);
        main.Values[ExifTag.Orientation] = (ExifOrientation.Type, reader.IsLittleEndian ? [rotated, 0] : [0, rotated]);
        return this;
    }

    /// <summary>Writes a structure with only the allowed values; null if there are none.</summary>
    internal byte[]? Write() => IsEmpty ? null : new TiffWriter(reader.IsLittleEndian).Write(main);

    /// <summary>Returns the content of an allowed value of the first directory, in the block's byte order; empty if there is none.</summary>
    internal byte[] Find(ushort tag) => main.Values.TryGetValue(tag, out var value) ? value.Content : [];

    /// <summary>Returns a value in the form that its kind requires; null if the value is invalid.</summary>
    internal static byte[]? Normalize(ByteSource value, ushort type, ExifKind kind)
    {
        switch (kind)
        {
            case ExifKind.Number or ExifKind.Degrees:
                var numbers = value.Take(0, MaxNumbers * sizeof(ulong));

                // The end of a damaged block may cut off a part of a number.
                var isNumber = NumberTypes.Contains(type) && value.Length > 0 && value.Length <= MaxNumbers * TiffReader.SizeOf(type) && value.Length % TiffReader.SizeOf(type) == 0;
                return isNumber && !(kind == ExifKind.Degrees && HasZeroDenominator(numbers)) ? numbers : null;
            case ExifKind.FourBytes:
                return type == 7 && value.Length == 4 ? value.Take(0, 4) : null;
            case ExifKind.Time when value.Length > MaxTimeLength:
                return null;
            default:
                // 2 is ASCII, 129 UTF-8 (EXIF 3.0).
                var text = type is 2 or 129 ? CutText(value.Take(0, kind == ExifKind.LongText ? MaxLongTextLength : MaxTextLength), parts: kind == ExifKind.TwoTexts ? 2 : 1) : [];
                return text.Length < 2 || (kind == ExifKind.Time && text.AsSpan().ContainsAnyExcept(TimeCharacters)) ? null : text;
        }
    }

    private static bool HasZeroDenominator(byte[] rationals) =>
        Enumerable.Range(0, rationals.Length / 8).Any(index => rationals.AsSpan((index * 8) + 4, 4).IndexOfAnyExcept((byte)0) < 0);

    // Cuts a text after the terminating zero of its last part, and adds a missing zero.
    private static byte[] CutText(byte[] value, int parts)
    {
        var end = 0;
        for (var part = 0; part < parts && end < value.Length && (part == 0 || value[end] != 0); part++)
        {
            var length = value.AsSpan(end).IndexOf((byte)0);
            end = length < 0 ? value.Length : end + length + 1;
        }

        return end == 0 ? [] : value[end - 1] == 0 ? value[..end] : [.. value[..end], 0];
    }

    private ExifValues Select(TiffDirectory directory, ExifList list)
    {
        var selected = new ExifValues([], []);
        var followed = new HashSet<ushort>();
        read.Add(ByteRange.FromLength(directory.Offset, reader.DirectoryLength(directory.Entries.Length)));
        IsClean = IsClean && directory.Next == 0;
        foreach (var entry in directory.Entries)
        {
            // Follows only the first entry of each tag. Otherwise thousands of entries could point to the same subdirectory with thousands of entries.
            if (list.Children.TryGetValue(entry.Tag, out var childList)
                && followed.Add(entry.Tag)
                && reader.ReadDirectory(reader.ReadNumbers(entry, 1).FirstOrDefault(), MaxEntries) is { } child
                && Select(child, childList) is { IsEmpty: false } below)
            {
                IsClean &= selected.Children.TryAdd(entry.Tag, below);
            }
            else if (list.Values.TryGetValue(entry.Tag, out var kind) && Normalize(reader.Slice(entry), entry.Type, kind) is { } content)
            {
                IsClean &= selected.Values.TryAdd(entry.Tag, (entry.Type, content)) && IsUncut(entry, content.Length);
            }
            else
            {
                IsClean = false;
            }
        }

        return selected;
    }

    // Whether all of a value was kept. Cameras pad with zeros, which may remain.
    private bool IsUncut(TiffEntry entry, int length)
    {
        var value = ByteRange.FromLength(entry.ValueOffset, entry.ValueLength);
        read.Add(entry.IsInline ? default : value);
        return value.Length <= length || (value.Length - length <= MaxPadding && structure.IsFilled(value with { Start = value.Start + length }, 0));
    }
}

/// <summary>Writes a small classic TIFF structure.</summary>
/// <param name="isLittleEndian">Whether the byte order is little-endian. The values are already in this order.</param>
internal sealed class TiffWriter(bool isLittleEndian)
{
    private const int HeaderLength = 8;
    private const int EntryLength = 12;
    private const ushort Long = 4;

    private readonly List<byte> bytes = [.. isLittleEndian ? "II*\0"u8 : "MM\0*"u8];

    internal byte[] Write(ExifValues main)
    {
        bytes.AddRange(ToBytes(HeaderLength, 4));
        Append(main);
        return [.. bytes];
    }

    private void Append(ExifValues directory)
    {
        var start = bytes.Count;
        var tags = directory.Values.Keys.Concat(directory.Children.Keys).Order().ToList();
        bytes.AddRange(ToBytes((uint)tags.Count, 2));
        bytes.AddRange(new byte[(tags.Count * EntryLength) + 4]);
        for (var index = 0; index < tags.Count; index++)
        {
            var at = start + 2 + (index * EntryLength);
            Set(at, ToBytes(tags[index], 2));
            if (directory.Values.TryGetValue(tags[index], out var value))
            {
                Set(at + 2, [.. ToBytes(value.Type, 2), .. ToBytes((uint)(value.Content.Length / TiffReader.SizeOf(value.Type)), 4)]);
                Set(at + 8, value.Content.Length <= 4 ? value.Content : ToBytes((uint)bytes.Count, 4));

                // Values start at even offsets (TIFF 6.0, section 2).
                bytes.AddRange(value.Content.Length <= 4 ? [] : [.. value.Content, .. new byte[value.Content.Length & 1]]);
            }
            else
            {
                Set(at + 2, [.. ToBytes(Long, 2), .. ToBytes(1, 4), .. ToBytes((uint)bytes.Count, 4)]);
                Append(directory.Children[tags[index]]);
            }
        }
    }

    private void Set(int at, byte[] content)
    {
        for (var index = 0; index < content.Length; index++)
        {
            bytes[at + index] = content[index];
        }
    }

    private byte[] ToBytes(uint number, int length)
    {
        var ordered = new byte[length];
        for (var index = 0; index < length; index++)
        {
            ordered[isLittleEndian ? index : length - 1 - index] = (byte)(number >> (8 * index));
        }

        return ordered;
    }
}
