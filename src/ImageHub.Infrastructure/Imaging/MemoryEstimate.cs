using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Workers;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// Estimates a rendering's peak memory, in bytes beyond an idle worker's. libvips' own count misses the codecs' allocations, so that each
/// <see cref="FileFormat"/> estimates its decoding; the factors were measured as resident memory on 24-megapixel files and rounded up.
/// </summary>
internal static class MemoryEstimate
{
    // Buffers, tables, and memory retained by the allocator.
    private const long Base = 24L << 20;

    // The rendition in memory, a copy while it is written, and alpha.
    private const int BytesPerRenditionPixel = 8;

    // A high-quality JPEG is encoded while it is decoded: memory holds the encoded file, and all pixels only if they are rotated.
    private const int BytesPerFinePixel = 4;

    // The rendition in memory and the encoder's memory; the decoder's memory has been freed by then. Measured with noise in AVIF, not with WebP.
    private const int BytesPerAvifPixel = 72;
    private const int BytesPerWebPPixel = 24;

    /// <summary>The estimate for writing the pixels of a file decoded as a whole.</summary>
    internal static long ForUnpacking(ImageHeader header) => Base + header.DecodingBytes;

    /// <summary>The estimate for a rendering whose decoding was estimated by inspection.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="box">The box of the largest rendition.</param>
    /// <param name="task">The task.</param>
    /// <param name="formats">The additional formats.</param>
    internal static long ForRendering(ImageHeader header, Box box, WorkerTask task, AlternateFormats formats)
    {
        var pixels = (long)Math.Min(box.Width, header.Width) * Math.Min(box.Height, header.Height);
        var decoding = header.DecodingBytes + (pixels * (task == WorkerTask.RenderJpeg ? BytesPerFinePixel : BytesPerRenditionPixel));
        var encoding = pixels * (formats.HasFlag(AlternateFormats.Avif) ? BytesPerAvifPixel : formats.HasFlag(AlternateFormats.WebP) ? BytesPerWebPPixel : 0);
        return Base + Math.Max(decoding, encoding);
    }
}
