using ImageHub.Domain.Images;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

/// <summary>The cleaning of PNG, WebP and GIF, which closes the gaps between the remaining parts.</summary>
public sealed class ClosedUpCleaningTests : CleaningTest
{
    private const byte HasExif = 0x08;
    private const byte HasXmp = 0x04;

    private static readonly byte[] Png = MetadataFixtures.BarePng(TestPicture.Gradient(64, 48).ToPng(profile: "p3"));
    private static readonly byte[] WebP = MetadataFixtures.Simple(TestImages.WebP(64, 48));
    private static readonly byte[] CleanExif = (MetadataFixtures.FullExif(6) with { Latitude = null }).ToBytes();
    private static readonly byte[] PlaceExif = new ExifFixture { Orientation = 6, Latitude = 1, Longitude = 2 }.ToBytes();

    [Fact]
    public async Task A_PNG_without_metadata_is_not_changed()
    {
        await ShouldStayAsync(Png, ImageFormat.Png);
        await ShouldStayAsync(MetadataFixtures.BarePng(TestPicture.Gradient(64, 48).ToPng(palette: true, interlaced: true)), ImageFormat.Png);
        await ShouldStayAsync(TestImages.WithChunk(Png, "eXIf", CleanExif), ImageFormat.Png);
        await ShouldStayAsync(MetadataFixtures.WithXmpText(Png, MetadataFixtures.RightsXmp), ImageFormat.Png);
        await ShouldStayAsync(TestImages.WithChunk(TestImages.WithChunk(Png, "gAMA", [0, 0, 0xB1, 0x8F]), "cICP", [12, 13, 0, 1]), ImageFormat.Png);
        await ShouldStayAsync(TestImages.WithChunk(Png, "tEXt", [.. "Copyright\0Ada"u8]), ImageFormat.Png);
    }

    [Fact]
    public async Task The_orientation_of_a_PNG_is_preserved_in_a_separate_block()
    {
        var copy = await ShouldBecomeCleanAsync(TestImages.WithChunk(Png, "eXIf", PlaceExif), ImageFormat.Png);

        copy.ShouldBeBytes(TestImages.WithChunk(Png, "eXIf", BigEndianOrientation(6)));
    }

    [Fact]
    public async Task A_compressed_text_that_inflates_to_a_huge_size_is_removed_at_little_cost()
    {
        foreach (var keyword in new[] { "Comment\0", "Author\0", "XML:com.adobe.xmp\0" })
        {
            var bomb = TestImages.WithChunk(Png, "zTXt", [.. keyword.Select(letter => (byte)letter), 0, .. MetadataFixtures.Deflate(new byte[60_000_000])]);

            (await CleanAsync(bomb, ImageFormat.Png)).ShouldNotBeNull().ShouldBeBytes(Png);
            AllocatedBytes.ShouldBeInRange(1, 5_000_000);
        }
    }

    [Fact]
    public async Task A_WebP_without_metadata_is_not_changed()
    {
        await ShouldStayAsync(WebP, ImageFormat.WebP);
        await ShouldStayAsync(
            MetadataFixtures.WithChunks(WebP, 64, 48, HasExif | HasXmp, ("EXIF", CleanExif), ("XMP ", MetadataFixtures.RightsXmp)), ImageFormat.WebP);
    }

    [Fact]
    public async Task The_flags_of_a_WebP_match_the_remaining_chunks()
    {
        var webP = MetadataFixtures.WithChunks(WebP, 64, 48, HasExif | HasXmp, ("EXIF", PlaceExif), ("XMP ", MetadataFixtures.PlainXmp));

        (await ShouldBecomeCleanAsync(webP, ImageFormat.WebP)).ShouldBeBytes(MetadataFixtures.WithChunks(WebP, 64, 48, HasExif, ("EXIF", BigEndianOrientation(6))));
    }

    [Fact]
    public async Task Unknown_chunks_within_frames_are_removed_and_the_frames_are_preserved()
    {
        var frames = new[] { TestPicture.Gradient(64, 48, 1), TestPicture.Gradient(64, 48, 2) };
        var film = TestPicture.ToPages(frames, "webpsave_buffer");
        var clean = await CleanAsync(film, ImageFormat.WebP) ?? film;
        var at = clean.AsSpan().IndexOf("ANMF"u8);
        var length = BitConverter.ToInt32(clean, at + 4);
        byte[] dirty =
        [
            .. clean[..4], .. BitConverter.GetBytes(BitConverter.ToInt32(clean, 4) + 20), .. clean[8..(at + 4)], .. BitConverter.GetBytes(length + 20),
            .. clean[(at + 8)..(at + 8 + length)], .. "CANA"u8, 12, 0, 0, 0, .. "Canaryville\0"u8, .. clean[(at + 8 + length)..],
        ];

        (await CleanAsync(dirty, ImageFormat.WebP)).ShouldNotBeNull().ShouldBeBytes(clean);
    }

    [Fact]
    public async Task Data_after_a_WebP_are_cut_off_and_its_size_field_is_corrected() =>
        (await ShouldBecomeCleanAsync([.. WebP, .. "ftyp"u8], ImageFormat.WebP)).ShouldBeBytes(WebP);

    [Fact]
    public async Task A_gif_keeps_its_frames_and_their_timing()
    {
        var gif = TestImages.Gif(64, 48);
        var film = TestPicture.ToPages([TestPicture.Gradient(64, 48, 1), TestPicture.Gradient(64, 48, 2)], "gifsave_buffer");

        await ShouldStayAsync(gif, ImageFormat.Gif);
        await ShouldStayAsync(film, ImageFormat.Gif);
        (await ShouldBecomeCleanAsync(MetadataFixtures.WithXmpExtension(film, MetadataFixtures.GeotaggedXmp), ImageFormat.Gif)).ShouldBeBytes(film);
        film.AsSpan().IndexOf("NETSCAPE2.0"u8).ShouldBePositive();
    }

    [Fact]
    public async Task The_rights_in_the_XMP_of_a_GIF_are_preserved()
    {
        await ShouldStayAsync(MetadataFixtures.WithXmpExtension(TestImages.Gif(64, 48), MetadataFixtures.RightsXmp), ImageFormat.Gif);
        await ShouldBecomeCleanAsync(MetadataFixtures.WithXmpExtension(TestImages.Gif(64, 48), MetadataFixtures.RightsAndPlaceXmp), ImageFormat.Gif);
        await CleanAsync(MetadataFixtures.WithXmpExtension(TestImages.Gif(64, 48), MetadataFixtures.RightsAndPlaceXmp), ImageFormat.Gif);

        ReadTags().ShouldContain("Ada Example");
    }

    private static byte[] BigEndianOrientation(int orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
}
