using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Imaging.Formats;
using MetadataExtractor;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Cleans the metadata of image files. Each format has a walker that finds the parts to keep. Memory use does not depend on the file's size.</summary>
internal static class EmbeddedMetadata
{
    private static readonly ImageMetadata None = new(null, null, null, null);

    /// <summary>Produces a copy that contains only the parts to keep. Produces no copy if the file contains only these parts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">The file's format.</param>
    /// <param name="copy">Produces the copy part by part.</param>
    /// <param name="rotation">The degrees by which to rotate the picture clockwise through its orientation tag.</param>
    /// <returns>The file's metadata. Unreadable or malicious metadata counts as absent.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.CorruptImage"/> if the file's structure is invalid.</exception>
    internal static ImageMetadata Clean(string path, FileFormat format, EditedCopy copy, int rotation = 0)
    {
        using var file = new FileBytes(path);
        var walker = format.Walk(file, rotation);
        if (walker.FindEdits() is { Count: > 0 } edits)
        {
            copy.Make(file.Length, edits);
        }

        return Read(walker.Metadata);
    }

    private static ImageMetadata Read(KeptMetadata metadata)
    {
        try
        {
            var exif = metadata.Exif.Select(block => ExifBlock.Read(block, ExifList.Facts)).OfType<ExifBlock>().ToList();
            var xmp = metadata.Xmp.Select(XmpFacts.Read).ToList();
            var facts = exif.Select(ReadCamera).FirstOrDefault(facts => facts != None, None);
            return facts with
            {
                Location = facts.Location ?? xmp.Select(packet => packet.Location).FirstOrDefault(location => location is not null),
                Caption = EmbeddedCaption.Read(metadata, xmp, exif),
            };
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return None;
        }
    }

    private static ImageMetadata ReadCamera(ExifBlock block)
    {
        try
        {
            return block.Write() is { } condensed ? CameraFacts.Read(condensed) : None;
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return None;
        }
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is ProblemException or MetadataException or IOException or ArgumentException or FormatException or OverflowException;
}
