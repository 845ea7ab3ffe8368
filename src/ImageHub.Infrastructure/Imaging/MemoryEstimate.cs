using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// What a rendering holds at its peak, in bytes beyond what an idle worker has. libvips' own count misses what codecs allocate, so this goes by
/// format; the factors were measured as resident memory on 24-megapixel files and rounded up.
/// </summary>
internal static class MemoryEstimate
{
    // Buffers, tables, what the allocator keeps for later.
    private const long Base = 24L << 20;

    // The rendition in memory, once more while it is being written, and alpha.
    private const int BytesPerRenditionPixel = 8;

    // Of a fine JPEG no pixels are kept, unless they have to be turned, and the file grows in memory.
    private const int BytesPerFinePixel = 4;

    // The rendition in memory, and what an encoder of it holds; the decoder has given back what it held by then. In AVIF a picture of noise stays within it; WebP is not measured.
    private const int BytesPerAvifPixel = 72;
    private const int BytesPerWebPPixel = 24;

    /// <summary>For decoding a file.</summary>
    internal static long ForDecoding(ImageFormat format, int width, int height, FileShape shape)
    {
        var pixels = (long)width * height;
        return shape.MetadataBytes + format switch
        {
            // A whole frame of 16-bit coefficients of three channels; otherwise a few rows.
            ImageFormat.Jpeg => shape.IsWhole ? pixels * 6 : Math.Max(width, height) * 1024L,
            ImageFormat.Png => shape.IsWhole ? pixels * shape.SampleBytes * 2 : Math.Max(width, height) * 1024L * shape.SampleBytes,
            // The file, planes, samples in a row, and what is copied from one to the other; alpha is decoded as a picture of its own.
            ImageFormat.Avif => shape.BlockBytes + (pixels * (shape.SampleBytes switch { <= 3 => 12, 4 => 24, <= 6 => 20, _ => 40 })),
            ImageFormat.Heic => shape.BlockBytes + (pixels * (shape.SampleBytes switch { <= 3 => 9, 4 => 18, <= 6 => 15, _ => 30 })),
            ImageFormat.Tiff => (shape.BlockBytes * 2) + (Math.Max(width, height) * 1024L * shape.SampleBytes),
            _ => pixels * shape.SampleBytes,
        };
    }

    /// <summary>For writing the pixels of a file that is decoded as a whole.</summary>
    internal static long ForUnpacking(ImageHeader header) => Base + header.DecodingBytes;

    /// <summary>For a rendering, of which inspecting has estimated the decoding.</summary>
    /// <param name="header">The file.</param>
    /// <param name="box">The box of the largest rendition.</param>
    /// <param name="task">What is made.</param>
    /// <param name="formats">In which formats besides.</param>
    internal static long ForRendering(ImageHeader header, Box box, WorkerTask task, AlternateFormats formats)
    {
        var pixels = (long)Math.Min(box.Width, header.Width) * Math.Min(box.Height, header.Height);
        var decoding = header.DecodingBytes + (pixels * (task == WorkerTask.RenderJpeg ? BytesPerFinePixel : BytesPerRenditionPixel));
        var encoding = pixels * (formats.HasFlag(AlternateFormats.Avif) ? BytesPerAvifPixel : formats.HasFlag(AlternateFormats.WebP) ? BytesPerWebPPixel : 0);
        return Base + Math.Max(decoding, encoding);
    }
}
