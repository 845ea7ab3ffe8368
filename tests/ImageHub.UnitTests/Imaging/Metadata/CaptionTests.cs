using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Testing.Images;
using static ImageHub.Testing.Images.CaptionFixtures;

namespace ImageHub.UnitTests.Imaging.Metadata;

/// <summary>The caption that is read from a file.</summary>
public sealed class CaptionTests : CleaningTest
{
    private static readonly byte[] Bare = MetadataFixtures.Bare(TestImages.Jpeg(16, 16));

    public static TheoryData<string> AllPrograms => [.. Programs];

    [Theory]
    [MemberData(nameof(AllPrograms))]
    public async Task The_caption_of_each_program_is_read(string program)
    {
        var (file, expected) = Make(program, seed: 0);
        ShouldEqual(await ReadCaptionAsync(file), expected);
    }

    [Fact]
    public async Task Every_format_with_metadata_has_a_caption()
    {
        var packet = Packet("<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Harbour</rdf:li></rdf:Alt></dc:title>");
        var exif = MetadataFixtures.PlainExif() with { Further = [Text(0x010E, "Ferries")] };
        byte[] item = [0, 0, 0, 0, .. exif.ToBytes()];
        (ImageFormat Format, byte[] File)[] files =
        [
            (ImageFormat.Jpeg, With(Bare, packet, exif: exif)),
            (ImageFormat.Png, MetadataFixtures.WithXmpText(MetadataFixtures.Embed(ImageFormat.Png, exif), packet, isCompressed: true)),
            (ImageFormat.WebP, MetadataFixtures.WithChunks(MetadataFixtures.Simple(TestImages.WebP(64, 48)), 64, 48, 0x0C, ("EXIF", exif.ToBytes()), ("XMP ", packet))),
            (ImageFormat.Avif, IsoFixture.WithItems(TestImages.Avif(64, 48), ("Exif", "", item), ("mime", "application/rdf+xml", packet))),
            (ImageFormat.Heic, IsoFixture.WithItems(TestImages.Avif(64, 48), ("Exif", "", item), ("mime", "application/rdf+xml", packet))),
            (ImageFormat.Tiff, new TiffFixture { Xmp = packet, Iptc = Datasets((120, "Ferries")) }.ToBytes()),
            (ImageFormat.Gif, MetadataFixtures.WithXmpExtension(TestImages.Gif(64, 48), packet)),
        ];
        foreach (var (format, file) in files)
        {
            var caption = (await ReadAsync(file, format)).Caption.ShouldNotBeNull(format.ToString());
            caption.Title.ShouldBe("Harbour", format.ToString());
            caption.Description.ShouldBe(format == ImageFormat.Gif ? null : "Ferries", format.ToString());
        }
    }

    [Theory]
    [InlineData("<dc:title>Plain</dc:title>", "", "Plain")]
    [InlineData("", "dc:title='As an attribute'", "As an attribute")]
    [InlineData("<dc:title><rdf:Alt><rdf:li xml:lang='de'>Zuerst</rdf:li><rdf:li xml:lang='en'>Second</rdf:li></rdf:Alt></dc:title>", "", "Zuerst")]
    [InlineData("<dc:title><rdf:Alt><rdf:li xml:lang='de'>Zuerst</rdf:li><rdf:li xml:lang='x-default'>Standard</rdf:li></rdf:Alt></dc:title>", "", "Standard")]
    [InlineData("<dc:title><rdf:Alt><rdf:li xml:lang='x-default'> </rdf:li><rdf:li xml:lang='en'>Not blank</rdf:li></rdf:Alt></dc:title>", "", "Not blank")]
    [InlineData("<dc:title><rdf:Bag><rdf:li>In a bag</rdf:li></rdf:Bag></dc:title>", "", "In a bag")]
    [InlineData("<dc:title><rdf:Alt><rdf:li rdf:parseType='Resource'><rdf:value>Qualified</rdf:value><xmp:Label>no</xmp:Label></rdf:li></rdf:Alt></dc:title>", "", "Qualified")]
    [InlineData("<dc:title><rdf:Alt><rdf:li><![CDATA[<Harbour> & ]]>quay</rdf:li></rdf:Alt></dc:title>", "", "<Harbour> & quay")]
    [InlineData("<dc:title/><dc:title>Second</dc:title>", "", "Second")]
    [InlineData("<dc:title>First</dc:title><dc:title>Second</dc:title>", "", "First")]
    [InlineData("<xmp:Thumbnails><rdf:Alt><rdf:li><dc:title>Nested</dc:title></rdf:li></rdf:Alt></xmp:Thumbnails>", "", null)]
    [InlineData("<dc:title>&#x9;Two\nlines&#x85;</dc:title>", "", "Two lines")]
    public async Task A_title_in_XMP_is_read_in_every_form(string elements, string attributes, string? title) =>
        ((await ReadCaptionAsync(With(Bare, Packet(elements, attributes))))?.Title).ShouldBe(title);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("5", 5)]
    [InlineData(" 3 ", 3)]
    [InlineData("4.0", 4)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("6", null)]
    [InlineData("99999999999999999999999999999999", null)]
    [InlineData("five", null)]
    public async Task A_rating_is_1_to_5(string text, int? rating)
    {
        (await ReadCaptionAsync(With(Bare, Packet("<dc:title>x</dc:title>", $"xmp:Rating='{text}'"))))!.Rating.ShouldBe(rating);
        (await ReadCaptionAsync(With(Bare, Packet($"<dc:title>x</dc:title><xmp:Rating>{text}</xmp:Rating>"))))!.Rating.ShouldBe(rating);
    }

    [Fact]
    public async Task Each_field_comes_from_XMP_then_IPTC_then_EXIF()
    {
        var exif = new ExifFixture { Further = [Text(0x010E, "of EXIF"), Text(0x013B, "creator of EXIF"), Text(0x8298, "copyright of EXIF")] };
        var iptc = Datasets((5, "of IPTC"), (120, "of IPTC"), (80, "Bo"), (80, "Cy"));
        var xmp = Packet("<dc:title>of XMP</dc:title>");

        var caption = await ReadCaptionAsync(With(Bare, xmp, iptc, exif: exif));
        ShouldEqual(caption, new Caption { Title = "of XMP", Description = "of IPTC", Creator = "Bo; Cy", Copyright = "copyright of EXIF" });
        ShouldEqual(await ReadCaptionAsync(With(Bare, exif: exif)), new Caption { Description = "of EXIF", Creator = "creator of EXIF", Copyright = "copyright of EXIF" });
    }

    [Theory]
    [InlineData("of the datasets", "of XMP")]
    [InlineData("of the datasets with zeros", "of XMP")]
    [InlineData("of other datasets", "of IPTC")]
    [InlineData("too short", "of XMP")]
    [InlineData(null, "of XMP")]
    public async Task IPTC_comes_before_XMP_only_if_its_digest_differs(string? stored, string title)
    {
        var iptc = Datasets((5, "of IPTC"));
        byte[]? digest = stored switch
        {
            "of the datasets" or "of the datasets with zeros" => Digest(iptc),
            "of other datasets" => Digest([1]),
            "too short" => new byte[15],
            _ => null,
        };
        byte[] block = stored == "of the datasets with zeros" ? [.. iptc, 0, 0] : iptc;

        (await ReadCaptionAsync(With(Bare, Packet("<dc:title>of XMP</dc:title>"), block, digest))).ShouldNotBeNull().Title.ShouldBe(title);
    }

    [Theory]
    [InlineData(true, "C3A9", "é")]
    [InlineData(false, "C3A9", "é")]
    [InlineData(false, "E9", "é")]
    [InlineData(true, "61C3", "a")]
    [InlineData(true, "E961", "a")]
    [InlineData(false, "61C3", "aÃ")]
    public async Task The_character_set_of_IPTC_is_the_stated_one_or_UTF_8_or_Latin_1(bool isUtf8, string hex, string title)
    {
        byte[] charset = isUtf8 ? [0x1C, 1, 90, 0, 3, 0x1B, (byte)'%', (byte)'G'] : [];
        var text = Convert.FromHexString(hex);
        (await ReadCaptionAsync(With(Bare, iptc: [.. charset, 0x1C, 2, 5, 0, (byte)text.Length, .. text]))).ShouldNotBeNull().Title.ShouldBe(title);
    }

    [Theory]
    [InlineData("OLYMPUS DIGITAL CAMERA         ")]
    [InlineData("SONY DSC")]
    [InlineData("DCIM")]
    [InlineData(@"DCIM\100MEDIA\DJI_0001.JPG")]
    [InlineData("Default")]
    [InlineData("SAMSUNG CAMERA PICTURES")]
    [InlineData("MINOLTA DIGITAL CAMERA")]
    [InlineData("KONICA MINOLTA DIGITAL CAMERA")]
    [InlineData("DIGITAL CAMERA")]
    [InlineData("x-default")]
    [InlineData("Created with GIMP")]
    [InlineData("   ")]
    public async Task Texts_that_cameras_and_programs_write_by_themselves_are_no_caption(string text)
    {
        (await ReadCaptionAsync(With(Bare, exif: new ExifFixture { Further = [Text(0x010E, text), Text(0x013B, "   "), Text(0x8298, " \0 ")] }))).ShouldBeNull();

        // Programs copy such a text to other fields. A real caption in a later field is still used.
        (await ReadCaptionAsync(With(Bare, Packet($"<dc:description>{text}</dc:description>"), Datasets((120, "A caption"))))).ShouldNotBeNull().Description.ShouldBe("A caption");
    }

    [Fact]
    public async Task The_copyright_of_photographer_and_editor_are_joined()
    {
        (await ReadCaptionAsync(With(Bare, exif: new ExifFixture { Further = [Text(0x8298, "Ada\0Bo")] })))!.Copyright.ShouldBe("Ada; Bo");
        (await ReadCaptionAsync(With(Bare, exif: new ExifFixture { Further = [Text(0x8298, " \0Bo")] })))!.Copyright.ShouldBe("Bo");
        (await ReadCaptionAsync(With(Bare, exif: new ExifFixture { Further = [(0x013B, 2, [0xC9, 0])] })))!.Creator.ShouldBe("É");
    }

    [Fact]
    public async Task Texts_are_cut_to_whole_characters_and_tags_to_their_number()
    {
        var tags = string.Concat(Enumerable.Range(0, 80).Select(number => $"<rdf:li>tag {number % 60}</rdf:li>"));
        var caption = (await ReadCaptionAsync(With(
            Bare,
            Packet(
                $"<dc:title>{Repeat("🌊", 201)}</dc:title><dc:subject><rdf:Bag><rdf:li>{Repeat("🐟", 101)}</rdf:li>{tags}</rdf:Bag></dc:subject><dc:creator>{Repeat("x", 2_000)}</dc:creator>"),
            exif: new ExifFixture { Further = [Text(0x010E, Repeat("é", 10_001))] }))).ShouldNotBeNull();

        caption.Title.ShouldBe(Repeat("🌊", Image.MaxTitleLength));
        caption.Description.ShouldBe(Repeat("é", Image.MaxDescriptionLength));
        caption.Tags.Count.ShouldBe(Image.MaxTags);
        caption.Tags[0].ShouldBe(Repeat("🐟", Image.MaxTagLength));
        caption.Tags.Distinct().Count().ShouldBe(Image.MaxTags);
        caption.Creator.ShouldBe(Repeat("x", Caption.MaxCreditLength));

        static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>")]
    [InlineData("<")]
    [InlineData("<a>")]
    [InlineData("\u0001")]
    public async Task A_broken_packet_costs_only_its_own_caption(string start)
    {
        byte[] packet = [.. Encoding.UTF8.GetBytes(start), .. Packet("<dc:title>of XMP</dc:title>")];
        var exif = new ExifFixture { Further = [Text(0x010E, "of EXIF")] };
        ShouldEqual(await ReadCaptionAsync(With(Bare, packet, Datasets((5, "of IPTC")), exif: exif)), new Caption { Title = "of IPTC", Description = "of EXIF" });
    }

    [Fact]
    public async Task A_packet_nested_too_deep_is_not_read_and_one_with_thousands_of_other_properties_is()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40));
        (await ReadCaptionAsync(With(Bare, Packet($"<dc:title>x</dc:title>{deep}")))).ShouldBeNull();

        var dabs = string.Concat(Enumerable.Repeat("<rdf:li>d 0.5 0.5</rdf:li>", 30_000));
        var png = MetadataFixtures.WithXmpText(TestImages.Png(16, 16), Packet($"<xmp:Dabs><rdf:Seq>{dabs}</rdf:Seq></xmp:Dabs><dc:title>Harbour</dc:title>"), isCompressed: true);
        (await ReadAsync(png, ImageFormat.Png)).Caption.ShouldNotBeNull().Title.ShouldBe("Harbour");
    }

    [Fact]
    public async Task Places_are_no_caption_and_the_camera_is_read_beside_a_caption()
    {
        var exif = MetadataFixtures.GeotaggedExif() with { Further = [Text(0x010E, "Ferries")] };
        var metadata = await ReadAsync(With(Bare, Packet("", "photoshop:City='Paris' Iptc4xmpCore:Location='Quay' photoshop:Country='France'"), Datasets((90, "Paris"), (101, "France")), exif: exif), ImageFormat.Jpeg);

        ShouldEqual(metadata.Caption, new Caption { Description = "Ferries" });
        (metadata.Camera, metadata.TakenAt, metadata.Location?.Latitude).ShouldBe(("Canon EOS 6D", new DateTime(2024, 5, 17, 18, 30, 5), 48.8583));
    }

    private async Task<Caption?> ReadCaptionAsync(byte[] jpeg) => (await ReadAsync(jpeg, ImageFormat.Jpeg)).Caption;

    private static void ShouldEqual(Caption? caption, Caption expected)
    {
        caption.ShouldNotBeNull().Tags.ShouldBe(expected.Tags);
        (caption with { Tags = expected.Tags }).ShouldBe(expected);
    }
}
