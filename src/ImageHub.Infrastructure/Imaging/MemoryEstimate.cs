using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Workers;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// Estimates a rendering's peak memory in bytes, without an idle worker's memory. libvips does not count allocations of codecs, so each
/// <see cref="FileFormat"/> estimates its decoding. The factors are resident memory, measured with 24-megapixel files and rounded up.
/// </summary>
internal static class MemoryEstimate
{
    // Buffers, tables, and memory retained by the allocator.
    private const long Base = 24L << 20;

    // The rendition in memory, a copy while it is written, and alpha.
    private const int BytesPerRenditionPixel = 8;

    // A high-quality JPEG is encoded while its source is decoded. Memory contains the encoded file and, only if the picture is rotated, all pixels.
    private const int BytesPerFinePixel = 4;

    // The rendition in memory and the encoder's memory; the decoder's memory has been freed by then. A picture of noise stays within the factor for AVIF. The
    // factor for WebP was not measured with noise.
    private const int BytesPerAvifPixel = 72;
    private const int BytesPerWebPPixel = 24;
    private const int BytesPerLosslessPixel = 80;

    // The picture, and two copies of its file, in libvips and as an array. The file may be as large as the picture.
    private const int BytesPerPngPixel = 24;

    // A decoded and a resized watermark in memory, with alpha.
    private const int BytesPerMarkPixel = 8;

    /// <summary>The estimate for decoding a whole file and writing its pixels.</summary>
    internal static long ForUnpacking(ImageHeader header) => Base + header.DecodingBytes;

    /// <summary>The estimate for a rendering of an inspected file.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="box">The box of the largest rendition.</param>
    /// <param name="request">The task, the additional formats, the transform and the watermark.</param>
    internal static long ForRendering(ImageHeader header, Box box, WorkerRequest request)
    {
        var task = request.Task;
        var pixels = (long)Math.Min(box.Width, header.Width) * Math.Min(box.Height, header.Height);
        var decoding = header.DecodingBytes + (pixels * (task == WorkerTask.RenderJpeg ? BytesPerFinePixel : BytesPerRenditionPixel));
        var mark = request.Mark is { Size: var size } ? (((long)size.Width * size.Height) + pixels) * BytesPerMarkPixel : 0;
        return Base + mark + (request.Transform is { } transform
            ? Math.Max(decoding, (pixels * BytesPerRenditionPixel) + ((long)transform.Size.Width * transform.Size.Height * BytesPerEncodedPixel(transform.Format)))
            : Math.Max(decoding, pixels * BytesPerEncodedPixel(task, request.Formats)));
    }

    private static int BytesPerEncodedPixel(WorkerTask task, AlternateFormats formats) =>
        task == WorkerTask.RenderLogo ? BytesPerLosslessPixel
        : formats.HasFlag(AlternateFormats.Avif) ? BytesPerAvifPixel
        : formats.HasFlag(AlternateFormats.WebP) ? BytesPerWebPPixel
        : 0;

    private static int BytesPerEncodedPixel(ImageFormat format) => format switch
    {
        ImageFormat.Avif => BytesPerAvifPixel,
        ImageFormat.WebP => BytesPerWebPPixel,
        ImageFormat.Png => BytesPerPngPixel,
        _ => 0,
    };
}
