using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>JPEG (ITU-T T.81).</summary>
internal sealed class JpegFormat : FileFormat
{
    /// <summary>The components of CMYK, the most that libvips decodes.</summary>
    private const int MaxComponents = 4;

    /// <inheritdoc />
    internal override ImageFormat Format => ImageFormat.Jpeg;

    /// <inheritdoc />
    internal override string Loader => "jpeg";

    /// <inheritdoc />
    internal override bool Matches(ReadOnlySpan<byte> start) => start is [0xFF, 0xD8, 0xFF, ..];

    /// <inheritdoc />
    internal override ImageWalker Walk(ByteSource file, int rotation = 0) => new JpegWalker(file, rotation);

    /// <summary>
    /// Decodes at the smallest scale of 1, 1/2, 1/4 or 1/8 at which the picture is not smaller than the wanted box. libvips would choose twice that scale,
    /// which takes twice the time and is hardly sharper.
    /// </summary>
    internal override VipsImage Open(string path, Box full, Box wanted)
    {
        var factor = 8;
        while (factor > 1 && (full.Width / factor < wanted.Width || full.Height / factor < wanted.Height))
        {
            factor /= 2;
        }

        return VipsImage.Jpegload(path, shrink: factor, access: Enums.Access.Sequential, failOn: ChooseStrictness(path));
    }

    /// <inheritdoc />
    protected override FileShape ReadShape(FileBytes file)
    {
        var structure = JpegStructure.Read(file);
        FileShape.Limit(structure.Scans, FileShape.MaxScans, "scans");
        FileShape.LimitMetadata(structure.MetadataBytes);

        // Components in separate scans are complete only after the last scan.
        return new FileShape(Math.Clamp(structure.Components, 3, MaxComponents), structure.IsProgressive || structure.Scans > 1, 0, structure.MetadataBytes);
    }

    // The decoder holds either all 16-bit coefficients, or a few rows.
    /// <inheritdoc />
    protected override long EstimatePixels(int width, int height, FileShape shape) => shape.IsWhole ? (long)width * height * 2 * shape.SampleBytes : Math.Max(width, height) * 1024L;

    private static Enums.FailOn ChooseStrictness(string path)
    {
        using var file = new FileBytes(path);
        var structure = JpegStructure.Read(file);
        if (!structure.IsIntact)
        {
            throw new VipsException("the markers of the JPEG are damaged, or its end is missing");
        }

        return structure.HasOddHeader ? Enums.FailOn.Truncated : Enums.FailOn.Warning;
    }
}
