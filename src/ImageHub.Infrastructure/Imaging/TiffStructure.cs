using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>The first directory of a classic TIFF (TIFF 6.0, section 2).</summary>
internal static class TiffStructure
{
    private const ushort NewSubfileType = 254;
    private const ushort DngVersion = 50_706;
    private const int EntryLength = 12;
    private const int MaxEntries = 512;

    /// <summary>
    /// Whether it is a camera's raw file. Those are TIFF by structure and a TIFF decoder takes them, but what it finds
    /// first is a thumbnail. The directory gives them away: it calls itself a reduced version, or names a version of DNG.
    /// </summary>
    internal static bool IsCameraRaw(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> header = stackalloc byte[8];
        if (RandomAccess.Read(file, header, 0) < header.Length)
        {
            return false;
        }

        var isLittleEndian = header[0] == 'I';
        var directory = ReadUInt32(header[4..]);
        if (RandomAccess.Read(file, header[..2], directory) < 2)
        {
            return false;
        }

        var entries = new byte[Math.Min((int)ReadUInt16(header), MaxEntries) * EntryLength];
        var length = RandomAccess.Read(file, entries, directory + 2L);
        for (var at = 0; at + EntryLength <= length; at += EntryLength)
        {
            var entry = entries.AsSpan(at, EntryLength);
            var tag = ReadUInt16(entry);
            if (tag == DngVersion || (tag == NewSubfileType && (ReadUInt32(entry[8..]) & 1) == 1))
            {
                return true;
            }
        }

        return false;

        ushort ReadUInt16(ReadOnlySpan<byte> bytes) => isLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

        uint ReadUInt32(ReadOnlySpan<byte> bytes) => isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
