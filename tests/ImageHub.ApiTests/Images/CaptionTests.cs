using System.Net;
using System.Text.Json;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

/// <summary>The captions in uploaded files.</summary>
public sealed class CaptionTests(ImageHubServer server, PostgresServer postgres) : IClassFixture<ImageHubServer>
{
    private static int seed = 70_000;

    public static TheoryData<string> Programs => [.. CaptionFixtures.Programs];

    public static TheoryData<ImageFormat> Formats => [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP, ImageFormat.Tiff, ImageFormat.Gif, ImageFormat.Avif];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_caption_that_each_program_writes_becomes_the_caption_of_the_image(string program)
    {
        var (file, caption) = CaptionFixtures.Make(program, NextSeed());
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", file);

        ShouldHave(await ReadAsync(server.Admin, image), caption);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task The_caption_that_exiftool_writes_is_read_from_every_format(ImageFormat format)
    {
        var picture = TestPicture.Gradient(64, 48, NextSeed());
        var bare = format switch
        {
            ImageFormat.Jpeg => picture.ToJpeg(),
            ImageFormat.Png => picture.ToPng(),
            ImageFormat.WebP => picture.ToWebP(),
            ImageFormat.Tiff => picture.ToTiff(),
            ImageFormat.Gif => picture.ToGif(),
            _ => picture.ToAvif(),
        };
        var file = ExifTool.Write(
            bare,
            "-XMP-dc:Title=Fährhafen",
            "-XMP-dc:Subject=harbour",
            "-XMP-dc:Subject=Zürich",
            "-XMP-xmp:Rating=4",
            "-XMP-photoshop:City=Zürich",
            "-IPTC:Caption-Abstract=Ferries",
            "-EXIF:Artist=Ada Example",
            "-EXIF:Copyright=© Ada Example",
            "-EXIF:GPSLatitude=48.8583",
            "-EXIF:GPSLatitudeRef=N");

        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a", file);

        var hasExif = format != ImageFormat.Gif;
        ShouldHave(await ReadAsync(server.Admin, image), new Caption
        {
            Title = "Fährhafen",
            Description = format is ImageFormat.Jpeg or ImageFormat.Tiff ? "Ferries" : null,
            Tags = ["harbour", "Zürich"],
            Rating = 4,
            Creator = hasExif ? "Ada Example" : null,
            Copyright = hasExif ? "© Ada Example" : null,
        });

        // The public file contains no tags, no city, no description and no rating.
        var tags = ExifTool.ReadAll(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full"));
        tags.ShouldNotContain("Zürich");
        tags.ShouldNotContain("Ferries");
        tags.ShouldNotContain("Rating");
    }

    [Fact]
    public async Task Visitors_see_creator_and_copyright_but_no_rating()
    {
        var (file, caption) = CaptionFixtures.Make("Lightroom Classic", NextSeed());
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", file);

        var seen = await ReadAsync(server.Visitor, image);
        (seen.Text("creator"), seen.Text("copyright"), seen.TryGetProperty("rating", out _)).ShouldBe((caption.Creator, caption.Copyright, false));
        (await server.Visitor.GetAsync($"/api/v1/images?groupId={group}&q=fährhafen").JsonAsync()).Items().Count.ShouldBe(1);
        (await server.Visitor.GetAsync($"/api/v1/images?groupId={group}&tag=harbour").JsonAsync()).Items().Count.ShouldBe(1);

        var plain = await ReadAsync(server.Admin, await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(seed: NextSeed())));
        foreach (var field in (string[])["title", "description", "rating", "creator", "copyright"])
        {
            plain.GetProperty(field).ValueKind.ShouldBe(JsonValueKind.Null, field);
        }
    }

    [Fact]
    public async Task The_tags_of_the_request_are_added_to_those_of_the_file_up_to_the_limit()
    {
        var group = await server.Admin.CreateGroupAsync();
        using var body = new MultipartFormDataContent { { new StringContent("Zürich, own"), "tags" } };
        body.AddFile("a.jpg", CaptionFixtures.Make("Picasa", NextSeed()).File);
        var many = string.Concat(Enumerable.Range(0, 49).Select(number => $"<rdf:li>tag {number}</rdf:li>"));
        body.AddFile("b.jpg", CaptionFixtures.With(MetadataFixtures.Bare(TestImages.Jpeg(64, 48, NextSeed())), CaptionFixtures.Packet($"<dc:subject><rdf:Bag>{many}</rdf:Bag></dc:subject>")));

        var uploaded = (await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created)).GetProperty("uploaded").EnumerateArray().ToList();

        TagsOf(uploaded[0]).ShouldBe(["harbour", "Zürich", "own"]);
        TagsOf(uploaded[1]).Count.ShouldBe(Image.MaxTags);
        TagsOf(uploaded[1])[^2..].ShouldBe(["Zürich", "own"]);
    }

    [Fact]
    public async Task Decomposed_texts_become_composed()
    {
        var packet = CaptionFixtures.Packet("<dc:title>Cafe\u0301</dc:title><dc:subject><rdf:Bag><rdf:li>cafe\u0301</rdf:li></rdf:Bag></dc:subject>");
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", CaptionFixtures.With(MetadataFixtures.Bare(TestImages.Jpeg(64, 48, NextSeed())), packet));

        ShouldHave(await ReadAsync(server.Admin, image), new Caption { Title = "Caf\u00e9", Tags = ["caf\u00e9"] });
    }

    [Fact]
    public async Task The_longest_description_arrives_from_the_worker()
    {
        var tags = string.Concat(Enumerable.Range(10, Image.MaxTags).Select(number => $"<rdf:li>{number}{Waves(98)}</rdf:li>"));
        var packet = CaptionFixtures.Packet(
            $"<dc:title>{Waves(200)}</dc:title><dc:description>{Waves(10_000)}</dc:description><dc:creator>{Waves(1_000)}</dc:creator><dc:rights>{Waves(1_000)}</dc:rights><dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>");
        var png = MetadataFixtures.WithXmpText(TestImages.Png(64, 48, NextSeed()), packet);

        var read = await ReadAsync(server.Admin, await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.png", png));

        (read.Text("description"), read.Text("copyright"), TagsOf(read).Count).ShouldBe((Waves(10_000), Waves(1_000), Image.MaxTags));

        static string Waves(int count) => string.Concat(Enumerable.Repeat("🌊", count));
    }

    [Fact]
    public async Task Without_the_setting_no_caption_is_read()
    {
        await using var other = await ImageHubServer.StartAsync(postgres, new() { ["Uploads:ReadCaptions"] = "false" });
        var image = await other.Admin.AddImageAsync(await other.Admin.CreateGroupAsync(), "a.jpg", CaptionFixtures.Make("Lightroom Classic", NextSeed()).File);

        ShouldHave(await ReadAsync(other.Admin, image), Caption.None);
    }

    private static int NextSeed() => Interlocked.Increment(ref seed);

    private static Task<JsonElement> ReadAsync(HttpClient client, Guid image) => client.GetAsync($"/api/v1/images/{image}").JsonAsync();

    private static List<string> TagsOf(JsonElement image) => [.. image.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];

    private static void ShouldHave(JsonElement image, Caption caption)
    {
        image.Text("title").ShouldBe(caption.Title);
        image.Text("description").ShouldBe(caption.Description);
        TagsOf(image).ShouldBe(caption.Tags);
        (image.GetProperty("rating").ValueKind == JsonValueKind.Null ? null : (int?)image.GetProperty("rating").GetInt32()).ShouldBe(caption.Rating);
        image.Text("creator").ShouldBe(caption.Creator);
        image.Text("copyright").ShouldBe(caption.Copyright);
    }
}
