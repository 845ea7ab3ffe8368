using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using Microsoft.Win32.SafeHandles;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>
/// The base class of the accepted file formats. To add a format, derive a class and add it to <see cref="All"/>. The names of formats are in
/// <see cref="ImageFormats"/>, because the API and the database contain them.
/// </summary>
internal abstract class FileFormat
{
    private const int SignatureLength = 256;

    /// <summary>The accepted formats. The first format whose signature matches a file is the file's format.</summary>
    internal static IReadOnlyList<FileFormat> All { get; } =
    [
        new JpegFormat(),
        new PngFormat(),
        new GifFormat(),
        new WebPFormat(),
        new TiffFormat(),
        IsoFormat.Avif,
        IsoFormat.Heic,
    ];

    /// <summary>The format's identity.</summary>
    internal abstract ImageFormat Format { get; }

    /// <summary>The name of libvips' loader without the suffix, such as <c>jpeg</c> for <c>jpegload</c>.</summary>
    internal abstract string Loader { get; }

    /// <summary>Whether decoding needs an HEVC decoder, which many builds of libvips lack.</summary>
    internal virtual bool NeedsHevc => false;

    /// <summary>Finds the class of a format.</summary>
    internal static FileFormat Find(ImageFormat format) => Find(All, format);

    /// <summary>Finds the class of a format in a list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list does not contain the format.</exception>
    internal static FileFormat Find(IReadOnlyList<FileFormat> formats, ImageFormat format) =>
        formats.FirstOrDefault(one => one.Format == format) ?? throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such image format.");

    /// <summary>Detects a file's format by the signature; null if the format is unknown. Reads at most the first 256 bytes.</summary>
    internal static FileFormat? Detect(IReadOnlyList<FileFormat> formats, SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[SignatureLength];
        return Detect(formats, start[..RandomAccess.Read(file, start, 0)]);
    }

    /// <summary>Detects the format from a file's first 256 bytes.</summary>
    internal static FileFormat? Detect(IReadOnlyList<FileFormat> formats, ReadOnlySpan<byte> start)
    {
        foreach (var format in formats)
        {
            if (format.Matches(start))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Detects the format of the file at a path.</summary>
    internal static FileFormat? Detect(IReadOnlyList<FileFormat> formats, string path)
    {
        using var file = File.OpenHandle(path);
        return Detect(formats, file);
    }

    /// <summary>Reads a file's structure.</summary>
    /// <exception cref="Application.Errors.ProblemException"><see cref="Application.Errors.Problems.TooComplex"/> if a limit is exceeded.</exception>
    internal FileShape ReadShape(string path)
    {
        using var file = new FileBytes(path);
        return ReadShape(file);
    }

    /// <summary>Estimates the peak memory of decoding a file, in bytes.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="shape">The file's structure.</param>
    internal long EstimateDecoding(int width, int height, FileShape shape) => shape.MetadataBytes + EstimatePixels(width, height, shape);

    /// <summary>Whether a file starts with the format's signature.</summary>
    /// <param name="start">The file's first 256 bytes, or all of a shorter file.</param>
    internal abstract bool Matches(ReadOnlySpan<byte> start);

    /// <summary>Describes a file that has the format's signature but is not accepted, such as "a camera's raw file". Null for other files.</summary>
    internal virtual string? FindForeign(string path) => null;

    /// <summary>Creates the walker that finds the parts of a file to keep.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rotation">The degrees by which to rotate the picture clockwise; ignored if <see cref="ImageFormats.HasOrientation"/> is false.</param>
    /// <exception cref="Application.Errors.ProblemException">422 <c>corruptImage</c> if the structure is invalid.</exception>
    internal abstract ImageWalker Walk(ByteSource file, int rotation = 0);

    /// <summary>
    /// Opens a file for decoding at a reduced size that is not smaller than the given one. Returns null if libvips already opens and shrinks the format
    /// well.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="full">The full size, after orientation.</param>
    /// <param name="wanted">The size of the rendition.</param>
    /// <exception cref="VipsException">The file is damaged.</exception>
    internal virtual VipsImage? Open(string path, Box full, Box wanted) => null;

    /// <summary>Reads the structure of an open file.</summary>
    protected abstract FileShape ReadShape(FileBytes file);

    /// <summary>Estimates the memory for the pixels and the coded file, in bytes.</summary>
    protected abstract long EstimatePixels(int width, int height, FileShape shape);
}
