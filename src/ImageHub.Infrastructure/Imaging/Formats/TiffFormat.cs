using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>TIFF 6.0 and BigTIFF; only the first page is decoded.</summary>
internal sealed class TiffFormat : FileFormat
{
    private const int MaxEntries = 4_096;

    /// <inheritdoc />
    internal override ImageFormat Format => ImageFormat.Tiff;

    /// <inheritdoc />
    internal override string Loader => "tiff";

    /// <inheritdoc />
    internal override bool Matches(ReadOnlySpan<byte> start) => start switch
    {
        // Canon's raw files have a TIFF structure, but the first picture is a preview.
        [(byte)'I', (byte)'I', 0x2A, 0, _, _, _, _, (byte)'C', (byte)'R', ..] => false,

        // 42 is classic TIFF, 43 BigTIFF.
        [(byte)'I', (byte)'I', 0x2A or 0x2B, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A or 0x2B, ..] => true,
        _ => false,
    };

    /// <inheritdoc />
    internal override ImageWalker Walk(ByteSource file, int rotation = 0) => new TiffWalker(file, rotation);

    /// <summary>
    /// Recognizes raw files of cameras, which have a TIFF structure but start with a thumbnail. Their first directory is marked as a reduced version or
    /// contains a DNG version.
    /// </summary>
    internal override string? FindForeign(string path)
    {
        using var file = new FileBytes(path);
        return TiffReader.Open(file) is { } reader
            && reader.ReadDirectory(reader.First, MaxEntries) is { } first
            && (reader.IsReduced(first) || first.Entries.Any(entry => entry.Tag == ExifTag.DngVersion))
                ? "a camera's raw file, which contains only a small preview"
                : null;
    }

    /// <summary>
    /// Opens the first page. libvips' thumbnail operation, which would otherwise open the file, treats pages that halve in size as levels of one picture, and
    /// old versions choose a level that is too small.
    /// </summary>
    internal override VipsImage Open(string path, Box full, Box wanted) =>
        VipsImage.Tiffload(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated);

    // TIFF 6.0, sections 2 and 15.
    protected override FileShape ReadShape(FileBytes file)
    {
        if (TiffReader.Open(file) is not { } reader)
        {
            return new FileShape(8, true, 0, 0);
        }

        var directories = 0;
        var shape = default(FileShape);
        for (var at = reader.First; at != 0 && reader.ReadDirectory(at, MaxEntries) is { } directory; at = directory.Next)
        {
            FileShape.Limit(++directories, FileShape.MaxDirectories, "directories");
            if (directories == 1)
            {
                shape = ReadFirstDirectory(reader, directory);
            }
        }

        return shape;
    }

    /// <inheritdoc />
    protected override long EstimatePixels(int width, int height, FileShape shape) => (shape.BlockBytes * 2) + (Math.Max(width, height) * 1024L * shape.SampleBytes);

    private static FileShape ReadFirstDirectory(TiffReader reader, TiffDirectory directory)
    {
        var samples = Number(277, 1);
        FileShape.Limit(samples, FileShape.MaxSamples, "samples a pixel");
        var sampleBytes = (int)(samples * Math.Clamp((Number(258, 1) + 7) / 8, 1, 8));
        var (width, height) = (Number(256, 1), Number(257, 1));
        var (columns, rows) = Number(322, 0) > 0 ? (Math.Max(width, Number(322, 0)), Number(323, 1)) : (width, Math.Min(Number(278, height), height));
        return new FileShape(sampleBytes, false, Math.Min(columns, 1 << 20) * Math.Min(rows, 1 << 20) * sampleBytes, 0);

        long Number(ushort tag, long otherwise) => Array.Find(directory.Entries, entry => entry.Tag == tag) is { Tag: not 0 } found ? reader.ReadNumbers(found, 1).FirstOrDefault(otherwise) : otherwise;
    }
}
