using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>An entry of a directory (TIFF 6.0, section 2).</summary>
/// <param name="Index">The index in the directory.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Type">The field type.</param>
/// <param name="Count">The number of values stated in the file.</param>
/// <param name="ValueOffset">The offset of the values.</param>
/// <param name="ValueLength">The length of the values in bytes, as stated in the file; 0 for an unknown type.</param>
/// <param name="IsInline">Whether the values are in the entry itself.</param>
internal readonly record struct TiffEntry(int Index, ushort Tag, ushort Type, ulong Count, long ValueOffset, long ValueLength, bool IsInline);

/// <summary>A directory.</summary>
/// <param name="Offset">The offset of the directory's entry count.</param>
/// <param name="Entries">All entries.</param>
/// <param name="Next">The offset of the next directory, or 0.</param>
internal sealed record TiffDirectory(long Offset, TiffEntry[] Entries, long Next);

/// <summary>Reads directories of a TIFF structure, either classic TIFF or BigTIFF with 64-bit offsets.</summary>
internal sealed class TiffReader
{
    // The sizes of values in bytes, by type: 1 to 12 (TIFF 6.0 p. 15), 13 (TIFF supplement 1) and 16 to 18 (BigTIFF). SizeOf adds 129 (EXIF 3.0).
    private static readonly byte[] Sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    private readonly ByteSource source;

    private TiffReader(ByteSource bytes, bool isLittleEndian, bool isBig)
    {
        source = bytes;
        IsLittleEndian = isLittleEndian;
        IsBig = isBig;
        First = ReadOffset(isBig ? 8 : 4);
    }

    /// <summary>Whether numbers are little-endian.</summary>
    internal bool IsLittleEndian { get; }

    /// <summary>Whether the structure is a BigTIFF.</summary>
    internal bool IsBig { get; }

    /// <summary>The offset of the first directory.</summary>
    internal long First { get; }

    /// <summary>The length of the header in bytes.</summary>
    internal int HeaderLength => IsBig ? 16 : 8;

    /// <summary>The length of the entry count in bytes.</summary>
    internal int CountLength => IsBig ? 8 : 2;

    /// <summary>The length of an entry in bytes.</summary>
    internal int EntryLength => IsBig ? 20 : 12;

    /// <summary>The length of an offset in bytes.</summary>
    internal int OffsetLength => IsBig ? 8 : 4;

    /// <summary>Opens a TIFF structure; null if it has no TIFF header.</summary>
    internal static TiffReader? Open(ByteSource bytes)
    {
        var header = bytes.Take(0, 4);
        return header switch
        {
            [(byte)'I', (byte)'I', 0x2A or 0x2B, 0] => new TiffReader(bytes, isLittleEndian: true, header[2] == 0x2B),
            [(byte)'M', (byte)'M', 0, 0x2A or 0x2B] => new TiffReader(bytes, isLittleEndian: false, header[3] == 0x2B),
            _ => null,
        };
    }

    /// <summary>The length of a directory with the given number of entries, in bytes.</summary>
    internal long DirectoryLength(int entries) => CountLength + ((long)entries * EntryLength) + OffsetLength;

    /// <summary>Reads a directory; null if it is outside the source or has too many entries.</summary>
    internal TiffDirectory? ReadDirectory(long offset, int maxEntries)
    {
        Span<byte> head = stackalloc byte[8];
        if (offset < HeaderLength || !source.TryRead(offset, head[..CountLength]))
        {
            return null;
        }

        var count = IsBig ? ReadUInt64(head) : ReadUInt16(head);
        if (count > (ulong)maxEntries || offset + CountLength + ((long)count * EntryLength) > source.Length)
        {
            return null;
        }

        var entries = new TiffEntry[(int)count];
        for (var index = 0; index < entries.Length; index++)
        {
            entries[index] = ReadEntry(index, offset + CountLength + ((long)index * EntryLength));
        }

        // A truncated next offset means that there is no further directory.
        return new TiffDirectory(offset, entries, ReadOffset(offset + CountLength + ((long)entries.Length * EntryLength)));
    }

    /// <summary>Reads the first values of an entry as integers; empty if the values are not unsigned integers.</summary>
    internal IEnumerable<long> ReadNumbers(TiffEntry entry, int atMost)
    {
        var size = SizeOf(entry.Type);
        if (!IsNumber(entry.Type))
        {
            yield break;
        }

        var left = (long)Math.Min((ulong)atMost, entry.Count);
        var bytes = new byte[(int)Math.Min(left, 4096) * size];
        for (var at = entry.ValueOffset; left > 0; at += bytes.Length)
        {
            var read = source.Read(at, bytes.AsSpan(0, (int)Math.Min(bytes.Length, left * size))) / size;
            for (var index = 0; index < read; index++)
            {
                yield return ToNumber(bytes.AsSpan(index * size, size));
            }

            left -= read == bytes.Length / size ? read : left;
        }
    }

    /// <summary>The bytes of an entry's values, clipped to the source.</summary>
    internal ByteSource Slice(TiffEntry entry) => source.Slice(entry.ValueOffset, entry.ValueLength);

    /// <summary>Whether a directory is marked as a reduced version of another picture (TIFF 6.0, NewSubfileType).</summary>
    internal bool IsReduced(TiffDirectory directory) =>
        (ReadNumbers(directory.Entries.FirstOrDefault(entry => entry.Tag == ExifTag.NewSubfileType), 1).FirstOrDefault() & 1) == 1;

    /// <summary>The size of a value of the type in bytes; 0 if unknown.</summary>
    internal static int SizeOf(ushort type) => type < Sizes.Length ? Sizes[type] : type == 129 ? 1 : 0;

    /// <summary>Whether values of the type are unsigned integers, which can be offsets.</summary>
    internal static bool IsNumber(ushort type) => type is 1 or 3 or 4 or 13 or 16 or 18;

    /// <summary>Creates an entry whose values are stored elsewhere.</summary>
    internal byte[] MakeEntry(ushort tag, ushort type, long count, long offset) => [.. ToBytes(tag, 2), .. ToBytes(type, 2), .. ToOffset(count), .. ToOffset(offset)];

    /// <summary>Creates an entry with one SHORT.</summary>
    internal byte[] MakeInlineEntry(ushort tag, ushort value) => [.. ToBytes(tag, 2), .. ToBytes(3, 2), .. ToOffset(1), .. ToBytes(value, 2), .. new byte[OffsetLength - 2]];

    /// <summary>Encodes the entry count.</summary>
    internal byte[] ToCount(int entries) => ToBytes(entries, CountLength);

    /// <summary>Encodes an offset, or an entry's number of values, which has the same length.</summary>
    internal byte[] ToOffset(long offset) => ToBytes(offset, OffsetLength);

    // Clamps numbers that are larger than any possible file, to avoid overflows.
    private static long Clamp(ulong value) => value > long.MaxValue / 4 ? long.MaxValue / 4 : (long)value;

    private long ToNumber(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => ReadUInt16(bytes),
        4 => ReadUInt32(bytes),
        _ => Clamp(ReadUInt64(bytes)),
    };

    private byte[] ToBytes(long number, int length)
    {
        var bytes = new byte[sizeof(long)];
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            return bytes[..length];
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes[^length..];
    }

    private TiffEntry ReadEntry(int index, long at)
    {
        Span<byte> bytes = stackalloc byte[20];
        _ = source.TryRead(at, bytes[..EntryLength]);
        var type = ReadUInt16(bytes[2..]);
        var count = IsBig ? ReadUInt64(bytes[4..]) : ReadUInt32(bytes[4..]);
        var length = Clamp((ulong)SizeOf(type) * Math.Min(count, ulong.MaxValue / 16));
        var isInline = length <= OffsetLength;
        var valueAt = at + EntryLength - OffsetLength;
        return new TiffEntry(index, ReadUInt16(bytes), type, count, isInline ? valueAt : ReadOffset(valueAt), length, isInline);
    }

    private long ReadOffset(long at)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes = bytes[..OffsetLength];
        return source.TryRead(at, bytes) ? IsBig ? Clamp(ReadUInt64(bytes)) : ReadUInt32(bytes) : 0;
    }

    private ushort ReadUInt16(ReadOnlySpan<byte> bytes) => IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint ReadUInt32(ReadOnlySpan<byte> bytes) => IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private ulong ReadUInt64(ReadOnlySpan<byte> bytes) => IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
}
