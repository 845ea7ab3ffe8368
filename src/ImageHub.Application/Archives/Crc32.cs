using System.Buffers;
using System.Buffers.Binary;

namespace ImageHub.Application.Archives;

/// <summary>
/// The CRC-32 of ZIP files (PKWARE APPNOTE 4.4.7) and of PNG (third edition, annex D), eight bytes a step ("slicing by 8"). The runtime has it in none of its public types, and the
/// package that does (System.IO.Hashing) cannot be restored.
/// </summary>
public static class Crc32
{
    private const int Step = 8;
    private const int BufferSize = 128 * 1024;

    /// <summary>0x04C11DB7 with its bits reversed.</summary>
    private const uint Polynomial = 0xEDB8_8320;

    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of what gave <paramref name="crc"/>, followed by these bytes; that of nothing is 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        crc = ~crc;
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(7 * 256) + (byte)low] ^ table[(6 * 256) + (byte)(low >> 8)] ^ table[(5 * 256) + (byte)(low >> 16)] ^ table[(4 * 256) + (low >> 24)]
                ^ table[(3 * 256) + (byte)high] ^ table[(2 * 256) + (byte)(high >> 8)] ^ table[256 + (byte)(high >> 16)] ^ table[high >> 24];
        }

        foreach (var value in bytes)
        {
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    /// <summary>The checksum of a file.</summary>
    public static async Task<uint> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await ComputeAsync(file, cancellationToken);
    }

    /// <summary>The checksum of what is left of a stream.</summary>
    public static async Task<uint> ComputeAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            uint crc = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                crc = Append(crc, buffer.AsSpan(0, read));
            }

            return crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>For each of eight places, what a byte there adds to the remainder.</summary>
    private static uint[] MakeTable()
    {
        var table = new uint[Step * 256];
        for (var value = 0; value < table.Length; value++)
        {
            // The first 256 byte by byte, the others from those a place before.
            var crc = value < 256 ? (uint)value : table[value - 256];
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }

            table[value] = crc;
        }

        return table;
    }
}
