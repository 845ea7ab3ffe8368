using System.Buffers.Binary;
using System.IO.Compression;

namespace ImageHub.Testing.Images;

/// <summary>Files that are small to upload and expensive to decode.</summary>
public static class HostileFiles
{
    /// <summary>A TIFF of 500 × 500 pixels with the given number of 8-bit samples a pixel: 1,000 give a file of 489 kB and 250 MB of pixels.</summary>
    public static byte[] TiffWithSamples(ushort samples)
    {
        const int Side = 500;
        const int HeaderBytes = 8 + 2 + (9 * 12) + 4;
        const int StripsAt = HeaderBytes + (2 * 4 * Side);

        // Each strip is one row. The decoder ignores the padding after the end of the compressed stream.
        var strip = DeflateZeros(Side * samples, CompressionLevel.Optimal);
        Array.Resize(ref strip, Math.Max(strip.Length, samples * 97 / 100));
        var file = new byte[StripsAt + (Side * strip.Length)];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 8);
        file[8] = 9;
        (ushort Tag, byte Type, int Count, int Value)[] entries =
        [
            (256, 3, 1, Side), (257, 3, 1, Side), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1),
            (273, 4, Side, HeaderBytes), (277, 3, 1, samples), (278, 3, 1, 1), (279, 4, Side, HeaderBytes + (4 * Side)),
        ];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = file.AsSpan(10 + (i * 12));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Tag);
            entry[2] = entries[i].Type;
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], entries[i].Count);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], entries[i].Value);
        }

        for (var row = 0; row < Side; row++)
        {
            var at = StripsAt + (row * strip.Length);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(HeaderBytes + (4 * row)), at);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(HeaderBytes + (4 * (Side + row))), strip.Length);
            strip.CopyTo(file, at);
        }

        return file;
    }

    /// <summary>A PNG with the given number of compressed text chunks, each inflating to 4 MB: 900 give a file of 3.6 MB.</summary>
    public static byte[] PngWithTexts(int count)
    {
        var chunk = TestImages.Chunk("zTXt", [(byte)'a', 0, 0, .. DeflateZeros(4 << 20, CompressionLevel.Optimal)]);
        return TestImages.WithChunks(TestImages.Png(16, 16), [.. Enumerable.Repeat(chunk, count).SelectMany(bytes => bytes)]);
    }

    /// <summary>A PNG with metadata that inflates beyond the read limit.</summary>
    /// <param name="type">The chunk type: <c>zTXt</c>, <c>iTXt</c> or <c>iCCP</c>.</param>
    /// <param name="hasSmallWindow">Whether the stream declares a 4 kB window, which gives it an unusual first byte (RFC 1950).</param>
    public static byte[] PngWithLargeMetadata(string type, bool hasSmallWindow)
    {
        var stream = DeflateZeros(40 << 20, CompressionLevel.Optimal);
        if (hasSmallWindow)
        {
            (stream[0], stream[1]) = (0x48, 0x0D);
        }

        byte[] fields = type == "iTXt" ? [(byte)'a', 0, 1, 0, (byte)'e', (byte)'n', 0, (byte)'b', 0] : [(byte)'a', 0, 0];
        return TestImages.WithChunk(TestImages.Png(16, 16), type, [.. fields, .. stream]);
    }

    /// <summary>A 2 kB AVIF that declares 10,000 × 10,000 pixels of 12 bits.</summary>
    public static byte[] AvifThatDeclaresManyPixels()
    {
        var avif = TestPicture.Gradient(64, 64).ToAvif(bits: 12);
        var size = avif.AsSpan().IndexOf("ispe"u8) + 8;
        BinaryPrimitives.WriteInt32BigEndian(avif.AsSpan(size), 10_000);
        BinaryPrimitives.WriteInt32BigEndian(avif.AsSpan(size + 4), 10_000);
        return avif;
    }

    /// <summary>An interlaced PNG of black pixels; the decoder holds all pixels in memory.</summary>
    public static byte[] InterlacedPng(int width, int height)
    {
        // PNG third edition, 8.1: seven passes, with one filter byte a row.
        (int X, int Y, int StepX, int StepY)[] passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        var length = passes.Sum(pass => (height - pass.Y + pass.StepY - 1L) / pass.StepY * (1 + (3 * ((width - pass.X + pass.StepX - 1L) / pass.StepX))));
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (8, 2, 1);
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. TestImages.Chunk("IHDR", header), .. TestImages.Chunk("IDAT", DeflateZeros(length, CompressionLevel.Fastest)),
            .. TestImages.Chunk("IEND", []),
        ];
    }

    /// <summary>
    /// A 320 kB JPEG with 10,000 × 10,000 grey pixels in 883 scans, as the standard allows: one coefficient at a time, from its highest bit to its lowest.
    /// The decoder visits all blocks for each scan.
    /// </summary>
    public static byte[] JpegWithManyScans()
    {
        const int Side = 10_000;
        const int HighestBit = 13;
        const int Blocks = (Side / 8) * (Side / 8);
        var file = new List<byte>
        {
            0xFF, 0xD8,
            0xFF, 0xC2, 0, 11, 8, Side >> 8, Side & 0xFF, Side >> 8, Side & 0xFF, 1, 1, 0x11, 0,
        };
        file.AddRange([0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)]);

        // ITU-T T.81 F.1.2.1 and G.1.2.2: a single code, 0, which means "no difference" or "16,384 or more empty blocks".
        file.AddRange([0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0x00]);
        file.AddRange([0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0xE0]);
        file.AddRange([.. Scan(0, 0, 0), .. new byte[Blocks / 8], 0x0F]);
        var empty = EmptyBlocks(Blocks);
        for (byte coefficient = 1; coefficient < 64; coefficient++)
        {
            for (var bit = HighestBit; bit >= 0; bit--)
            {
                file.AddRange(Scan(coefficient, coefficient, ((bit == HighestBit ? 0 : bit + 1) << 4) | bit));
                file.AddRange(empty);
            }
        }

        file.AddRange([0xFF, 0xD9]);
        return [.. file];

        static byte[] Scan(byte from, byte to, int approximation) => [0xFF, 0xDA, 0, 8, 1, 1, 0, from, to, (byte)approximation];
    }

    /// <summary>A JPEG of 64 × 64 pixels whose last scan is repeated.</summary>
    public static byte[] JpegWithRepeatedScan(int times)
    {
        var jpeg = TestPicture.Gradient(64, 64).ToJpeg(progressive: true);
        var scan = jpeg.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA]);
        return [.. jpeg[..scan], .. Enumerable.Repeat(jpeg[scan..^2], times).SelectMany(bytes => bytes), 0xFF, 0xD9];
    }

    /// <summary>
    /// Returns the entropy-coded bytes of an empty scan: runs of 32,767 blocks and a shorter last run, each written as the code 0 and 14 bits.
    /// </summary>
    private static List<byte> EmptyBlocks(int blocks)
    {
        const int Shortest = 1 << 14;
        var (bytes, bits, count) = (new List<byte>(), 0, 0);
        for (var left = blocks; left > 0;)
        {
            var run = Math.Min(left, (2 * Shortest) - 1);
            bits = (bits << 15) | (run - Shortest);
            left -= run;
            for (count += 15; count >= 8; count -= 8)
            {
                Put((byte)(bits >> (count - 8)));
                bits &= (1 << (count - 8)) - 1;
            }
        }

        // Pad the last byte with ones.
        if (count > 0)
        {
            Put((byte)((bits << (8 - count)) | ((1 << (8 - count)) - 1)));
        }

        return bytes;

        void Put(byte value)
        {
            bytes.Add(value);
            if (value == 0xFF)
            {
                bytes.Add(0);
            }
        }
    }

    private static byte[] DeflateZeros(long count, CompressionLevel level)
    {
        using var deflated = new MemoryStream();
        using (var deflating = new ZLibStream(deflated, level, leaveOpen: true))
        {
            var zeros = new byte[64 * 1024];
            for (var left = count; left > 0; left -= zeros.Length)
            {
                deflating.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
            }
        }

        return deflated.ToArray();
    }
}
