using ImageHub.Domain.Images;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class PngAndWebPLocationTests : LocationTest
{
    private const byte HasExif = 0x08;
    private const byte HasXmp = 0x04;

    private static readonly byte[] Png = MetadataFixtures.BarePng(TestPicture.Gradient(64, 48).ToPng(profile: "p3"));
    private static readonly byte[] WebP = MetadataFixtures.Simple(TestImages.WebP(64, 48));

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task The_orientation_of_a_png_outlives_the_location(int orientation)
    {
        var copy = await ShouldLoseLocationAsync(TestImages.WithChunk(Png, "eXIf", MetadataFixtures.GeotaggedExif(orientation).ToBytes()), ImageFormat.Png);

        copy.ShouldBeBytes(orientation == 1 ? Png : TestImages.WithChunk(Png, "eXIf", BigEndianOrientation(orientation)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Xmp_in_a_png_counts_compressed_or_not(bool isCompressed)
    {
        (await ShouldLoseLocationAsync(MetadataFixtures.WithXmpText(Png, MetadataFixtures.GeotaggedXmp, isCompressed), ImageFormat.Png)).ShouldBeBytes(Png);
        await ShouldStayAsync(MetadataFixtures.WithXmpText(Png, MetadataFixtures.PlainXmp, isCompressed), ImageFormat.Png);
    }

    [Fact]
    public async Task Raw_profiles_in_a_png_count()
    {
        byte[] named = [.. "Exif\0\0"u8, .. MetadataFixtures.GeotaggedExif().ToBytes()];
        var iptc = MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(90, "Paris"))[14..];

        (await ShouldLoseLocationAsync(MetadataFixtures.WithRawProfile(Png, "exif", named), ImageFormat.Png)).ShouldBeBytes(Png);
        (await ShouldLoseLocationAsync(MetadataFixtures.WithRawProfile(Png, "iptc", iptc), ImageFormat.Png)).ShouldBeBytes(Png);
        await ShouldStayAsync(MetadataFixtures.WithRawProfile(Png, "exif", [.. "Exif\0\0"u8, .. MetadataFixtures.PlainExif().ToBytes()]), ImageFormat.Png);
    }

    [Fact]
    public async Task Properties_in_texts_of_a_png_count()
    {
        (await ShouldLoseLocationAsync(TestImages.WithChunk(Png, "tEXt", [.. "exif:GPSLatitude\0"u8, .. "48/1"u8]), ImageFormat.Png)).ShouldBeBytes(Png);
        await ShouldStayAsync(TestImages.WithChunk(Png, "tEXt", [.. "Software\0"u8, .. "ImageHub"u8]), ImageFormat.Png);
    }

    [Fact]
    public async Task A_compressed_text_that_bursts_counts_and_costs_little()
    {
        var bomb = TestImages.WithChunk(Png, "zTXt", [.. "Comment\0"u8, 0, .. MetadataFixtures.Deflate(new byte[60_000_000])]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        (await ShouldLoseLocationAsync(bomb, ImageFormat.Png)).ShouldBeBytes(Png);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(30_000_000);
    }

    [Fact]
    public async Task What_follows_a_png_is_judged()
    {
        (await ShouldLoseLocationAsync([.. Png, .. TestImages.WithExif(TestImages.Jpeg(16, 16), MetadataFixtures.GeotaggedExif().ToBytes())], ImageFormat.Png)).ShouldBeBytes(Png);
        await ShouldStayAsync([.. Png, .. "trailing"u8], ImageFormat.Png);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task The_orientation_of_a_webp_outlives_the_location(int orientation)
    {
        var exif = MetadataFixtures.GeotaggedExif(orientation).ToBytes();
        var webP = MetadataFixtures.WithChunks(WebP, 64, 48, HasExif | HasXmp, ("EXIF", exif), ("XMP ", MetadataFixtures.PlainXmp));

        var copy = await ShouldLoseLocationAsync(webP, ImageFormat.WebP);

        copy.ShouldBeBytes(orientation == 1
            ? MetadataFixtures.WithChunks(WebP, 64, 48, 0)
            : MetadataFixtures.WithChunks(WebP, 64, 48, HasExif, ("EXIF", BigEndianOrientation(orientation))));
    }

    [Fact]
    public async Task A_webp_without_location_is_left_alone()
    {
        await ShouldStayAsync(WebP, ImageFormat.WebP);
        await ShouldStayAsync(
            MetadataFixtures.WithChunks(WebP, 64, 48, HasExif | HasXmp, ("EXIF", MetadataFixtures.PlainExif(6).ToBytes()), ("XMP ", MetadataFixtures.PlainXmp)), ImageFormat.WebP);
    }

    [Fact]
    public async Task Exif_of_a_webp_with_a_name_in_front_counts()
    {
        byte[] named = [.. "Exif\0\0"u8, .. MetadataFixtures.GeotaggedExif(6).ToBytes(), 0];

        (await ShouldLoseLocationAsync(MetadataFixtures.WithChunks(WebP, 64, 48, HasExif, ("EXIF", named)), ImageFormat.WebP))
            .ShouldBeBytes(MetadataFixtures.WithChunks(WebP, 64, 48, HasExif, ("EXIF", BigEndianOrientation(6))));
    }

    [Fact]
    public async Task What_follows_a_webp_is_cut_off_and_its_size_mended()
    {
        (await ShouldLoseLocationAsync([.. WebP, .. "ftyp"u8], ImageFormat.WebP)).ShouldBeBytes(WebP);
        await ShouldStayAsync([.. WebP, 0, 0], ImageFormat.WebP);
    }

    [Fact]
    public async Task Xmp_and_comments_of_a_gif_count()
    {
        var gif = TestImages.Gif(64, 48);

        (await ShouldLoseLocationAsync(MetadataFixtures.WithXmpExtension(gif, MetadataFixtures.GeotaggedXmp), ImageFormat.Gif)).ShouldBeBytes(gif);
        await ShouldStayAsync(MetadataFixtures.WithXmpExtension(gif, MetadataFixtures.PlainXmp), ImageFormat.Gif);
        await ShouldStayAsync(gif, ImageFormat.Gif);
    }

    private static byte[] BigEndianOrientation(int orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
}
