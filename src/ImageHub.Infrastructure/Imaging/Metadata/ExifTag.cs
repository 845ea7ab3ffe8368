namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The relevant tags (EXIF 3.0 4.6, TIFF 6.0, XMP part 3).</summary>
internal static class ExifTag
{
    internal const ushort NewSubfileType = 254;
    internal const ushort Compression = 259;
    internal const ushort ImageDescription = 0x010E;
    internal const ushort Make = 0x010F;
    internal const ushort Model = 0x0110;
    internal const ushort StripOffsets = 273;
    internal const ushort Orientation = 274;
    internal const ushort StripByteCounts = 279;
    internal const ushort Software = 0x0131;
    internal const ushort DateTime = 0x0132;
    internal const ushort Artist = 0x013B;
    internal const ushort TileOffsets = 324;
    internal const ushort TileByteCounts = 325;
    internal const ushort JpegTables = 347;
    internal const ushort JpegOffset = 513;
    internal const ushort JpegLength = 514;
    internal const ushort JpegQuantizationTables = 519;
    internal const ushort JpegAcTables = 521;
    internal const ushort Xmp = 700;
    internal const ushort Copyright = 0x8298;
    internal const ushort Iptc = 33_723;
    internal const ushort Photoshop = 34_377;
    internal const ushort ColourProfile = 34_675;
    internal const ushort ExposureTime = 0x829A;
    internal const ushort FNumber = 0x829D;
    internal const ushort Exif = 0x8769;
    internal const ushort Gps = 0x8825;
    internal const ushort Sensitivity = 0x8827;
    internal const ushort StandardOutputSensitivity = 0x8831;
    internal const ushort RecommendedExposureIndex = 0x8832;
    internal const ushort IsoSpeed = 0x8833;
    internal const ushort DateTimeOriginal = 0x9003;
    internal const ushort DateTimeDigitized = 0x9004;
    internal const ushort OffsetTime = 0x9010;
    internal const ushort OffsetTimeOriginal = 0x9011;
    internal const ushort OffsetTimeDigitized = 0x9012;
    internal const ushort FocalLength = 0x920A;
    internal const ushort Interoperability = 0xA005;
    internal const ushort LensModel = 0xA434;
    internal const ushort DngVersion = 50_706;
}

/// <summary>The kinds of values.</summary>
internal enum ExifKind
{
    /// <summary>Up to four numbers.</summary>
    Number,

    /// <summary>Numbers with nonzero denominators. A GPS receiver without a position writes 0/0, which readers would interpret as 0.</summary>
    Degrees,

    /// <summary>A text; any bytes after its end are removed.</summary>
    Text,

    /// <summary>A text of several paragraphs; any bytes after its end are removed.</summary>
    LongText,

    /// <summary>Two texts: the photographer's and the editor's copyright.</summary>
    TwoTexts,

    /// <summary>A time: digits and separators.</summary>
    Time,

    /// <summary>Four untyped bytes: a version, or an order of channels.</summary>
    FourBytes,
}

/// <summary>The allowed values of a directory and its subdirectories.</summary>
/// <param name="Values">The values by tag.</param>
/// <param name="Children">The subdirectories by the tag that points to them.</param>
internal sealed record ExifList(IReadOnlyDictionary<ushort, ExifKind> Values, IReadOnlyDictionary<ushort, ExifList> Children)
{
    private static readonly Dictionary<ushort, ExifList> NoChildren = [];

    /// <summary>The allowed values of the Exif directory: equipment, time and exposure.</summary>
    private static readonly ExifList KeptExif = new(
        new Dictionary<ushort, ExifKind>
        {
            // Values that the standard requires: versions, order of channels, dimensions.
            [0x9000] = ExifKind.FourBytes, [0xA000] = ExifKind.FourBytes, [0x9101] = ExifKind.FourBytes, [0xA002] = ExifKind.Number, [0xA003] = ExifKind.Number,

            // Exposure: time, f-number, program, sensitivities; shutter speed, aperture, brightness, bias, widest aperture, metering, light, flash,
            // focal length; index, mode, white balance, digital zoom, focal length for 35 mm film.
            [0x829A] = ExifKind.Number, [0x829D] = ExifKind.Number, [0x8822] = ExifKind.Number, [0x8827] = ExifKind.Number,
            [0x8830] = ExifKind.Number, [0x8831] = ExifKind.Number, [0x8832] = ExifKind.Number, [0x8833] = ExifKind.Number,
            [0x9201] = ExifKind.Number, [0x9202] = ExifKind.Number, [0x9203] = ExifKind.Number, [0x9204] = ExifKind.Number, [0x9205] = ExifKind.Number,
            [0x9207] = ExifKind.Number, [0x9208] = ExifKind.Number, [0x9209] = ExifKind.Number, [0x920A] = ExifKind.Number,
            [0xA215] = ExifKind.Number, [0xA402] = ExifKind.Number, [0xA403] = ExifKind.Number, [0xA404] = ExifKind.Number, [0xA405] = ExifKind.Number,

            // The times of exposure and digitization, with offsets and fractions of a second.
            [ExifTag.DateTimeOriginal] = ExifKind.Time, [ExifTag.DateTimeDigitized] = ExifKind.Time,
            [ExifTag.OffsetTimeOriginal] = ExifKind.Time, [ExifTag.OffsetTimeDigitized] = ExifKind.Time, [0x9291] = ExifKind.Time, [0x9292] = ExifKind.Time,

            // Colour space and gamma.
            [0xA001] = ExifKind.Number, [0xA500] = ExifKind.Number,

            // Lens: specification, make, model.
            [0xA432] = ExifKind.Number, [0xA433] = ExifKind.Text, [0xA434] = ExifKind.Text,
        },
        new Dictionary<ushort, ExifList>
        {
            // The interoperability index, which indicates Adobe RGB colours (DCF 2.0).
            [ExifTag.Interoperability] = new(new Dictionary<ushort, ExifKind> { [1] = ExifKind.Text }, NoChildren),
        });

    /// <summary>The values to keep in EXIF blocks and among a TIFF's own tags.</summary>
    internal static readonly ExifList Kept = new(
        new Dictionary<ushort, ExifKind>
        {
            [ExifTag.Make] = ExifKind.Text, [ExifTag.Model] = ExifKind.Text, [ExifTag.Orientation] = ExifKind.Number, [ExifTag.Software] = ExifKind.Text,
            [ExifTag.Artist] = ExifKind.Text, [ExifTag.Copyright] = ExifKind.TwoTexts,

            // Resolution: horizontal, vertical, unit; and the position of chroma samples.
            [282] = ExifKind.Number, [283] = ExifKind.Number, [296] = ExifKind.Number, [531] = ExifKind.Number,
        },
        new Dictionary<ushort, ExifList> { [ExifTag.Exif] = KeptExif });

    /// <summary>The values to read for the image's details.</summary>
    internal static readonly ExifList Facts = new(
        new Dictionary<ushort, ExifKind>
        {
            [ExifTag.Make] = ExifKind.Text, [ExifTag.Model] = ExifKind.Text, [ExifTag.DateTime] = ExifKind.Time,
            [ExifTag.ImageDescription] = ExifKind.LongText, [ExifTag.Artist] = ExifKind.Text, [ExifTag.Copyright] = ExifKind.TwoTexts,
        },
        new Dictionary<ushort, ExifList>
        {
            [ExifTag.Exif] = new(
                new Dictionary<ushort, ExifKind>
                {
                    [ExifTag.DateTimeOriginal] = ExifKind.Time, [ExifTag.DateTimeDigitized] = ExifKind.Time,
                    [ExifTag.OffsetTime] = ExifKind.Time, [ExifTag.OffsetTimeOriginal] = ExifKind.Time, [ExifTag.OffsetTimeDigitized] = ExifKind.Time,
                    [ExifTag.ExposureTime] = ExifKind.Number, [ExifTag.FNumber] = ExifKind.Number, [ExifTag.FocalLength] = ExifKind.Number, [ExifTag.LensModel] = ExifKind.Text,
                    [ExifTag.Sensitivity] = ExifKind.Number, [ExifTag.StandardOutputSensitivity] = ExifKind.Number,
                    [ExifTag.RecommendedExposureIndex] = ExifKind.Number, [ExifTag.IsoSpeed] = ExifKind.Number,
                },
                NoChildren),

            // Latitude and longitude, each preceded by its hemisphere.
            [ExifTag.Gps] = new(
                new Dictionary<ushort, ExifKind> { [1] = ExifKind.Text, [2] = ExifKind.Degrees, [3] = ExifKind.Text, [4] = ExifKind.Degrees }, NoChildren),
        });
}
