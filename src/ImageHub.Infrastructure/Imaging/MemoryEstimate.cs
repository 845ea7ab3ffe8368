using System.Buffers.Binary;
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

    // The high rendition in memory, once more while it is being written, and alpha.
    private const int BytesPerRenditionPixel = 8;

    /// <summary>Bytes, for one rendering.</summary>
    internal static long Of(RenderRequest request) =>
        Base + ((long)request.High.Width * request.High.Height * BytesPerRenditionPixel) + OfDecoder(request);

    private static long OfDecoder(RenderRequest request)
    {
        var pixels = request.Header.Pixels;
        var rows = request.Header.Width * 1024L;
        return request.Header.Format switch
        {
            // A whole frame of 16-bit coefficients, of at most four channels; otherwise a few rows.
            ImageFormat.Jpeg => IsProgressive(request.SourcePath) ? pixels * 6 : rows,
            ImageFormat.Png => IsInterlaced(request.SourcePath) ? pixels * 8 : rows,
            ImageFormat.WebP => pixels * 8,
            ImageFormat.Avif or ImageFormat.Heic => pixels * 12,
            ImageFormat.Gif => pixels * 8,

            // A strip may be as high as the image, a sample as wide as 64 bits.
            ImageFormat.Tiff => pixels * 8,
            _ => pixels * 12,
        };
    }

    // ISO/IEC 15948 11.2.2: the interlace method is the last byte of IHDR, which is the first chunk.
    private static bool IsInterlaced(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[29];
        return RandomAccess.Read(file, start, 0) == start.Length && start[28] != 0;
    }

    // ITU-T T.81 B.1.1: marker segments up to the frame header; SOF2, SOF6, SOF10 and SOF14 are progressive.
    private static bool IsProgressive(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> marker = stackalloc byte[4];
        for (var at = 2L; RandomAccess.Read(file, marker, at) == marker.Length && marker[0] == 0xFF;)
        {
            switch (marker[1])
            {
                case 0xFF:
                    at++;
                    continue;
                case 0xC2 or 0xC6 or 0xCA or 0xCE:
                    return true;
                case 0xC0 or 0xC1 or 0xDA or 0xD9:
                    return false;
                default:
                    at += 2 + BinaryPrimitives.ReadUInt16BigEndian(marker[2..]);
                    break;
            }
        }

        return false;
    }
}
