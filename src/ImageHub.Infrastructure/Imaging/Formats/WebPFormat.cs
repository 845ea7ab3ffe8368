using System.Buffers.Binary;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>WebP (RFC 9649).</summary>
internal sealed class WebPFormat : FileFormat
{
    /// <inheritdoc />
    internal override ImageFormat Format => ImageFormat.WebP;

    /// <inheritdoc />
    internal override string Loader => "webp";

    /// <inheritdoc />
    internal override bool Matches(ReadOnlySpan<byte> start) => start is [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..];

    /// <inheritdoc />
    internal override ImageWalker Walk(ByteSource file, int rotation = 0) => new WebPWalker(file, rotation);

    // RFC 9649 2.5 and 2.7: if the first chunk is "VP8 ", the file has no alpha, animation or metadata, and decoding needs a quarter of the memory.
    protected override FileShape ReadShape(FileBytes file)
    {
        var (frames, metadata) = (0, 0L);
        Span<byte> chunk = stackalloc byte[8];
        var isSimple = file.Has(12, "VP8 "u8);
        for (var at = 12L; file.TryRead(at, chunk);)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            frames += chunk[..4].SequenceEqual("ANMF"u8) ? 1 : 0;
            metadata += chunk[..4] is [(byte)'E' or (byte)'X' or (byte)'I', ..] ? length : 0;
            FileShape.Limit(frames, FileShape.MaxFrames, "frames");
            FileShape.LimitMetadata(Math.Min(metadata, file.Length));
            at += 8L + length + (length & 1);
        }

        return isSimple ? new FileShape(2, true, 0, metadata) : new FileShape(8, true, 0, metadata);
    }

    /// <inheritdoc />
    protected override long EstimatePixels(int width, int height, FileShape shape) => (long)width * height * shape.SampleBytes;
}
