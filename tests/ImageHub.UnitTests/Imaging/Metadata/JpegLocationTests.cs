using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class JpegLocationTests : LocationTest
{
    public static TheoryData<int> Orientations => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Orientations))]
    public async Task The_orientation_outlives_the_location(int orientation)
    {
        var jpeg = TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Quadrants(64, 48).StoredAs(orientation).ToJpeg()), MetadataFixtures.GeotaggedExif(orientation).ToBytes());

        var copy = await ShouldLoseLocationAsync(jpeg, ImageFormat.Jpeg);

        ExifBlock.ReadOrientation(JpegContainer.Read(new MemoryBytes(copy)).Blocks.Select(block => block.Content).FirstOrDefault(ByteSource.Empty)).ShouldBe(orientation);
    }

    [Fact]
    public async Task Without_orientation_the_bytes_are_those_of_the_bare_picture()
    {
        var bare = Bare(64, 48);

        var copy = await ShouldLoseLocationAsync(TestImages.WithExif(bare, MetadataFixtures.GeotaggedExif().ToBytes()), ImageFormat.Jpeg);

        copy.ShouldBeBytes(bare);
    }

    [Fact]
    public async Task A_picture_without_location_is_left_alone()
    {
        var jpeg = TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Gradient(64, 48).ToJpeg(profile: "srgb")), MetadataFixtures.PlainExif(6).ToBytes());
        jpeg = MetadataFixtures.WithXmpSegment(jpeg, MetadataFixtures.PlainXmp);
        jpeg = TestImages.WithSegment(jpeg, 0xED, MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(120, "A caption")));

        await ShouldStayAsync(jpeg, ImageFormat.Jpeg);
    }

    [Fact]
    public async Task A_gps_directory_with_nothing_but_its_version_is_no_location() =>
        await ShouldStayAsync(TestImages.WithExif(Bare(64, 48), (MetadataFixtures.PlainExif() with { HasGpsVersionOnly = true }).ToBytes()), ImageFormat.Jpeg);

    [Fact]
    public async Task Every_block_goes_when_one_has_the_location()
    {
        var jpeg = TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Gradient(64, 48).ToJpeg()), MetadataFixtures.PlainExif().ToBytes());
        jpeg = MetadataFixtures.WithXmpSegment(jpeg, MetadataFixtures.GeotaggedXmp);
        jpeg = TestImages.WithSegment(jpeg, 0xED, MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(120, "A caption")));

        (await ShouldLoseLocationAsync(jpeg, ImageFormat.Jpeg)).ShouldBeBytes(MetadataFixtures.Bare(TestPicture.Gradient(64, 48).ToJpeg()));
    }

    [Fact]
    public async Task The_orientation_stays_whatever_stands_in_front_of_it()
    {
        var bare = Bare(64, 48);

        var copy = await ShouldLoseLocationAsync(
            MetadataFixtures.WithXmpSegment(TestImages.WithExif(bare, MetadataFixtures.GeotaggedExif(8).ToBytes()), MetadataFixtures.PlainXmp), ImageFormat.Jpeg);

        ExifBlock.ReadOrientation(JpegContainer.Read(new MemoryBytes(copy)).Blocks[0].Content).ShouldBe(8);
        MetadataFixtures.Bare(copy).ShouldBeBytes(bare);
    }

    [Theory]
    [InlineData(26)]
    [InlineData(27)]
    [InlineData(90)]
    [InlineData(92)]
    [InlineData(95)]
    [InlineData(100)]
    [InlineData(101)]
    public async Task Places_in_iptc_count(byte dataset)
    {
        byte[] datasets = [.. MetadataFixtures.Iptc(120, "A caption"), .. MetadataFixtures.Iptc(dataset, "FRA")];

        await ShouldLoseLocationAsync(TestImages.WithSegment(Bare(64, 48), 0xED, MetadataFixtures.Photoshop(0x0404, datasets)), ImageFormat.Jpeg);
    }

    [Theory]
    [InlineData("photoshop:City='Paris'")]
    [InlineData("photoshop:State='x'")]
    [InlineData("photoshop:Country='x'")]
    [InlineData("Iptc4xmpCore:Location='x'")]
    [InlineData("Iptc4xmpCore:CountryCode='x'")]
    [InlineData("xmlns:Iptc4xmpExt='http://iptc.org/std/Iptc4xmpExt/2008-02-29/' Iptc4xmpExt:LocationCreated='x'")]
    [InlineData("xmlns:drone-dji='http://www.dji.com/drone-dji/1.0/' drone-dji:GpsLatitude='1'")]
    [InlineData("xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#' geo:lat='1'")]
    public async Task Places_in_xmp_count(string property) =>
        await ShouldLoseLocationAsync(MetadataFixtures.WithXmpSegment(Bare(64, 48), MetadataFixtures.Xmp(property)), ImageFormat.Jpeg);

    [Theory]
    [InlineData(40)]
    [InlineData(7)]
    public async Task Extended_xmp_is_read_across_its_parts(int partLength)
    {
        await ShouldLoseLocationAsync(MetadataFixtures.WithExtendedXmp(Bare(64, 48), MetadataFixtures.GeotaggedXmp, partLength), ImageFormat.Jpeg);
        await ShouldStayAsync(MetadataFixtures.WithExtendedXmp(Bare(64, 48), MetadataFixtures.PlainXmp, partLength), ImageFormat.Jpeg);
    }

    [Fact]
    public async Task The_location_of_the_thumbnail_counts()
    {
        var thumbnail = TestImages.WithExif(Bare(16, 12), MetadataFixtures.GeotaggedExif().ToBytes());

        await ShouldLoseLocationAsync(TestImages.WithExif(Bare(64, 48), (MetadataFixtures.PlainExif() with { Thumbnail = thumbnail }).ToBytes()), ImageFormat.Jpeg);
        await ShouldStayAsync(
            TestImages.WithExif(Bare(64, 48), (MetadataFixtures.PlainExif() with { Thumbnail = Bare(16, 12) }).ToBytes()), ImageFormat.Jpeg);
    }

    [Fact]
    public async Task Exif_that_cannot_be_read_counts() =>
        await ShouldLoseLocationAsync(TestImages.WithExif(Bare(64, 48), [1, 2, 3, 4, 5, 6, 7, 8]), ImageFormat.Jpeg);

    [Fact]
    public async Task A_further_picture_with_location_is_cut_off_with_its_index()
    {
        var bare = Bare(64, 48);
        var second = TestImages.WithExif(Bare(32, 24), MetadataFixtures.GeotaggedExif().ToBytes());

        var copy = await ShouldLoseLocationAsync([.. TestImages.WithSegment(bare, 0xE2, [.. "MPF\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]), .. second], ImageFormat.Jpeg);

        copy.ShouldBeBytes(bare);
    }

    [Fact]
    public async Task A_further_picture_without_location_stays() =>
        await ShouldStayAsync([.. Bare(64, 48), .. MetadataFixtures.WithXmpSegment(Bare(32, 24), MetadataFixtures.PlainXmp)], ImageFormat.Jpeg);

    [Fact]
    public async Task A_film_behind_the_picture_is_cut_off()
    {
        var bare = Bare(64, 48);

        (await ShouldLoseLocationAsync([.. bare, 0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[100_000]], ImageFormat.Jpeg)).ShouldBeBytes(bare);
    }

    [Fact]
    public async Task The_colour_profile_stays()
    {
        var bare = MetadataFixtures.Bare(TestPicture.Gradient(64, 48).ToJpeg(profile: "p3"));

        (await ShouldLoseLocationAsync(TestImages.WithExif(bare, MetadataFixtures.GeotaggedExif().ToBytes()), ImageFormat.Jpeg)).ShouldBeBytes(bare);
    }

    [Fact]
    public async Task Progressive_scans_and_restart_markers_are_walked_to_the_end()
    {
        foreach (var bare in new[] { MetadataFixtures.Bare(TestPicture.Noise(200, 160).ToJpeg(progressive: true)), MetadataFixtures.Bare(TestPicture.Noise(200, 160).ToJpeg(restartInterval: 3)) })
        {
            (await ShouldLoseLocationAsync([.. bare, .. "GPS"u8], ImageFormat.Jpeg)).ShouldBeBytes(bare);
            await ShouldStayAsync(bare, ImageFormat.Jpeg);
        }
    }

    private static byte[] Bare(int width, int height) => MetadataFixtures.Bare(TestImages.Jpeg(width, height));
}
