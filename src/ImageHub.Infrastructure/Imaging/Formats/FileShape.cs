using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>
/// The cost of decoding a file, read from its structure without decoding it. The limits detect small files that would make a decoder allocate much memory.
/// </summary>
/// <param name="SampleBytes">The size of a pixel in the decoder's memory, in bytes; for most formats, the size of all decoded samples of the pixel.</param>
/// <param name="IsWhole">Whether the decoder holds all pixels at once rather than a few rows.</param>
/// <param name="BlockBytes">The size of the largest part decoded at once, in bytes, if known; otherwise 0.</param>
/// <param name="MetadataBytes">The size of the inflated metadata, in bytes.</param>
internal readonly record struct FileShape(int SampleBytes, bool IsWhole, long BlockBytes, long MetadataBytes)
{
    /// <summary>The maximum number of scans, more than any encoder writes; a malicious file of 320 kB can have 882.</summary>
    internal const int MaxScans = 64;

    /// <summary>The maximum number of samples per pixel: colours, black and alpha, with some reserve.</summary>
    internal const int MaxSamples = 8;

    /// <summary>The maximum numbers of texts and profiles in a PNG, frames in an animation, and directories in a TIFF.</summary>
    internal const int MaxTextChunks = 200;
    internal const int MaxFrames = 10_000;
    internal const int MaxDirectories = 1_000;

    /// <summary>The maximum number of boxes in an AVIF or HEIC; a tiled photo of 200 megapixels has about 1,000.</summary>
    internal const int MaxBoxes = 20_000;

    /// <summary>The maximum size of inflated metadata in bytes; printer profiles have up to 3 MB, and phones' depth maps a few megabytes.</summary>
    internal const long MaxMetadataBytes = 32L << 20;

    /// <summary>Limits the metadata of a file.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TooComplex"/> if the size exceeds <see cref="MaxMetadataBytes"/>.</exception>
    internal static void LimitMetadata(long bytes)
    {
        if (bytes > MaxMetadataBytes)
        {
            throw new ProblemException(Problems.TooComplex, $"The file has at least {bytes} bytes of metadata; at most {MaxMetadataBytes} are read.");
        }
    }

    /// <summary>Limits the number of parts of a kind, such as <c>frames</c>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TooComplex"/> if there are more than <paramref name="most"/>.</exception>
    internal static void Limit(long count, long most, string kind)
    {
        if (count > most)
        {
            throw new ProblemException(Problems.TooComplex, $"The file has {count} {kind} or more; at most {most} are decoded.");
        }
    }
}
