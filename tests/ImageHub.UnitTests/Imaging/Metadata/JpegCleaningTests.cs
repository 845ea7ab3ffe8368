using System.Buffers.Binary;
using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class JpegCleaningTests : CleaningTest
{
    [Theory]
    [InlineData(1, "Horizontal (normal)")]
    [InlineData(2, "Mirror horizontal")]
    [InlineData(3, "Rotate 180")]
    [InlineData(4, "Mirror vertical")]
    [InlineData(5, "Mirror horizontal and rotate 270 CW")]
    [InlineData(6, "Rotate 90 CW")]
    [InlineData(7, "Mirror horizontal and rotate 90 CW")]
    [InlineData(8, "Rotate 270 CW")]
    public async Task The_orientation_is_preserved(int orientation, string expected)
    {
        var jpeg = TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Quadrants(64, 48).StoredAs(orientation).ToJpeg()), MetadataFixtures.GeotaggedExif(orientation).ToBytes());

        await ShouldBecomeCleanAsync(jpeg, ImageFormat.Jpeg);
        await CleanAsync(jpeg, ImageFormat.Jpeg);

        ReadTags().ShouldMatch($@"\[IFD0\] +Orientation +: {System.Text.RegularExpressions.Regex.Escape(expected)}\s*(\n|$)");
    }

    [Fact]
    public async Task A_JPEG_without_metadata_is_not_changed()
    {
        var bare = Bare(64, 48);
        await ShouldStayAsync(bare, ImageFormat.Jpeg);
        await ShouldStayAsync(MetadataFixtures.Bare(TestPicture.Gradient(64, 48).ToJpeg(profile: "p3")), ImageFormat.Jpeg);
        await ShouldStayAsync(MetadataFixtures.Bare(TestPicture.Gradient(64, 48).WithBand((_, _) => 9).ToCmykJpeg(withProfile: true)), ImageFormat.Jpeg);
        await ShouldStayAsync(TestImages.WithExif(bare, TestImages.ExifWithOrientation(6)), ImageFormat.Jpeg);

        var exif = MetadataFixtures.FullExif(6) with { Latitude = null };
        await ShouldStayAsync(MetadataFixtures.WithXmpSegment(TestImages.WithExif(bare, exif.ToBytes()), MetadataFixtures.RightsXmp), ImageFormat.Jpeg);
        await ShouldStayAsync(TestImages.WithExif(bare, (exif with { IsLittleEndian = true, Further = [], FurtherExif = [], Make = "Apple\0\0\0" }).ToBytes()), ImageFormat.Jpeg);
    }

    [Fact]
    public async Task Removing_metadata_leaves_the_surrounding_bytes_unchanged()
    {
        foreach (var bare in new[]
        {
            Bare(64, 48), MetadataFixtures.Bare(TestPicture.Noise(200, 160).ToJpeg(progressive: true)), MetadataFixtures.Bare(TestPicture.Noise(200, 160).ToJpeg(restartInterval: 3)),
            MetadataFixtures.Bare(TestPicture.Gradient(64, 48).ToJpeg(profile: "p3")),
        })
        {
            await ShouldStayAsync(bare, ImageFormat.Jpeg);
            (await ShouldBecomeCleanAsync([.. TestImages.WithSegment(bare, 0xFE, [.. "Paris"u8]), .. "Paris"u8], ImageFormat.Jpeg)).ShouldBeBytes(bare);
        }
    }

    [Fact]
    public async Task The_scans_are_preserved_byte_for_byte()
    {
        var jpeg = TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Noise(200, 160).ToJpeg(progressive: true)), MetadataFixtures.FullExif(6).ToBytes());

        var copy = await ShouldBecomeCleanAsync(jpeg, ImageFormat.Jpeg);

        Scans(copy).ShouldBeBytes(Scans(jpeg));
        Scans(copy).Length.ShouldBeGreaterThan(10_000);

        static byte[] Scans(byte[] jpeg) =>
            [.. new JpegSegments(new MemoryBytes(jpeg)).Read(new ByteRange(0, jpeg.Length)).Where(segment => segment.Marker == JpegSegments.CodedData)
                .SelectMany(segment => jpeg[(int)segment.Range.Start..(int)segment.Range.End])];
    }

    [Fact]
    public async Task The_Adobe_RGB_marker_is_preserved()
    {
        // IFD0 at offset 8 points to 26, and the directory there points to 44.
        byte[] exif =
        [
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0,
            0, 1, 0xA0, 5, 0, 4, 0, 0, 0, 1, 0, 0, 0, 44, 0, 0, 0, 0,
            0, 1, 0, 1, 0, 2, 0, 0, 0, 4, .. "R03\0"u8, 0, 0, 0, 0,
        ];

        await ShouldBecomeCleanAsync([.. TestImages.WithExif(Bare(16, 16), exif), 0], ImageFormat.Jpeg);
        await CleanAsync([.. TestImages.WithExif(Bare(16, 16), exif), 0], ImageFormat.Jpeg);

        ReadTags().ShouldContain("R03");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_gain_map_is_preserved_at_the_position_that_the_index_names(bool hasPlace)
    {
        var gainMap = MetadataFixtures.Bare(TestPicture.Gradient(32, 24, seed: 7).ToJpeg());
        var sent = MetadataFixtures.UltraHdr(
            TestImages.WithExif(Bare(64, 48), MetadataFixtures.GeotaggedExif(6).ToBytes()),
            hasPlace ? TestImages.WithExif(gainMap, MetadataFixtures.GeotaggedExif().ToBytes()) : gainMap);

        var copy = (await CleanAsync([.. sent, .. "ftypmp42 Canaryville"u8], ImageFormat.Jpeg)).ShouldNotBeNull();

        ReadTags().ShouldNotContain("GPS");
        var (start, length) = IndexedPicture(copy);
        (start + length).ShouldBe(copy.Length);
        TestPicture.Read(copy[start..]).Samples.ShouldBeBytes(TestPicture.Read(gainMap).Samples);
        TestPicture.Read(copy).Samples.ShouldBeBytes(TestPicture.Read(sent).Samples);
        var text = Encoding.Latin1.GetString(copy);
        text.ShouldContain($"Item:Length=\"{length}\"");
        text.ShouldContain("GainMapMax=\"2.5\"");
        text.ShouldContain("<rdf:li>1.1</rdf:li>");
        (await CleanAsync(copy, ImageFormat.Jpeg)).ShouldBeNull();
    }

    [Fact]
    public async Task An_additional_picture_that_is_not_a_gain_map_is_removed()
    {
        var bare = Bare(64, 48);

        (await ShouldBecomeCleanAsync([.. bare, .. Bare(32, 24)], ImageFormat.Jpeg)).ShouldBeBytes(bare);
    }

    // The second entry of the index (CIPA DC-007 5.2.3) contains the picture's length and offset. The offset counts from the end of the segment's name.
    private static (int Start, int Length) IndexedPicture(byte[] jpeg)
    {
        var index = jpeg.AsSpan().IndexOf("MPF\0"u8) + 4;
        var entry = index + 50 + 16;
        return (index + BinaryPrimitives.ReadInt32BigEndian(jpeg.AsSpan(entry + 8)), BinaryPrimitives.ReadInt32BigEndian(jpeg.AsSpan(entry + 4)));
    }

    private static byte[] Bare(int width, int height) => MetadataFixtures.Bare(TestImages.Jpeg(width, height));
}
