using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>GIF87a and GIF89a; only the first frame is decoded.</summary>
internal sealed class GifFormat : FileFormat
{
    /// <inheritdoc />
    internal override ImageFormat Format => ImageFormat.Gif;

    /// <inheritdoc />
    internal override string Loader => "gif";

    /// <inheritdoc />
    internal override bool Matches(ReadOnlySpan<byte> start) => start is [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..];

    /// <inheritdoc />
    internal override ImageWalker Walk(ByteSource file, int rotation = 0) => new GifWalker(file);

    // GIF89a specification, sections 18 to 23.
    protected override FileShape ReadShape(FileBytes file)
    {
        var frames = 0;
        Span<byte> start = stackalloc byte[10];
        for (var at = 13 + Table(10); file.TryRead(at, start[..1]);)
        {
            if (start[0] == 0x2C)
            {
                FileShape.Limit(++frames, FileShape.MaxFrames, "frames");
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

    /// <inheritdoc />
    protected override long EstimatePixels(int width, int height, FileShape shape) => (long)width * height * shape.SampleBytes;
}
