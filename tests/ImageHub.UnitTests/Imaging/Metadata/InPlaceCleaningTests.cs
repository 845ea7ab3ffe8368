using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class InPlaceCleaningTests : CleaningTest
{
    private const string Rdf = "application/rdf+xml";

    private static readonly byte[] Avif = TestPicture.Gradient(64, 48).ToAvif(isBare: true);

    [Fact]
    public async Task EXIF_and_XMP_items_of_an_AVIF_are_overwritten_at_the_same_length()
    {
        var avif = IsoFixture.WithItems(Avif, ("Exif", "", Item(MetadataFixtures.GeotaggedExif(6))), ("mime", Rdf, MetadataFixtures.PlainXmp));

        var copy = await ShouldBecomeCleanAsync(avif, ImageFormat.Avif);

        copy.Length.ShouldBe(avif.Length);
        copy.AsSpan().IndexOf("Rating"u8).ShouldBe(-1);
        (await ReadAsync(copy, ImageFormat.Avif)).Camera.ShouldBe("Canon EOS 6D");
        TestPicture.Read(copy).Samples.ShouldBeBytes(TestPicture.Read(Avif).Samples);
    }

    [Fact]
    public async Task An_AVIF_without_metadata_is_not_changed()
    {
        await ShouldStayAsync(Avif, ImageFormat.Avif);
        await ShouldStayAsync(IsoFixture.WithItems(Avif, ("Exif", "", Item(MetadataFixtures.PlainExif(6))), ("mime", Rdf, MetadataFixtures.RightsXmp)), ImageFormat.Avif);
    }

    [Fact]
    public async Task A_video_in_an_AVIF_is_overwritten()
    {
        var copy = await ShouldBecomeCleanAsync([.. Avif, .. IsoFixture.Box("mpvd", [.. IsoFixture.Box("ftyp", [.. "mp42"u8, 0, 0, 0, 0])])], ImageFormat.Avif);

        copy.AsSpan().IndexOf("mp42"u8).ShouldBe(-1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Items_inside_the_meta_box_are_overwritten_or_lose_their_type(byte constructionMethod)
    {
        var item = Item(MetadataFixtures.GeotaggedExif(6));
        byte[] length = [(byte)(item.Length >> 8), (byte)item.Length];
        var types = IsoFixture.Box("iinf", [0, 0, 0, 0, 0, 1, .. IsoFixture.Box("infe", [2, 0, 0, 0, 0, 1, 0, 0, .. "Exif"u8, 0])]);
        var places = IsoFixture.Box("iloc", [1, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, constructionMethod, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. length]);
        byte[] avif = [.. IsoFixture.Box("ftyp", [.. "avif"u8, 0, 0, 0, 0]), .. IsoFixture.Box("meta", [0, 0, 0, 0, .. types, .. places, .. IsoFixture.Box("idat", item)])];

        var copy = (await CleanAsync(avif, ImageFormat.Avif)).ShouldNotBeNull();

        copy.Length.ShouldBe(avif.Length);
        (await ReadAsync(copy, ImageFormat.Avif)).Camera.ShouldBe(constructionMethod == 1 ? "Canon EOS 6D" : null);
        (copy.AsSpan().IndexOf("infe"u8) > 0 && copy.AsSpan().IndexOf("skip"u8) > 0).ShouldBe(constructionMethod == 2);
        (await ReadAsync(copy, ImageFormat.Avif)).Location.ShouldBeNull();
    }

    [Fact]
    public async Task User_data_boxes_of_a_video_are_changed_to_free_boxes()
    {
        var place = IsoFixture.Box("udta", IsoFixture.Box("meta", [0, 0, 0, 0, .. "com.apple.quicktime.location.ISO6709"u8, .. "+48.8583"u8]));
        byte[] avif = [.. TestImages.Avif(64, 48), .. IsoFixture.Box("moov", [.. IsoFixture.Box("mvhd", new byte[100]), .. place])];

        var copy = (await CleanAsync(avif, ImageFormat.Avif)).ShouldNotBeNull();

        copy.Length.ShouldBe(avif.Length);
        copy.AsSpan().IndexOf("48.8583"u8).ShouldBe(-1);
        copy.AsSpan().IndexOf("udta"u8).ShouldBe(-1);
    }

    [Fact]
    public async Task Video_tracks_are_preserved_and_position_tracks_are_removed()
    {
        byte[] frame = [1, 2, 3, 4, 5, 6, 7, 8];
        var at = Avif.Length + 8;
        byte[] avif =
        [
            .. Avif, .. IsoFixture.Box("mdat", [.. frame, .. "place"u8, .. frame, .. "place"u8]),
            .. IsoFixture.Box("moov", [.. Track("pict", at, at + 13), .. Track("meta", at + 8, at + 21)]),
        ];

        var copy = (await CleanAsync(avif, ImageFormat.Avif)).ShouldNotBeNull();

        copy.Length.ShouldBe(avif.Length);
        copy[at..(at + 26)].ShouldBeBytes([.. frame, 0, 0, 0, 0, 0, .. frame, 0, 0, 0, 0, 0]);
        copy.AsSpan().IndexOf("meta"u8).ShouldBe(avif.AsSpan().IndexOf("meta"u8));
        copy.AsSpan().LastIndexOf("meta"u8).ShouldBe(copy.AsSpan().IndexOf("meta"u8), "of the second track nothing is left");
        (await CleanAsync(copy, ImageFormat.Avif)).ShouldBeNull();

        // Two chunks of one sample each.
        static byte[] Track(string kind, int first, int second) => IsoFixture.Box("trak", IsoFixture.Box("mdia",
        [
            .. IsoFixture.Box("hdlr", [.. new byte[8], .. Encoding.ASCII.GetBytes(kind), .. new byte[13]]),
            .. IsoFixture.Box("minf", IsoFixture.Box("stbl",
            [
                .. IsoFixture.Box("stsc", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
                .. IsoFixture.Box("stsz", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 8]),
                .. IsoFixture.Box("stco", [0, 0, 0, 0, 0, 0, 0, 2, .. Number(first), .. Number(second)]),
            ])),
        ]));

        static byte[] Number(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
    }

    [Fact]
    public async Task The_time_camera_and_location_of_an_AVIF_are_read()
    {
        var facts = await ReadAsync(IsoFixture.WithItems(Avif, ("Exif", "", Item(MetadataFixtures.GeotaggedExif()))), ImageFormat.Avif);

        facts.Camera.ShouldBe("Canon EOS 6D");
        facts.TakenAt.ShouldBe(new DateTime(2024, 5, 17, 18, 30, 5));
        facts.Location!.Latitude.ShouldBe(48.8583, 0.0001);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Every_page_of_a_TIFF_is_cleaned_at_the_same_length(bool isLittleEndian, bool isBig)
    {
        var tiff = new TiffFixture
        {
            IsLittleEndian = isLittleEndian,
            IsBig = isBig,
            Pages = 3,
            Xmp = MetadataFixtures.GeotaggedXmp,
            Iptc = MetadataFixtures.Iptc(90, "Paris"),
            HasGps = true,
        }.ToBytes();

        var copy = await ShouldBecomeCleanAsync(tiff, ImageFormat.Tiff);

        copy.Length.ShouldBe(tiff.Length);
        copy.AsSpan().IndexOf("Paris"u8).ShouldBe(-1);
        copy.AsSpan().IndexOf("GPSLatitude"u8).ShouldBe(-1);
        (await ReadAsync(copy, ImageFormat.Tiff)).TakenAt.ShouldBe(new DateTime(2024, 5, 17, 18, 30, 5));
    }

    [Fact]
    public async Task A_TIFF_without_metadata_is_not_changed()
    {
        await ShouldStayAsync(TestImages.Tiff(64, 48), ImageFormat.Tiff);
        await ShouldStayAsync(TestPicture.Noise(64, 48).ToTiff("jpeg"), ImageFormat.Tiff);
        await ShouldStayAsync(TestPicture.Noise(64, 48).ToTiff("deflate"), ImageFormat.Tiff);
        await ShouldStayAsync(new TiffFixture { Pages = 2, Xmp = MetadataFixtures.RightsXmp }.ToBytes(), ImageFormat.Tiff);
    }

    [Fact]
    public async Task The_location_of_a_TIFF_is_read() =>
        (await ReadAsync(new TiffFixture { HasGps = true }.ToBytes(), ImageFormat.Tiff)).Location!.Latitude.ShouldBe(48, 0.001);

    [Fact]
    public async Task Metadata_that_point_to_the_pixels_do_not_overwrite_them()
    {
        var tiff = new TiffFixture { HasGps = true, IsXmpOverPixels = true, Xmp = MetadataFixtures.GeotaggedXmp }.ToBytes();

        await ShouldBecomeCleanAsync(tiff, ImageFormat.Tiff);
    }

    [Fact]
    public async Task Smaller_copies_in_a_TIFF_are_removed()
    {
        var pyramid = TestPicture.Noise(600, 400).ToPyramidTiff();

        await ShouldBecomeCleanAsync(pyramid, ImageFormat.Tiff);

        ReadSentTags().ShouldNotContain("IFD1");
        await CleanAsync(pyramid, ImageFormat.Tiff);
        ReadSentTags().ShouldContain("IFD1");
    }

    [Fact]
    public async Task Descriptive_properties_of_an_AVIF_are_removed()
    {
        // Replace an existing property with one of the same length.
        var avif = Avif.ToArray();
        "udes"u8.CopyTo(avif.AsSpan(avif.AsSpan().IndexOf("pixi"u8)));

        var copy = (await CleanAsync(avif, ImageFormat.Avif)).ShouldNotBeNull();

        copy.Length.ShouldBe(avif.Length);
        copy.AsSpan().IndexOf("udes"u8).ShouldBe(-1);
    }

    private static byte[] Item(ExifFixture exif) => [0, 0, 0, 6, .. "Exif\0\0"u8, .. exif.ToBytes()];
}
