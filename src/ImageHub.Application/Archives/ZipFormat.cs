using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Application.Archives;

/// <summary>A file of an archive.</summary>
/// <param name="Key">The key of the file's object.</param>
/// <param name="Name">The unique name in the archive: folders and the file name, separated by slashes.</param>
/// <param name="Bytes">The size, in bytes.</param>
/// <param name="Crc32">The checksum.</param>
/// <param name="ModifiedAt">The modification time; a ZIP has no time zones.</param>
/// <param name="Blocks">The checksums of the object's blocks; null if the image's row has none.</param>
internal readonly record struct ArchivedFile(string Key, string Name, long Bytes, uint Crc32, DateTime ModifiedAt, uint[]? Blocks = null);

/// <summary>
/// The records of a ZIP file with stored, uncompressed entries (PKWARE APPNOTE 6.3.10, section 4.3). The local header contains size and checksum, so
/// programs can unpack while downloading. Zip64 is used only for numbers too large for the original fields.
/// </summary>
internal static class ZipFormat
{
    /// <summary>A buffer of this many bytes holds any one header, whose name has at most <see cref="MaxNameBytes"/>, or all end records together.</summary>
    public const int MaxRecordBytes = 5 * 1024;

    /// <summary>The maximum length of a name, in bytes of UTF-8: a file name and the folders of all levels.</summary>
    public const int MaxNameBytes = 4_096;

    private const uint LocalSignature = 0x0403_4B50;
    private const uint CentralSignature = 0x0201_4B50;
    private const uint EndSignature = 0x0605_4B50;
    private const uint Zip64EndSignature = 0x0606_4B50;
    private const uint Zip64LocatorSignature = 0x0706_4B50;
    private const ushort Zip64Field = 1;

    private const ushort Stored = 10;
    private const ushort Zip64 = 45;
    private const ushort NamesAreUtf8 = 1 << 11;

    /// <summary>
    /// The upper byte of "version made by": Unix. <see cref="Attributes"/> therefore contains a Unix file type and permissions: a regular file, writable by its
    /// owner and readable by all.
    /// </summary>
    private const ushort FromUnix = 3 << 8;
    private const uint Attributes = 0x81A4u << 16;

    /// <summary>The value of a 32-bit field whose real value is in a Zip64 field or record.</summary>
    private const uint SeeZip64 = uint.MaxValue;

    /// <summary>Writes the local header, which precedes a file's bytes.</summary>
    /// <returns>The size of the header in bytes.</returns>
    public static int LocalHeader(ArchivedFile file, Span<byte> to)
    {
        var isLarge = file.Bytes >= SeeZip64;
        var name = NameOf(file, to[30..]);
        var record = new Record(to);
        record.Add(LocalSignature);
        record.Add(isLarge ? Zip64 : Stored);
        AddCommon(ref record, file);
        record.Add((ushort)name);
        record.Add((ushort)(isLarge ? 20 : 0));
        record.Skip(name);
        if (isLarge)
        {
            record.Add(Zip64Field);
            record.Add((ushort)16);
            record.Add((ulong)file.Bytes);
            record.Add((ulong)file.Bytes);
        }

        return record.Length;
    }

    /// <summary>Writes a file's entry in the central directory.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The offset of the file's local header.</param>
    /// <param name="to">The destination.</param>
    /// <returns>The size of the entry in bytes.</returns>
    public static int CentralHeader(ArchivedFile file, long offset, Span<byte> to)
    {
        var isLarge = file.Bytes >= SeeZip64;
        var isFar = offset >= SeeZip64;
        var numbers = (isLarge ? 16 : 0) + (isFar ? 8 : 0);
        var version = numbers > 0 ? Zip64 : Stored;
        var name = NameOf(file, to[46..]);
        var record = new Record(to);
        record.Add(CentralSignature);
        record.Add((ushort)(FromUnix | version));
        record.Add(version);
        AddCommon(ref record, file);
        record.Add((ushort)name);
        record.Add((ushort)(numbers > 0 ? numbers + 4 : 0));
        record.Add((ushort)0); // The comment's length: no comment.
        record.Add((ushort)0); // The disk number: the first disk.
        record.Add((ushort)0); // Internal attributes: content of unknown kind.
        record.Add(Attributes);
        record.Add(isFar ? SeeZip64 : (uint)offset);
        record.Skip(name);
        if (numbers > 0)
        {
            record.Add(Zip64Field);
            record.Add((ushort)numbers);
            if (isLarge)
            {
                record.Add((ulong)file.Bytes);
                record.Add((ulong)file.Bytes);
            }

            if (isFar)
            {
                record.Add((ulong)offset);
            }
        }

        return record.Length;
    }

    /// <summary>Writes the end records.</summary>
    /// <param name="files">The number of files.</param>
    /// <param name="directory">The offset of the central directory.</param>
    /// <param name="directoryBytes">The size of the central directory.</param>
    /// <param name="to">The destination.</param>
    /// <returns>The size of the records in bytes.</returns>
    public static int End(long files, long directory, long directoryBytes, Span<byte> to)
    {
        var record = new Record(to);
        if (files >= ushort.MaxValue || directory >= SeeZip64 || directoryBytes >= SeeZip64)
        {
            record.Add(Zip64EndSignature);
            record.Add((ulong)44);
            record.Add((ushort)(FromUnix | Zip64));
            record.Add(Zip64);
            record.Add(0u);
            record.Add(0u);
            record.Add((ulong)files);
            record.Add((ulong)files);
            record.Add((ulong)directoryBytes);
            record.Add((ulong)directory);

            record.Add(Zip64LocatorSignature);
            record.Add(0u);
            record.Add((ulong)(directory + directoryBytes));
            record.Add(1u);
        }

        var count = (ushort)Math.Min(files, ushort.MaxValue);
        record.Add(EndSignature);
        record.Add((ushort)0);
        record.Add((ushort)0);
        record.Add(count);
        record.Add(count);
        record.Add((uint)Math.Min(directoryBytes, SeeZip64));
        record.Add((uint)Math.Min(directory, SeeZip64));
        record.Add((ushort)0);
        return record.Length;
    }

    /// <summary>Writes the fields common to both headers.</summary>
    private static void AddCommon(ref Record record, ArchivedFile file)
    {
        var size = (uint)Math.Min(file.Bytes, SeeZip64);
        record.Add(NamesAreUtf8);
        record.Add((ushort)0); // The compression method: stored.
        record.Add(DosTime(file.ModifiedAt));
        record.Add(file.Crc32);
        record.Add(size);
        record.Add(size);
    }

    private static int NameOf(ArchivedFile file, Span<byte> to)
    {
        // Prevents path traversal when unpacking. Names are sanitized earlier, so an invalid name is a bug.
        if (file.Name.AsSpan().IndexOfAny('\\', '\0') >= 0 || file.Name.Split('/').Any(segment => segment is "" or "." or ".."))
        {
            throw new ArgumentException($"'{file.Name}' cannot be the name of an archived file.", nameof(file));
        }

        return Encoding.UTF8.GetBytes(file.Name, to[..MaxNameBytes]);
    }

    /// <summary>Date and time in MS-DOS format: 1980 to 2107, in steps of two seconds.</summary>
    private static uint DosTime(DateTime time)
    {
        var year = Math.Clamp(time.Year, 1980, 2107) - 1980;
        return (uint)((year << 25) | (time.Month << 21) | (time.Day << 16) | (time.Hour << 11) | (time.Minute << 5) | (time.Second / 2));
    }

    /// <summary>Writes consecutive little-endian numbers.</summary>
    private ref struct Record(Span<byte> to)
    {
        private readonly Span<byte> to = to;

        public int Length { get; private set; }

        public void Add(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to[Length..], value);
            Length += sizeof(ushort);
        }

        public void Add(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to[Length..], value);
            Length += sizeof(uint);
        }

        public void Add(ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[Length..], value);
            Length += sizeof(ulong);
        }

        public void Skip(int bytes) => Length += bytes;
    }
}
