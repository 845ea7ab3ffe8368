using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// What a rendering will hold at its peak. libvips' own count misses what codecs allocate, so this goes by format;
/// the bytes per pixel were measured as resident memory on 24-megapixel files and rounded up.
/// </summary>
internal static class MemoryEstimate
{
    // Buffers, tables, code.
    private const long Base = 8L << 20;

    // The rendition in memory, once more while it is being written, and alpha.
    private const int BytesPerRenditionPixel = 8;

    /// <summary>Bytes, for one rendering.</summary>
    internal static long For(RenditionRequest request) =>
        Base + ((long)Math.Min(request.Box.Width, request.Header.Width) * Math.Min(request.Box.Height, request.Header.Height) * BytesPerRenditionPixel) + ForDecoder(request);

    private static long ForDecoder(RenditionRequest request)
    {
        var pixels = request.Header.Pixels;
        return request.Header.Format switch
        {
            // A whole frame of 16-bit coefficients of three channels; otherwise a few rows.
            ImageFormat.Jpeg => JpegStructure.ReadIsProgressive(request.SourcePath) ? pixels * 6 : request.Header.Width * 1024L,
            ImageFormat.Png => IsInterlaced(request.SourcePath) ? pixels * 8 : request.Header.Width * 8192L,
            ImageFormat.WebP => IsSimpleLossy(request.SourcePath) ? pixels * 2 : pixels * 8,
            ImageFormat.Avif or ImageFormat.Heic => pixels * 16,
            ImageFormat.Gif => pixels * 8,

            // A strip may be as high as the image, a sample as wide as 64 bits.
            ImageFormat.Tiff => pixels * 8,
            _ => pixels * 16,
        };
    }

    // ISO/IEC 15948 11.2.2: the interlace method is the last byte of IHDR, which is the first chunk.
    private static bool IsInterlaced(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[29];
        return RandomAccess.Read(file, start, 0) == start.Length && start[28] != 0;
    }

    // RFC 9649 2.5: without alpha, animation and metadata the first chunk is "VP8 ". That is decoded row by row, and scaled on the way.
    private static bool IsSimpleLossy(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[16];
        return RandomAccess.Read(file, start, 0) == start.Length && start[12..].SequenceEqual("VP8 "u8);
    }
}
