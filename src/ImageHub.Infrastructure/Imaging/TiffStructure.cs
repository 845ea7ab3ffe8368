using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Reads decoding properties from the first directory of a TIFF.</summary>
internal static class TiffStructure
{
    private const int MaxEntries = 4_096;

    /// <summary>
    /// Whether it is a camera's raw file. Raw files have a TIFF structure, in which a TIFF decoder first finds a thumbnail. They are recognized
    /// by their first directory: it is marked as a reduced version, or contains a DNG version.
    /// </summary>
    internal static bool IsCameraRaw(string path)
    {
        using var file = new FileBytes(path);
        return TiffReader.Open(file) is { } reader
            && reader.ReadDirectory(reader.First, MaxEntries) is { } first
            && (reader.IsReduced(first) || first.Entries.Any(entry => entry.Tag == ExifTag.DngVersion));
    }
}
