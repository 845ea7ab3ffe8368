using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using MetadataExtractor;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// The metadata in image files. One walker per container lists the blocks, one judge says which of them carry the
/// location, and a copy leaves them out. Memory does not grow with the file.
/// </summary>
internal sealed class EmbeddedMetadata(ILogger<EmbeddedMetadata> logger) : IImageMetadata
{
    private const int MaxBlocksRead = 4;

    private static readonly ImageMetadata None = new(null, null, null, null);

    /// <inheritdoc />
    public Task<ImageMetadata> ReadAsync(string path, ImageFormat format, CancellationToken cancellationToken) =>
        Task.Run(() => Read(path, format, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<bool> RemoveLocationAsync(string path, ImageFormat format, string targetPath, CancellationToken cancellationToken)
    {
        using var file = new FileBytes(path, cancellationToken);
        var edits = await Task.Run(() => FindEdits(file, format), cancellationToken);
        if (edits.Count == 0)
        {
            return false;
        }

        try
        {
            await EditedCopy.WriteAsync(file, edits, targetPath, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is (IOException and not EndOfStreamException) or UnauthorizedAccessException)
        {
            throw UnwrittenFile.Report(logger, exception, targetPath);
        }
    }

    private static List<Edit> FindEdits(FileBytes file, ImageFormat format)
    {
        var container = Open(file, format);
        var check = new LocationCheck(file.Length);
        var carrying = container.Blocks.Where(check.Carries).ToHashSet<MetadataBlock>(ReferenceEqualityComparer.Instance);
        return carrying.Count == 0 ? [] : [.. container.RemoveMetadata(carrying)];
    }

    private static ImageMetadata Read(string path, ImageFormat format, CancellationToken cancellationToken)
    {
        using var file = new FileBytes(path, cancellationToken);
        try
        {
            var blocks = Open(file, format).Blocks;
            var facts = FindStructures(file, format, blocks)
                .Select(ExifBlock.Condense)
                .Select(condensed => condensed is null ? None : CameraFacts.Read(condensed))
                .FirstOrDefault(facts => facts != None, None);
            return facts.Location is not null ? facts : facts with { Location = FindInXmp(blocks) };
        }
        catch (Exception exception) when (exception is ProblemException or MetadataException or IOException or ArgumentException or FormatException or OverflowException)
        {
            return None;
        }
    }

    // A TIFF is such a structure itself.
    private static IEnumerable<ByteSource> FindStructures(FileBytes file, ImageFormat format, IReadOnlyList<MetadataBlock> blocks) =>
        format == ImageFormat.Tiff
            ? [file]
            : blocks.Where(block => block is { Kind: BlockKind.Exif, IsDeflated: false }).Take(MaxBlocksRead).Select(block => block.Content);

    private static Application.Imaging.GeoLocation? FindInXmp(IReadOnlyList<MetadataBlock> blocks) =>
        blocks.Where(block => block is { Kind: BlockKind.Xmp, IsDeflated: false })
            .Take(MaxBlocksRead)
            .Select(block => XmpLocation.Read(block.Content))
            .FirstOrDefault(location => location is not null);

    private static ImageContainer Open(ByteSource file, ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => JpegContainer.Read(file),
        ImageFormat.Png => PngContainer.Read(file),
        ImageFormat.WebP => WebPContainer.Read(file),
        ImageFormat.Gif => GifContainer.Read(file),
        ImageFormat.Tiff => TiffContainer.Read(file) ?? throw new ProblemException(Problems.CorruptImage, "The image does not start as a TIFF."),
        ImageFormat.Avif or ImageFormat.Heic => IsoContainer.Read(file),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such image format."),
    };
}
