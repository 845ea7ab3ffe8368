using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using MetadataExtractor;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// The metadata in image files. A walker per format names what may stay, and a copy is made of that. Memory does not grow with the file.
/// </summary>
internal static class EmbeddedMetadata
{
    private static readonly ImageMetadata None = new(null, null, null, null);

    /// <summary>Writes a copy with nothing but what may stay; nothing is written when the file carries nothing else.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.CorruptImage"/> when the file's structure cannot be followed.</exception>
    internal static void Clean(string path, ImageFormat format, WriteBytes write)
    {
        using var file = new FileBytes(path);
        if (ImageWalker.Walk(file, format).FindEdits() is { Count: > 0 } edits)
        {
            EditedCopy.Write(file, edits, write);
        }
    }

    /// <summary>What the file's metadata say. Unreadable or hostile metadata are as none; this never fails for the file's content.</summary>
    internal static ImageMetadata Read(string path, ImageFormat format)
    {
        using var file = new FileBytes(path);
        try
        {
            var metadata = ImageWalker.Walk(file, format).Metadata;
            var facts = metadata.Exif
                .Select(block => ExifBlock.Read(block, ExifList.Facts)?.Write())
                .Select(condensed => condensed is null ? None : CameraFacts.Read(condensed))
                .FirstOrDefault(facts => facts != None, None);
            return facts.Location is not null
                ? facts
                : facts with { Location = metadata.Xmp.Select(packet => XmpPacket.Read(packet).Location).FirstOrDefault(location => location is not null) };
        }
        catch (Exception exception) when (exception is ProblemException or MetadataException or IOException or ArgumentException or FormatException or OverflowException)
        {
            return None;
        }
    }
}
