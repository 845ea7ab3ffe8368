using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>What the first directory of a TIFF tells about its decoding.</summary>
internal static class TiffStructure
{
    private const int MaxEntries = 4_096;

    /// <summary>
    /// Whether it is a camera's raw file. Those are TIFF by structure and a TIFF decoder takes them, but what it finds
    /// first is a thumbnail. The directory gives them away: it calls itself a reduced version, or names a version of DNG.
    /// </summary>
    internal static bool IsCameraRaw(string path)
    {
        using var file = new FileBytes(path);
        return TiffReader.Open(file) is { } reader
            && reader.ReadDirectory(reader.First, MaxEntries) is { } first
            && (reader.IsReduced(first) || first.Entries.Any(entry => entry.Tag == ExifTag.DngVersion));
    }
}
