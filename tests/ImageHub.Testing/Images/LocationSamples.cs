using System.Text;
using ImageHub.Domain.Images;

namespace ImageHub.Testing.Images;

/// <summary>Small files of every format except HEIC. Each sample stores a location in a different part of the file.</summary>
public static class LocationSamples
{
    /// <summary>The place name in every sample that stores a name.</summary>
    public const string Canary = "Canaryville";

    private const byte HasExif = 0x08;
    private const byte HasXmp = 0x04;

    private static readonly byte[] Place = Encoding.ASCII.GetBytes(Canary + "\0");
    private static readonly byte[] Gps = (MetadataFixtures.GeotaggedExif(6) with { Further = [(0x010E, 2, Place)] }).ToBytes();
    private static readonly byte[] City = MetadataFixtures.Xmp($"photoshop:City='{Canary}' photoshop:Country='{Canary}'");
    private static readonly byte[] Film = [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[12], 0, 0, 0, 20, .. "moov"u8, .. Place];
    private static readonly byte[] Jpeg = MetadataFixtures.Bare(TestPicture.Quadrants(64, 48).ToJpeg());
    private static readonly byte[] Small = TestImages.WithExif(MetadataFixtures.Bare(TestImages.Jpeg(16, 12)), Gps);
    private static readonly byte[] Png = MetadataFixtures.BarePng(TestPicture.Quadrants(64, 48).ToPng(profile: "p3"));
    private static readonly byte[] WebP = MetadataFixtures.Simple(TestImages.WebP(64, 48));
    private static readonly byte[] Gif = TestImages.Gif(64, 48);
    private static readonly byte[] Avif = TestPicture.Gradient(64, 48).ToAvif(isBare: true);

    /// <summary>All samples by name.</summary>
    public static IReadOnlyDictionary<string, (ImageFormat Format, byte[] File)> All { get; } =
        Jpegs().Select(sample => (sample.Name, Format: ImageFormat.Jpeg, sample.File))
            .Concat(Pngs().Select(sample => (sample.Name, Format: ImageFormat.Png, sample.File)))
            .Concat(WebPs().Select(sample => (sample.Name, Format: ImageFormat.WebP, sample.File)))
            .Concat(Gifs().Select(sample => (sample.Name, Format: ImageFormat.Gif, sample.File)))
            .Concat(Tiffs().Select(sample => (sample.Name, Format: ImageFormat.Tiff, sample.File)))
            .Concat(Avifs().Select(sample => (sample.Name, Format: ImageFormat.Avif, sample.File)))
            .ToDictionary(sample => $"{sample.Format}: {sample.Name}", sample => (sample.Format, sample.File), StringComparer.Ordinal);

    private static IEnumerable<(string Name, byte[] File)> Jpegs()
    {
        yield return ("GPS in EXIF", TestImages.WithExif(Jpeg, Gps));
        yield return ("GPS in little-endian EXIF", Exif(MetadataFixtures.GeotaggedExif() with { IsLittleEndian = true }));
        yield return ("EXIF of the thumbnail", Exif(MetadataFixtures.PlainExif() with { Thumbnail = Small }));
        yield return ("maker notes", Exif(MetadataFixtures.PlainExif() with { MakerNote = [.. "Nikon\0\u0002\u0010\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, .. Place] }));
        yield return ("Panasonic's City2", Exif(MetadataFixtures.PlainExif() with { MakerNote = [.. "Panasonic\0\0\0"u8, 1, 0, 0x80, 0, 2, 0, 12, 0, 0, 0, .. Place, .. Place] }));
        yield return ("user comment", Exif(MetadataFixtures.PlainExif() with { FurtherExif = [(0x9286, 7, [.. "ASCII\0\0\0"u8, .. Place])] }));
        yield return ("image description", Exif(MetadataFixtures.PlainExif() with { Further = [(0x010E, 2, Place)] }));
        yield return ("Windows' comment", Exif(MetadataFixtures.PlainExif() with { Further = [(0x9C9C, 1, Encoding.Unicode.GetBytes(Canary))] }));
        yield return ("GeoTIFF tags in EXIF", Exif(MetadataFixtures.PlainExif() with { Further = [(34_737, 2, Place)] }));
        yield return ("behind the end of a text", Exif(MetadataFixtures.PlainExif() with { Further = [(0x0131, 2, [.. "Studio\0"u8, .. Place])] }));
        yield return ("between the values of EXIF", TestImages.WithExif(Jpeg, [.. MetadataFixtures.PlainExif(6).ToBytes(), .. Place]));
        yield return ("a second EXIF block", TestImages.WithExif(TestImages.WithExif(Jpeg, Gps), MetadataFixtures.PlainExif(3).ToBytes()));
        yield return ("EXIF that cannot be read", TestImages.WithExif(Jpeg, [1, 2, 3, 4, .. Place]));
        yield return ("EXIF in capitals", TestImages.WithSegment(Jpeg, 0xE1, [.. "EXIF\0\0"u8, .. Gps]));
        yield return ("XMP position", MetadataFixtures.WithXmpSegment(Jpeg, MetadataFixtures.GeotaggedXmp));
        yield return ("XMP city", MetadataFixtures.WithXmpSegment(Jpeg, City));
        yield return ("XMP of a drone", MetadataFixtures.WithXmpSegment(Jpeg, MetadataFixtures.Xmp("xmlns:drone='http://www.dji.com/drone-dji/1.0/' drone:GpsLatitude='1'")));
        yield return ("XMP that is no XML", MetadataFixtures.WithXmpSegment(Jpeg, [.. "<x:xmpmeta"u8, .. Place]));
        yield return ("XMP comment", MetadataFixtures.WithXmpSegment(Jpeg, [.. "<!--"u8, .. Place[..^1], .. "-->"u8, .. MetadataFixtures.RightsXmp]));
        yield return ("extended XMP", MetadataFixtures.WithExtendedXmp(Jpeg, City, 40));
        yield return ("IPTC", TestImages.WithSegment(Jpeg, 0xED, MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(90, Canary))));
        yield return ("Photoshop's caption", TestImages.WithSegment(Jpeg, 0xED, MetadataFixtures.Photoshop(0x03F0, Place)));
        yield return ("thumbnail of Photoshop", TestImages.WithSegment(Jpeg, 0xED, MetadataFixtures.Photoshop(0x040C, [.. new byte[28], .. Small])));
        yield return ("comment", TestImages.WithSegment(Jpeg, 0xFE, Place));
        yield return ("FlashPix", TestImages.WithSegment(Jpeg, 0xE2, [.. "FPXR\0"u8, .. Place]));
        yield return ("Meta in APP3", TestImages.WithSegment(Jpeg, 0xE3, [.. "Meta\0\0"u8, .. Gps]));
        yield return ("JUMBF in APP11", TestImages.WithSegment(Jpeg, 0xEB, [.. "JP"u8, 0, 1, 0, 0, 0, 1, .. Place]));
        yield return ("Ducky in APP12", TestImages.WithSegment(Jpeg, 0xEC, [.. "Ducky"u8, .. Place]));
        yield return ("APP15", TestImages.WithSegment(Jpeg, 0xEF, Place));
        yield return ("JFIF thumbnail", TestImages.WithSegment(Jpeg, 0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 2, 2, .. Place]));
        yield return ("JFXX thumbnail", TestImages.WithSegment(Jpeg, 0xE0, [.. "JFXX\0"u8, 0x10, .. Small]));
        yield return ("garbage between segments", [.. Jpeg[..FirstEnd()], .. Place, .. Jpeg[FirstEnd()..]]);
        yield return ("text behind the end", [.. Jpeg, .. Place]);
        yield return ("picture behind the end", [.. Jpeg, .. Small]);
        yield return ("film behind the end", [.. Jpeg, .. Film]);
        yield return ("Samsung's trailer", [.. Jpeg, 0, 0, 0xA1, 0x0A, 8, 0, 0, 0, .. "MCC_Data"u8, .. "262"u8, .. "SEFH"u8, 101, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0xA1, 0x0A, 19, 0, 0, 0, 19, 0, 0, 0, 24, 0, 0, 0, .. "SEFT"u8]);
        yield return ("FotoStation's trailer", [.. Jpeg, .. MetadataFixtures.Iptc(90, Canary), 0, 0, 0, 1, 0, 0, 0, 26, 0xA1, 0xB2, 0xC3, 0xD4]);
        yield return ("AFCP trailer", [.. Jpeg, .. "AXS!"u8, 0, 1, 0, 1, 0, 0, 0, 0, .. "IPTC"u8, 0, 0, 0, 16, 0, 0, 0, 0, .. MetadataFixtures.Iptc(90, Canary), .. "AXS!"u8, 0, 0, 0, 0, 0, 0, 0, 0]);
        yield return ("preview with an index", [.. TestImages.WithSegment(Jpeg, 0xE2, [.. "MPF\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]), .. Small]);

        static byte[] Exif(ExifFixture exif) => TestImages.WithExif(Jpeg, exif.ToBytes());

        static int FirstEnd() => 4 + ((Jpeg[4] << 8) | Jpeg[5]);
    }

    private static IEnumerable<(string Name, byte[] File)> Pngs()
    {
        byte[] rights = [.. "Copyright\0"u8, 0, 0, .. "fr\0"u8, .. Place, .. "© Ada Example"u8];
        yield return ("GPS in eXIf", Chunk("eXIf", Gps));
        yield return ("eXIf behind the end", [.. Png, .. Chunk("eXIf", Gps)[33..][..(Gps.Length + 12)]]);
        yield return ("a second eXIf", TestImages.WithChunk(Chunk("eXIf", Gps), "eXIf", MetadataFixtures.PlainExif(3).ToBytes()));
        yield return ("zxIf", Chunk("zxIf", [0, 0, 0, 0, (byte)Gps.Length, .. MetadataFixtures.Deflate(Gps)]));
        yield return ("text City", Chunk("tEXt", [.. "City\0"u8, .. Place[..^1]]));
        yield return ("text Country", Chunk("tEXt", [.. "Country\0"u8, .. Place[..^1]]));
        yield return ("text of ImageMagick", Chunk("tEXt", [.. "exif:GPSLatitude\0"u8, .. "48/1"u8]));
        yield return ("international text", Chunk("iTXt", [.. "Description\0"u8, 0, 0, 0, 0, .. Place[..^1]]));
        yield return ("translated keyword", Chunk("iTXt", rights));
        yield return ("compressed text", Chunk("zTXt", [.. "Comment\0"u8, 0, .. MetadataFixtures.Deflate(Place)]));
        yield return ("XMP", MetadataFixtures.WithXmpText(Png, City));
        yield return ("compressed XMP", MetadataFixtures.WithXmpText(Png, City, isCompressed: true));
        yield return ("XMP as plain text", Chunk("tEXt", [.. "XML:com.adobe.xmp\0"u8, .. City]));
        yield return ("raw profile exif", MetadataFixtures.WithRawProfile(Png, "exif", [.. "Exif\0\0"u8, .. Gps]));
        yield return ("raw profile iptc", MetadataFixtures.WithRawProfile(Png, "iptc", MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(90, Canary))[14..]));
        yield return ("raw profile xmp", MetadataFixtures.WithRawProfile(Png, "xmp", City));
        yield return ("unknown chunk", Chunk("caNv", Place));
        yield return ("a gamma that is too long", Chunk("gAMA", [0, 0, 0xB1, 0x8F, .. Place]));
        yield return ("a picture behind the end", [.. Png, .. Small]);

        static byte[] Chunk(string type, byte[] content) => TestImages.WithChunk(Png, type, content);
    }

    private static IEnumerable<(string Name, byte[] File)> WebPs()
    {
        yield return ("GPS in EXIF", Chunks(HasExif, ("EXIF", Gps)));
        yield return ("EXIF with a name", Chunks(HasExif, ("EXIF", [.. "Exif\0\0"u8, .. Gps, 0])));
        yield return ("two EXIF chunks", Chunks(HasExif, ("EXIF", MetadataFixtures.PlainExif(6).ToBytes()), ("EXIF", Gps)));
        yield return ("EXIF that nothing announces", Chunks(0, ("EXIF", Gps)));
        yield return ("XMP", Chunks(HasXmp, ("XMP ", City)));
        yield return ("unknown chunk", Chunks(0, ("CANA", Place)));
        yield return ("chunk of the simple format", [.. WebP[..4], .. BitConverter.GetBytes(WebP.Length + 12), .. WebP[8..], .. "CANA"u8, 12, 0, 0, 0, .. Place]);
        yield return ("behind the end", [.. WebP, .. Film]);

        static byte[] Chunks(byte flags, params (string Name, byte[] Content)[] chunks) => MetadataFixtures.WithChunks(WebP, 64, 48, flags, chunks);
    }

    private static IEnumerable<(string Name, byte[] File)> Gifs()
    {
        var rights = MetadataFixtures.WithXmpExtension(Gif, MetadataFixtures.RightsXmp);
        yield return ("XMP", MetadataFixtures.WithXmpExtension(Gif, City));
        yield return ("behind an XMP packet", [.. rights[..^30], .. Place, .. rights[^(30 - Place.Length)..]]);
        yield return ("comment", [.. Gif[..^1], 0x21, 0xFE, (byte)Place.Length, .. Place, 0, 0x3B]);
        yield return ("plain text", [.. Gif[..^1], 0x21, 0x01, 12, .. new byte[12], (byte)Place.Length, .. Place, 0, 0x3B]);
        yield return ("unknown application", [.. Gif[..^1], 0x21, 0xFF, 11, .. "CANARYCAM10"u8, (byte)Place.Length, .. Place, 0, 0x3B]);
        yield return ("a loop that says more", [.. Gif[..^1], 0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, (byte)Place.Length, .. Place, 0, 0x3B]);
        yield return ("behind the end", [.. Gif, .. Place]);
    }

    private static IEnumerable<(string Name, byte[] File)> Tiffs()
    {
        yield return ("GPS directory", new TiffFixture { HasGps = true, Pages = 2 }.ToBytes());
        yield return ("GPS directory of a BigTIFF", new TiffFixture { HasGps = true, IsBig = true, IsLittleEndian = false }.ToBytes());
        yield return ("XMP", new TiffFixture { Xmp = City, Pages = 2 }.ToBytes());
        yield return ("IPTC", new TiffFixture { Iptc = MetadataFixtures.Iptc(90, Canary) }.ToBytes());
        yield return ("GeoTIFF", new TiffFixture { HasTiePoint = true }.ToBytes());
        yield return ("description", new TiffFixture { Further = [(270, 2, Place)] }.ToBytes());
        yield return ("name of the page", new TiffFixture { Further = [(285, 2, Place)], Pages = 3 }.ToBytes());
        yield return ("GDAL", new TiffFixture { Further = [(42_112, 2, Place)] }.ToBytes());
        yield return ("Photoshop", new TiffFixture { Further = [(34_377, 7, MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(90, Canary))[14..])] }.ToBytes());
        yield return ("maker notes", new TiffFixture { Exif = [(0x927C, 7, Place), (0x9003, 2, [.. "2024:05:17 18:30:05\0"u8])] }.ToBytes());
        yield return ("user comment", new TiffFixture { Exif = [(0x9286, 7, [.. "ASCII\0\0\0"u8, .. Place])] }.ToBytes());
        yield return ("behind the end of a text", new TiffFixture { Further = [(305, 2, [.. "Studio\0"u8, .. Place])] }.ToBytes());
        yield return ("embedded preview", new TiffFixture { Preview = Small }.ToBytes());
        yield return ("smaller page", new TiffFixture { Pages = 2, IsSecondPageReduced = true, Further = [(305, 2, [.. "Studio\0"u8])] }.ToBytes());
        yield return ("JPEG strip", new TiffFixture { JpegStrip = TestImages.WithSegment(TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Noise(16, 16, bands: 1).ToJpeg()), Gps), 0xFE, Place) }.ToBytes());
        yield return ("behind the last directory", [.. new TiffFixture().ToBytes(), .. Place]);
    }

    private static IEnumerable<(string Name, byte[] File)> Avifs()
    {
        byte[] item = [0, 0, 0, 6, .. "Exif\0\0"u8, .. Gps];
        yield return ("Exif item", IsoFixture.WithItems(Avif, ("Exif", "", item)));
        yield return ("second Exif item", IsoFixture.WithItems(Avif, ("Exif", "", [0, 0, 0, 0, .. MetadataFixtures.PlainExif(6).ToBytes()]), ("Exif", "", item)));
        yield return ("before the header of an Exif item", IsoFixture.WithItems(Avif, ("Exif", "", [0, 0, 0, (byte)Place.Length, .. Place, .. MetadataFixtures.PlainExif(6).ToBytes()])));
        yield return ("XMP item", IsoFixture.WithItems(Avif, ("mime", "application/rdf+xml", City)));
        yield return ("another item", IsoFixture.WithItems(Avif, ("mime", "text/plain", Place)));
        yield return ("address item", IsoFixture.WithItems(Avif, ("uri ", "urn:canary", Place)));
        yield return ("media data of no item", [.. Avif, .. IsoFixture.Box("mdat", Place)]);
        yield return ("user data of a film", [.. Avif, .. IsoFixture.Box("moov", [.. IsoFixture.Box("mvhd", new byte[100]), .. IsoFixture.Box("udta", Place)])]);
        yield return ("XMP box", [.. Avif, .. IsoFixture.Box("uuid", [.. Convert.FromHexString("BE7ACFCB97A942E89C71999491E3AFAC"), .. City])]);
        yield return ("unknown box", [.. Avif, .. IsoFixture.Box("cana", Place)]);
        yield return ("free space", [.. Avif, .. IsoFixture.Box("free", Place)]);
        yield return ("motion photo", [.. Avif, .. IsoFixture.Box("mpvd", Film)]);
        yield return ("behind the last box", [.. Avif, 0, 0, 0, 1, .. Place]);
    }
}
