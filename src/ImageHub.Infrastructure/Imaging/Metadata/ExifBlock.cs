using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>What is read from and written to an EXIF block (EXIF 3.0 4.5: a TIFF structure).</summary>
internal static class ExifBlock
{
    private const int MaxEntries = 4_096;
    private const ushort Rational = 5;

    // Longer ones are cut: no value of interest needs more.
    private const int MaxValueLength = 256;

    /// <summary>The TIFF structure, without the name that stands before it in a JPEG and, out of habit, elsewhere.</summary>
    internal static ByteSource Structure(ByteSource block) => block.Has(0, "Exif\0"u8) ? block.Slice(6) : block;

    /// <summary>1 to 8; 1 when there is none.</summary>
    internal static int ReadOrientation(ByteSource block)
    {
        var structure = Structure(block);
        if (TiffReader.Open(structure) is not { } reader || reader.ReadDirectory(reader.First, MaxEntries) is not { } directory)
        {
            return 1;
        }

        var entry = directory.Entries.FirstOrDefault(entry => entry.Tag == ExifTag.Orientation);
        return reader.ReadNumbers(entry, 1).FirstOrDefault(1) is var orientation and >= 1 and <= 8 ? (int)orientation : 1;
    }

    /// <summary>A structure with the orientation and nothing else.</summary>
    internal static byte[] WithOrientation(int orientation)
    {
        byte[] content = [0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(content, (ushort)orientation);
        return new TiffWriter(isLittleEndian: false).Write([(ExifTag.Orientation, 3, content)], [], []);
    }

    /// <summary>
    /// The few values that are of interest, as a structure of their own: a parser that gets it cannot be led anywhere by
    /// offsets, counts and maker notes of the original.
    /// </summary>
    /// <returns>Null when the block cannot be read.</returns>
    internal static byte[]? Condense(ByteSource block)
    {
        var structure = Structure(block);
        if (TiffReader.Open(structure) is not { } reader || reader.ReadDirectory(reader.First, MaxEntries) is not { } main)
        {
            return null;
        }

        return new TiffWriter(reader.IsLittleEndian).Write(
            Select(main, tag => tag is ExifTag.Make or ExifTag.Model or ExifTag.DateTime),
            Select(Follow(ExifTag.Exif), tag => tag is ExifTag.DateTimeOriginal or ExifTag.DateTimeDigitized or (>= ExifTag.OffsetTime and <= ExifTag.OffsetTimeDigitized)),
            Select(Follow(ExifTag.Gps), tag => tag is > ExifTag.GpsVersion and <= ExifTag.GpsLongitude));

        TiffDirectory? Follow(ushort tag) =>
            reader.ReadNumbers(main.Entries.FirstOrDefault(entry => entry.Tag == tag), 1).FirstOrDefault() is var offset and > 0
                ? reader.ReadDirectory(offset, MaxEntries)
                : null;

        IReadOnlyList<(ushort, ushort, byte[])> Select(TiffDirectory? directory, Func<ushort, bool> isWanted) =>
        [
            .. (directory?.Entries ?? [])
                .Where(entry => isWanted(entry.Tag) && entry.ValueLength > 0)
                .DistinctBy(entry => entry.Tag)
                .OrderBy(entry => entry.Tag)
                .Select(entry => (entry.Tag, entry.Type, Content: reader.Slice(entry).Take(0, MaxValueLength)))
                .Where(entry => entry.Type != Rational || !HasZeroDenominator(entry.Content)),
        ];
    }

    // A receiver without a fix writes 0/0, which the parser takes for 0.
    private static bool HasZeroDenominator(byte[] rationals)
    {
        for (var at = 4; at + 4 <= rationals.Length; at += 8)
        {
            if (rationals.AsSpan(at, 4).IndexOfAnyExcept((byte)0) < 0)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Writes a small classic TIFF structure.</summary>
/// <param name="isLittleEndian">The order of bytes; values come in it already.</param>
internal sealed class TiffWriter(bool isLittleEndian)
{
    private const int HeaderLength = 8;
    private const int EntryLength = 12;
    private const ushort Long = 4;

    private readonly List<byte> bytes = [.. isLittleEndian ? "II*\0"u8 : "MM\0*"u8, .. new byte[4]];

    /// <param name="main">IFD0: tag, type, values.</param>
    /// <param name="exif">The Exif IFD; left out when empty.</param>
    /// <param name="gps">The GPS IFD; left out when empty.</param>
    internal byte[] Write(
        IReadOnlyList<(ushort Tag, ushort Type, byte[] Content)> main,
        IReadOnlyList<(ushort Tag, ushort Type, byte[] Content)> exif,
        IReadOnlyList<(ushort Tag, ushort Type, byte[] Content)> gps)
    {
        var entries = main.ToList();
        AddPointer(entries, ExifTag.Exif, exif);
        AddPointer(entries, ExifTag.Gps, gps);
        SetUInt32(HeaderLength - 4, Append(entries));
        return [.. bytes];
    }

    private void AddPointer(List<(ushort, ushort, byte[])> entries, ushort tag, IReadOnlyList<(ushort, ushort, byte[])> directory)
    {
        if (directory.Count > 0)
        {
            entries.Add((tag, Long, ToBytes(Append(directory), 4)));
        }
    }

    private uint Append(IReadOnlyList<(ushort Tag, ushort Type, byte[] Content)> entries)
    {
        var start = bytes.Count;
        bytes.AddRange(ToBytes((uint)entries.Count, 2));
        bytes.AddRange(new byte[(entries.Count * EntryLength) + 4]);
        for (var index = 0; index < entries.Count; index++)
        {
            var (tag, type, content) = entries[index];
            var at = start + 2 + (index * EntryLength);
            Set(at, ToBytes(tag, 2));
            Set(at + 2, ToBytes(type, 2));
            SetUInt32(at + 4, (uint)(content.Length / TiffReader.SizeOf(type)));
            if (content.Length <= 4)
            {
                Set(at + 8, content);
                continue;
            }

            // Values start at even offsets (TIFF 6.0, section 2).
            SetUInt32(at + 8, (uint)bytes.Count);
            bytes.AddRange([.. content, .. new byte[content.Length & 1]]);
        }

        return (uint)start;
    }

    private void SetUInt32(int at, uint number) => Set(at, ToBytes(number, 4));

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
