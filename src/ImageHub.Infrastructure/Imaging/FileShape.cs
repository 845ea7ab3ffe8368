using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// The cost of decoding a file, read from its structure without decoding: structures with which small files can use much memory are counted
/// here, before a decoder allocates it.
/// </summary>
/// <param name="SampleBytes">The size of all decoded samples of a pixel, in bytes.</param>
/// <param name="IsWhole">Whether the decoder holds all pixels at once rather than a few rows.</param>
/// <param name="BlockBytes">The size of the largest part decoded at once, in bytes, if known; otherwise 0.</param>
/// <param name="MetadataBytes">The size of the inflated metadata, in bytes.</param>
internal readonly record struct FileShape(int SampleBytes, bool IsWhole, long BlockBytes, long MetadataBytes)
{
    /// <summary>More scans than any encoder writes; a file of 320 kB can have 882.</summary>
    internal const int MaxScans = 64;

    /// <summary>Colours, black and alpha, with some reserve.</summary>
    internal const int MaxSamples = 8;

    /// <summary>Texts and profiles of a PNG, frames of an animation, or directories of a TIFF.</summary>
    internal const int MaxTextChunks = 200;
    internal const int MaxFrames = 10_000;
    internal const int MaxDirectories = 1_000;

    /// <summary>Boxes of an AVIF or HEIC; a photo of 200 megapixels in tiles has about 1,000.</summary>
    internal const int MaxBoxes = 20_000;

    private const int MaxEntries = 4_096;

    private static readonly byte[][] AlphaTypes = ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"u8.ToArray(), "urn:mpeg:hevc:2015:auxid:1"u8.ToArray()];

    /// <summary>The maximum size of inflated metadata in bytes; printers' colour profiles have 3 MB, depth maps of phones a few.</summary>
    internal const long MaxMetadataBytes = 32L << 20;

    /// <summary>Reads a file's structure.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TooComplex"/> if a limit is exceeded.</exception>
    internal static FileShape Read(string path, ImageFormat format)
    {
        if (format == ImageFormat.Jpeg)
        {
            return ReadJpeg(path);
        }

        using var file = new FileBytes(path);
        return format switch
        {
            ImageFormat.Png => ReadPng(file),
            ImageFormat.Gif => ReadGif(file),
            ImageFormat.WebP => ReadWebP(file),
            ImageFormat.Tiff => ReadTiff(file),
            _ => ReadIso(file),
        };
    }

    private static FileShape ReadJpeg(string path)
    {
        var structure = JpegStructure.Read(path);
        Limit(structure.Scans, MaxScans, "scans");
        LimitMetadata(structure.MetadataBytes);

        // Components in separate scans are complete only after the last scan.
        return new FileShape(3, structure.IsProgressive || structure.Scans > 1, 0, structure.MetadataBytes);
    }

    // PNG third edition, 11.2.1 and 11.3.3.
    private static FileShape ReadPng(FileBytes file)
    {
        var head = file.Take(16, 13);
        if (head.Length < 13)
        {
            return new FileShape(8, true, 0, 0);
        }

        var samples = head[9] switch { 0 => 1, 2 or 3 => 3, 4 => 2, _ => 4 };
        var (texts, metadata) = (0, 0L);
        Span<byte> chunk = stackalloc byte[8];
        for (var at = 8L; file.TryRead(at, chunk);)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = Encoding.Latin1.GetString(chunk[4..]);
            if (type is "tEXt" or "zTXt" or "iTXt" or "iCCP")
            {
                texts++;
            }

            if (type is "zTXt" or "iTXt" or "iCCP")
            {
                metadata += Inflate(type, file.Slice(at + chunk.Length, length), MaxMetadataBytes - metadata);
            }
            else if (type is "tEXt" or "eXIf")
            {
                metadata += length;
            }

            Limit(texts, MaxTextChunks, "text chunks");
            LimitMetadata(metadata);
            at += 12L + length;
        }

        return new FileShape(samples * (head[8] == 16 ? 2 : 1), head[12] != 0, 0, metadata);
    }

    /// <summary>The size of a chunk after inflating; for other chunks its own size.</summary>
    private static long Inflate(string type, ByteSource content, long atMost)
    {
        // After the keyword or the profile's name comes the method; in iTXt two flags, a language and the translated keyword.
        var start = content.Find(0, from: 0) + 2;
        if (type == "iTXt")
        {
            if (!content.Has(start - 1, [1]))
            {
                return content.Length;
            }

            start = content.Find(0, from: content.Find(0, from: start + 1) + 1) + 1;
        }

        using var inflated = new ZLibStream(new SourceStream(content.Slice(start)), CompressionMode.Decompress);
        var buffer = new byte[64 * 1024];
        var total = 0L;
        try
        {
            while (total <= atMost && inflated.Read(buffer) is var read && read > 0)
            {
                total += read;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // Data that is not deflated, or needs a dictionary (ZLibException), counts with its own size.
        }

        return Math.Max(total, content.Length);
    }

    // GIF89a, 18 to 23.
    private static FileShape ReadGif(FileBytes file)
    {
        var frames = 0;
        Span<byte> start = stackalloc byte[10];
        for (var at = 13 + Table(10); file.TryRead(at, start[..1]);)
        {
            if (start[0] == 0x2C)
            {
                Limit(++frames, MaxFrames, "frames");
                at = Skip(at + 11 + Table(at + 9));
            }
            else if (start[0] == 0x21)
            {
                at = Skip(at + 2);
            }
            else if (start[0] == 0)
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return new FileShape(8, true, 0, 0);

        long Table(long flagsAt) => file.Take(flagsAt, 1) is [var flags] && (flags & 0x80) != 0 ? 3L << ((flags & 7) + 1) : 0;

        long Skip(long at)
        {
            Span<byte> length = stackalloc byte[1];
            while (file.TryRead(at, length) && length[0] != 0)
            {
                at += 1 + length[0];
            }

            return at + 1;
        }
    }

    // RFC 9649 2.5 and 2.7: without alpha, animation and metadata the first chunk is "VP8 ", which is decoded row by row.
    private static FileShape ReadWebP(FileBytes file)
    {
        var (frames, metadata) = (0, 0L);
        Span<byte> chunk = stackalloc byte[8];
        var isSimple = file.Has(12, "VP8 "u8);
        for (var at = 12L; file.TryRead(at, chunk);)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            frames += chunk[..4].SequenceEqual("ANMF"u8) ? 1 : 0;
            metadata += chunk[..4] is [(byte)'E' or (byte)'X' or (byte)'I', ..] ? length : 0;
            Limit(frames, MaxFrames, "frames");
            LimitMetadata(Math.Min(metadata, file.Length));
            at += 8L + length + (length & 1);
        }

        return isSimple ? new FileShape(2, true, 0, metadata) : new FileShape(8, true, 0, metadata);
    }

    // TIFF 6.0, section 2 and 15.
    private static FileShape ReadTiff(FileBytes file)
    {
        if (TiffReader.Open(file) is not { } reader)
        {
            return new FileShape(8, true, 0, 0);
        }

        var directories = 0;
        var shape = default(FileShape);
        for (var at = reader.First; at != 0 && reader.ReadDirectory(at, MaxEntries) is { } directory; at = directory.Next)
        {
            Limit(++directories, MaxDirectories, "directories");
            if (directories == 1)
            {
                shape = ReadFirstDirectory(reader, directory);
            }
        }

        return shape;
    }

    private static FileShape ReadFirstDirectory(TiffReader reader, TiffDirectory directory)
    {
        var samples = Number(277, 1);
        Limit(samples, MaxSamples, "samples a pixel");
        var sampleBytes = (int)(samples * Math.Clamp((Number(258, 1) + 7) / 8, 1, 8));
        var (width, height) = (Number(256, 1), Number(257, 1));
        var (columns, rows) = Number(322, 0) > 0 ? (Math.Max(width, Number(322, 0)), Number(323, 1)) : (width, Math.Min(Number(278, height), height));
        return new FileShape(sampleBytes, false, Math.Min(columns, 1 << 20) * Math.Min(rows, 1 << 20) * sampleBytes, 0);

        long Number(ushort tag, long otherwise) => Array.Find(directory.Entries, entry => entry.Tag == tag) is { Tag: not 0 } found ? reader.ReadNumbers(found, 1).FirstOrDefault(otherwise) : otherwise;
    }

    /// <summary>
    /// Reads the bits per channel from the pixel information (ISO/IEC 23008-12, 6.5.6) and the decoder's configuration (AV1 in ISOBMFF, 2.3.3),
    /// and detects alpha: an auxiliary picture (ISO/IEC 23008-12, 6.5.8) that is decoded in addition.
    /// </summary>
    private static FileShape ReadIso(FileBytes file)
    {
        LimitBoxes(file);
        var start = file.Take(0, 1 << 20);
        var deepest = FindAll(start, "pixi"u8.ToArray()).Where(at => at + 9 < start.Length).Select(at => (int)start[at + 9])
            .Concat(FindAll(start, "av1C"u8.ToArray()).Where(at => at + 6 < start.Length && start[at + 4] == 0x81).Select(at => (start[at + 6] & 0x40) == 0 ? 8 : (start[at + 6] & 0x20) == 0 ? 10 : 12))
            .Append(8).Max();
        var hasAlpha = FindAll(start, "auxC"u8.ToArray()).Any(at => AlphaTypes.Any(type => start.AsSpan(Math.Min(at + 8, start.Length)).StartsWith(type)));
        return new FileShape((hasAlpha ? 4 : 3) * (deepest > 8 ? 2 : 1), true, file.Length, 0);
    }

    // A decoder reads all boxes at every depth before decoding a pixel.
    private static void LimitBoxes(FileBytes file)
    {
        var count = 0;
        var left = new Stack<ByteRange>([new ByteRange(0, file.Length)]);
        while (left.TryPop(out var within))
        {
            foreach (var box in IsoBox.Read(file, within))
            {
                Limit(++count, MaxBoxes, "boxes");
                var skipped = box.Type switch
                {
                    "moov" or "trak" or "mdia" or "minf" or "stbl" or "dinf" or "edts" or "udta" or "iprp" or "ipco" or "grpl" => 0,
                    "meta" or "iref" => 4,
                    "dref" or "stsd" => 8,
                    "iinf" => file.Has(box.Content.Start, [0]) ? 6 : 8,
                    _ => -1,
                };
                if (skipped >= 0)
                {
                    left.Push(box.Content with { Start = Math.Min(box.Content.Start + skipped, box.Content.End) });
                }
            }
        }
    }

    private static IEnumerable<int> FindAll(byte[] bytes, byte[] wanted)
    {
        for (var at = bytes.AsSpan().IndexOf(wanted); at >= 0;)
        {
            yield return at;
            var next = bytes.AsSpan(at + wanted.Length).IndexOf(wanted);
            at = next < 0 ? -1 : at + wanted.Length + next;
        }
    }

    private static void LimitMetadata(long bytes)
    {
        if (bytes > MaxMetadataBytes)
        {
            throw new ProblemException(Problems.TooComplex, $"The file has {bytes} bytes of metadata or more; at most {MaxMetadataBytes} are read.");
        }
    }

    private static void Limit(long count, long most, string what)
    {
        if (count > most)
        {
            throw new ProblemException(Problems.TooComplex, $"The file has {count} {what} or more; at most {most} are decoded.");
        }
    }
}
