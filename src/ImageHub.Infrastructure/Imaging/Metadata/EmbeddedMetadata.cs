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

    /// <summary>Says what a copy with nothing but what may stay consists of; nothing is said when the file carries nothing else.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="copy">Takes the copy, part by part.</param>
    /// <returns>What the file's metadata say. Unreadable or hostile metadata are as none.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.CorruptImage"/> when the file's structure cannot be followed.</exception>
    internal static ImageMetadata Clean(string path, ImageFormat format, EditedCopy copy)
    {
        using var file = new FileBytes(path);
        var walker = ImageWalker.Walk(file, format);
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
