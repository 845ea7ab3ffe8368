namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Tags (EXIF 3.0 4.6, TIFF 6.0, XMP part 3, GeoTIFF) that matter here.</summary>
internal static class ExifTag
{
    internal const ushort Make = 0x010F;
    internal const ushort Model = 0x0110;
    internal const ushort StripOffsets = 273;
    internal const ushort Orientation = 274;
    internal const ushort StripByteCounts = 279;
    internal const ushort DateTime = 0x0132;
    internal const ushort TileOffsets = 324;
    internal const ushort TileByteCounts = 325;
    internal const ushort SubDirectories = 330;
    internal const ushort JpegOffset = 513;
    internal const ushort JpegLength = 514;
    internal const ushort JpegQuantizationTables = 519;
    internal const ushort JpegAcTables = 521;
    internal const ushort Xmp = 700;
    internal const ushort Iptc = 33_723;
    internal const ushort Photoshop = 34_377;
    internal const ushort Exif = 0x8769;
    internal const ushort Gps = 0x8825;
    internal const ushort DateTimeOriginal = 0x9003;
    internal const ushort DateTimeDigitized = 0x9004;
    internal const ushort OffsetTime = 0x9010;
    internal const ushort OffsetTimeOriginal = 0x9011;
    internal const ushort OffsetTimeDigitized = 0x9012;
    internal const ushort MakerNote = 0x927C;
    internal const ushort Interoperability = 0xA005;
    internal const ushort GdalMetadata = 42_112;

    /// <summary>Within the GPS directory: says which version of EXIF the others follow; no place.</summary>
    internal const ushort GpsVersion = 0;
    internal const ushort GpsLongitude = 4;

    /// <summary>Where on earth the pixels of a map or aerial picture lie.</summary>
    internal static bool IsGeoTiff(ushort tag) => tag is 33_550 or 33_922 or 34_264 or 34_735 or 34_736 or 34_737;
}
