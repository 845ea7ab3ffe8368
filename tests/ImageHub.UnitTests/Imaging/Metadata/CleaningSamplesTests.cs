using ImageHub.Domain.Images;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class CleaningSamplesTests : CleaningTest
{
    private const byte HasExif = 0x08;
    private const byte HasXmp = 0x04;

    // The names that exiftool uses, without their groups.
    private static readonly string[] ExifNames =
    [
        "Make", "Model", "LensModel", "ExposureTime", "FNumber", "ISO", "ExposureCompensation", "FocalLength", "DateTimeOriginal", "OffsetTimeOriginal",
        "Software", "Artist", "Copyright", "XResolution", "YResolution", "ResolutionUnit", "Orientation",
    ];

    private static readonly string[] XmpNames = ["Creator", "Credit", "Rights", "Rights-fr", "UsageTerms", "WebStatement", "Marked", "License"];

    public static TheoryData<string> Samples => [.. LocationSamples.All.Keys];

    public static TheoryData<ImageFormat> Formats => [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP, ImageFormat.Tiff, ImageFormat.Avif];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_location_is_removed_wherever_it_was_stored(string sample)
    {
        var (format, file) = LocationSamples.All[sample];

        await ShouldBecomeCleanAsync(file, format);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Allowed_metadata_are_still_readable_after_cleaning(ImageFormat format)
    {
        var exif = MetadataFixtures.FullExif(6).ToBytes();
        var xmp = MetadataFixtures.RightsAndPlaceXmp;
        var file = format switch
        {
            ImageFormat.Jpeg => MetadataFixtures.WithXmpSegment(TestImages.WithExif(MetadataFixtures.Bare(TestImages.Jpeg(64, 48)), exif), xmp),
            ImageFormat.Png => MetadataFixtures.WithXmpText(TestImages.WithChunk(MetadataFixtures.BarePng(TestImages.Png(64, 48)), "eXIf", exif), xmp, isCompressed: true),
            ImageFormat.WebP => MetadataFixtures.WithChunks(MetadataFixtures.Simple(TestImages.WebP(64, 48)), 64, 48, HasExif | HasXmp, ("EXIF", exif), ("XMP ", xmp)),
            ImageFormat.Tiff => new TiffFixture { IsLittleEndian = false, HasGps = false, Pages = 2, Xmp = xmp, Further = TiffEntries(), Exif = TiffExif() }.ToBytes(),
            _ => IsoFixture.WithItems(TestPicture.Gradient(64, 48).ToAvif(isBare: true), ("Exif", "", [0, 0, 0, 6, .. "Exif\0\0"u8, .. exif]), ("mime", "application/rdf+xml", xmp)),
        };

        await ShouldBecomeCleanAsync(file, format);
        await CleanAsync(file, format);

        var (sent, clean) = (Values(ReadSentTags()), Values(ReadTags()));
        foreach (var name in ExifNames.Concat(XmpNames))
        {
            sent.ShouldContainKey(name);
            clean.ShouldContainKeyAndValue(name, sent[name]);
        }
    }

    [Fact]
    public async Task The_IPTC_creator_credit_and_copyright_are_preserved()
    {
        byte[] datasets =
        [
            .. MetadataFixtures.Iptc(80, "Ada Example"), .. MetadataFixtures.Iptc(90, LocationSamples.Canary), .. MetadataFixtures.Iptc(110, "Agence Example"),
            .. MetadataFixtures.Iptc(116, "© Ada Example"),
        ];
        var jpeg = TestImages.WithSegment(MetadataFixtures.Bare(TestImages.Jpeg(64, 48)), 0xED, MetadataFixtures.Photoshop(0x0404, datasets));
        foreach (var (file, format) in new[] { (jpeg, ImageFormat.Jpeg), (new TiffFixture { Iptc = datasets }.ToBytes(), ImageFormat.Tiff) })
        {
            await ShouldBecomeCleanAsync(file, format);
            await CleanAsync(file, format);

            var clean = Values(ReadTags());
            clean.ShouldContainKeyAndValue("Creator", "Ada Example");
            clean.ShouldContainKeyAndValue("Credit", "Agence Example");
            clean.ShouldContainKeyAndValue("Rights", "© Ada Example");
        }
    }

    [Theory]
    [InlineData("tEXt")]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    public async Task PNG_texts_that_name_the_author_are_preserved(string type)
    {
        byte[] text = type switch
        {
            "tEXt" => [.. "Author\0Ada"u8],
            "zTXt" => [.. "Author\0\0"u8, .. MetadataFixtures.Deflate([.. "Ada"u8])],
            _ => [.. "Author\0"u8, 1, 0, 0, 0, .. MetadataFixtures.Deflate([.. "Ada"u8])],
        };
        var png = TestImages.WithChunk(MetadataFixtures.BarePng(TestImages.Png(16, 16)), type, text);

        await ShouldBecomeCleanAsync(TestImages.WithChunk(png, "tEXt", [.. "Comment\0x"u8]), ImageFormat.Png);
        await CleanAsync(TestImages.WithChunk(png, "tEXt", [.. "Comment\0x"u8]), ImageFormat.Png);

        Values(ReadTags()).ShouldContainKeyAndValue("Author", "Ada");
    }

    private static IReadOnlyList<(int Tag, int Type, byte[] Content)> TiffEntries() =>
    [
        (271, 2, [.. "Canon\0"u8]), (272, 2, [.. "Canon EOS 6D\0"u8]), (282, 5, [0, 0, 1, 44, 0, 0, 0, 1]), (283, 5, [0, 0, 1, 44, 0, 0, 0, 1]), (296, 3, [0, 2]),
        (305, 2, [.. "Studio 3\0"u8]), (315, 2, [.. "Ada Example\0"u8]), (33_432, 2, [.. "(c) Ada Example\0"u8]), (270, 2, [.. "Canaryville\0"u8]),
    ];

    private static IReadOnlyList<(int Tag, int Type, byte[] Content)> TiffExif() =>
    [
        (0x829A, 5, [0, 0, 0, 1, 0, 0, 0, 250]), (0x829D, 5, [0, 0, 0, 28, 0, 0, 0, 10]), (0x8827, 3, [0, 200]), (0x9003, 2, [.. "2024:05:17 18:30:05\0"u8]),
        (0x9011, 2, [.. "+02:00\0"u8]), (0x9204, 10, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3]), (0x920A, 5, [0, 0, 0, 50, 0, 0, 0, 1]), (0xA434, 2, [.. "EF50mm f/1.8\0"u8]),
    ];

    // "[IFD0]          Make                            : Canon"
    private static Dictionary<string, string> Values(string tags) => tags.Split('\n')
        .Where(line => line.StartsWith('[') && line.Contains(" : ", StringComparison.Ordinal))
        .Select(line => (Name: line[(line.IndexOf(']') + 1)..line.IndexOf(" : ", StringComparison.Ordinal)].Trim(), Value: line[(line.IndexOf(" : ", StringComparison.Ordinal) + 3)..].Trim()))
        .DistinctBy(tag => tag.Name)
        .ToDictionary(tag => tag.Name, tag => tag.Value, StringComparer.Ordinal);
}
