using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>PNG (ISO/IEC 15948).</summary>
internal sealed class PngFormat : FileFormat
{
    /// <inheritdoc />
    internal override ImageFormat Format => ImageFormat.Png;

    /// <inheritdoc />
    internal override string Loader => "png";

    /// <inheritdoc />
    internal override bool Matches(ReadOnlySpan<byte> start) => start is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..];

    /// <inheritdoc />
    internal override ImageWalker Walk(ByteSource file, int rotation = 0) => new PngWalker(file, rotation);

    // PNG third edition, 11.2.1 and 11.3.3.
    protected override FileShape ReadShape(FileBytes file)
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
                metadata += Inflate(type, file.Slice(at + chunk.Length, length), FileShape.MaxMetadataBytes - metadata);
            }
            else if (type is "tEXt" or "eXIf")
            {
                metadata += length;
            }

            FileShape.Limit(texts, FileShape.MaxTextChunks, "text chunks");
            FileShape.LimitMetadata(metadata);
            at += 12L + length;
        }

        return new FileShape(samples * (head[8] == 16 ? 2 : 1), head[12] != 0, 0, metadata);
    }

    /// <inheritdoc />
    protected override long EstimatePixels(int width, int height, FileShape shape) => shape.IsWhole ? (long)width * height * shape.SampleBytes * 2 : Math.Max(width, height) * 1024L * shape.SampleBytes;

    /// <summary>
    /// The size of a chunk's content in bytes, as stored or after inflation, whichever is larger. Stops inflating when the size exceeds
    /// <paramref name="atMost"/>.
    /// </summary>
    private static long Inflate(string type, ByteSource content, long atMost)
    {
        // The compression method follows the keyword or profile name. In iTXt, two flags, a language and the translated keyword follow the keyword.
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
            // The content is not deflated, is damaged, or needs a dictionary (ZLibException). It counts at least with its stored size.
        }

        return Math.Max(total, content.Length);
    }
}
