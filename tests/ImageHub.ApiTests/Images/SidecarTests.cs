using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

/// <summary>Sidecars of images.</summary>
public sealed class SidecarTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Xmp = "application/rdf+xml";
    private const string Json = "application/json";

    private const string Takeout = """
        {
          "title": "IMG_1.jpg",
          "description": "Ferries at dusk",
          "imageViews": "12",
          "creationTime": { "timestamp": "1590000000", "formatted": "20.05.2020, 18:40:00 UTC" },
          "photoTakenTime": { "timestamp": "1577934245", "formatted": "02.01.2020, 03:04:05 UTC" },
          "geoData": { "latitude": 53.5436, "longitude": -9.9881, "altitude": 3.0, "latitudeSpan": 0.0, "longitudeSpan": 0.0 },
          "geoDataExif": { "latitude": 0.0, "longitude": 0.0 },
          "people": [{ "name": "Ada Example" }],
          "url": "https://photos.google.com/photo/AF1Q"
        }
        """;

    private static int seed = 73_000;

    [Fact]
    public async Task An_XMP_sidecar_replaces_what_it_names_and_nothing_else()
    {
        var image = await AddAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Before", description = "Before", tags = new[] { "before" }, rating = 2 }).JsonAsync();
        var packet = CaptionFixtures.Packet(
            "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Cafe\u0301</rdf:li></rdf:Alt></dc:title><dc:subject><rdf:Bag><rdf:li>harbour</rdf:li></rdf:Bag></dc:subject>"
            + "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>",
            "exif:DateTimeOriginal='2019-05-01T12:34:56+02:00' exif:GPSLatitude='53,32.616N' exif:GPSLongitude='9,59.286W'");

        var changed = await PutAsync(server.Admin, image, Xmp, packet).JsonAsync();

        (changed.Text("title"), changed.Text("description"), TagsOf(changed), changed.GetProperty("rating").GetInt32()).ShouldBe(("Caf\u00e9", "Before", "harbour", 2));
        (changed.Text("creator"), changed.Text("copyright"), changed.Text("takenAt")).ShouldBe(("Ada; Bo", null, "2019-05-01T12:34:56+02:00"));
        changed.GetProperty("location").GetProperty("latitude").GetDouble().ShouldBe(53.5436, 0.0001);
        changed.GetProperty("location").GetProperty("longitude").GetDouble().ShouldBe(-9.9881, 0.0001);
        (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).Text("title").ShouldBe("Caf\u00e9");
    }

    [Theory]
    [InlineData("4", 4)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    public async Task A_rating_of_zero_or_less_clears_the_rating(string rating, int? expected)
    {
        var image = await AddAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rating = 2 }).JsonAsync();

        var changed = await PutAsync(server.Admin, image, Xmp + "; charset=utf-8", CaptionFixtures.Packet("", $"xmp:Rating='{rating}'")).JsonAsync();

        (changed.GetProperty("rating").ValueKind == JsonValueKind.Null ? null : (int?)changed.GetProperty("rating").GetInt32()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("exif:DateTimeOriginal='2024:05:17 18:30:05.000'", "2024-05-17T18:30:05")]
    [InlineData("photoshop:DateCreated='2024-05-17T18:30:05.12Z'", "2024-05-17T18:30:05+00:00")]
    [InlineData("exif:DateTimeOriginal='0000:00:00 00:00:00' xmp:CreateDate='2024-05-17T18:30'", "2024-05-17T18:30:00")]
    [InlineData("photoshop:DateCreated='2024-05-17'", null)]
    public async Task Times_are_read_in_every_form(string attributes, string? takenAt) =>
        (await PutAsync(server.Admin, await AddAsync(), Xmp, CaptionFixtures.Packet("", attributes)).JsonAsync()).Text("takenAt").ShouldBe(takenAt);

    [Fact]
    public async Task A_sidecar_of_Google_Takeout_gives_description_time_and_location()
    {
        var image = await AddAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Kept", tags = new[] { "kept" } }).JsonAsync();

        var changed = await PutAsync(server.Admin, image, Json, Encoding.UTF8.GetBytes(Takeout)).JsonAsync();

        (changed.Text("title"), changed.Text("description"), TagsOf(changed), changed.Text("takenAt")).ShouldBe(("Kept", "Ferries at dusk", "kept", "2020-01-02T03:04:05+00:00"));
        changed.GetProperty("location").GetProperty("longitude").GetDouble().ShouldBe(-9.9881);

        // A location of 0, 0 and an empty description count as missing.
        var same = await PutAsync(server.Admin, image, Json, """{"description":"","geoData":{"latitude":0,"longitude":0}}"""u8.ToArray()).JsonAsync();
        (same.Text("description"), same.GetProperty("location").GetProperty("latitude").GetDouble()).ShouldBe(("Ferries at dusk", 53.5436));
    }

    [Theory]
    [InlineData(Xmp, "")]
    [InlineData(Xmp, "<x")]
    [InlineData(Xmp, "<html/>")]
    [InlineData(Xmp, "<!DOCTYPE x [<!ENTITY a 'b'>]><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>")]
    [InlineData(Json, "")]
    [InlineData(Json, "{")]
    [InlineData(Json, "[]")]
    [InlineData(Json, "{}")]
    [InlineData(Json, """{"title":"An album"}""")]
    [InlineData(Json, """{"description":5}""")]
    [InlineData(Json, """{"description":"\ud800"}""")]
    [InlineData(Json, """{"photoTakenTime":{"timestamp":"soon"}}""")]
    [InlineData(Json, """{"photoTakenTime":{"timestamp":"99999999999999"}}""")]
    [InlineData(Json, """{"photoTakenTime":"1577934245"}""")]
    [InlineData(Json, """{"geoData":{"latitude":91,"longitude":0}}""")]
    [InlineData(Json, """{"geoData":{"latitude":"1","longitude":0}}""")]
    public async Task A_malformed_sidecar_is_refused_and_changes_nothing(string type, string content)
    {
        var image = await AddAsync();
        var before = await ReadAsync(image);
        await PutAsync(server.Admin, image, type, Encoding.UTF8.GetBytes(content)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalidSidecar");
        (await ReadAsync(image)).ShouldBe(before);
    }

    [Fact]
    public async Task Deep_large_and_foreign_sidecars_are_refused()
    {
        var image = await AddAsync();
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));
        await PutAsync(server.Admin, image, Json, Encoding.UTF8.GetBytes($"{{\"description\":\"x\",\"a\":{deep}}}")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalidSidecar");
        await PutAsync(server.Admin, image, Xmp, CaptionFixtures.Packet(string.Concat(Enumerable.Repeat("<a>", 100)) + string.Concat(Enumerable.Repeat("</a>", 100))))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalidSidecar");
        await PutAsync(server.Admin, image, Xmp, new byte[(1024 * 1024) + 1]).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "bodyTooLarge");
        await PutAsync(server.Admin, image, "text/xml", CaptionFixtures.Packet("")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
        await PutAsync(server.Admin, image, null, CaptionFixtures.Packet("")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
    }

    [Fact]
    public async Task A_key_with_the_scope_upload_changes_only_images_that_its_account_has_uploaded()
    {
        var group = await server.Admin.CreateGroupAsync();
        var uploading = server.WithKey(await server.Admin.CreateKeyAsync("upload"));
        var own = (await uploading.PutImageAsync(group, "own.jpg", TestImages.Jpeg(64, 48, NextSeed())).JsonAsync(HttpStatusCode.Created)).Id();

        var changed = await PutAsync(uploading, own, Json, Encoding.UTF8.GetBytes(Takeout)).JsonAsync();

        changed.Text("description").ShouldBe("Ferries at dusk");
        (changed.TryGetProperty("location", out _), changed.TryGetProperty("rating", out _)).ShouldBe((false, false));
        await server.SqlAsync($"UPDATE images SET added_by = '{Guid.CreateVersion7()}' WHERE id = '{own}'");
        await PutAsync(uploading, own, Json, Encoding.UTF8.GetBytes(Takeout)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.SqlAsync($"UPDATE images SET added_by = NULL WHERE id = '{own}'");
        await PutAsync(uploading, own, Json, Encoding.UTF8.GetBytes(Takeout)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_sidecar_fills_in_only_missing_fields_on_request()
    {
        var image = await AddAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Kept", takenAt = "2000-01-01T00:00:00" }).JsonAsync();
        var packet = CaptionFixtures.Packet(
            "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>New</rdf:li></rdf:Alt></dc:title><dc:subject><rdf:Bag><rdf:li>harbour</rdf:li></rdf:Bag></dc:subject>",
            "xmp:Rating='4' exif:DateTimeOriginal='2019-05-01T12:34:56+02:00' exif:GPSLatitude='53,32.616N' exif:GPSLongitude='9,59.286W'");

        var filled = await PutAsync(server.Admin, image, Xmp, packet, "?onlyMissing=true").JsonAsync();

        (filled.Text("title"), TagsOf(filled), filled.GetProperty("rating").GetInt32(), filled.Text("takenAt")).ShouldBe(("Kept", "harbour", 4, "2000-01-01T00:00:00"));
        filled.GetProperty("location").GetProperty("latitude").GetDouble().ShouldBe(53.5436, 0.0001);

        // Now the image has a value for every field of the next sidecar.
        var other = CaptionFixtures.Packet("<dc:subject><rdf:Bag><rdf:li>other</rdf:li></rdf:Bag></dc:subject>", "xmp:Rating='0' exif:GPSLatitude='1,0N' exif:GPSLongitude='1,0E'");
        (await PutAsync(server.Admin, image, Xmp, other, "?onlyMissing=true").JsonAsync()).ToString().ShouldBe(filled.ToString());
    }

    [Fact]
    public async Task A_sidecar_that_is_read_back_changes_nothing_and_exiftool_reads_it()
    {
        var (file, _) = CaptionFixtures.Make("Lightroom Classic", NextSeed());
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "Fähre 1.jpg", file);
        await PutAsync(server.Admin, image, Json, Encoding.UTF8.GetBytes(Takeout)).JsonAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "<Quay> & \uFFFE\"boat\"" }).JsonAsync();
        var before = await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync();

        using var answer = await server.Admin.GetAsync($"/api/v1/images/{image}/sidecar");
        var packet = await answer.Content.ReadAsByteArrayAsync();

        (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.FileNameStar).ShouldBe((Xmp, "Fähre 1.xmp"));
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Changed", description = "Changed", tags = new[] { "changed" }, rating = 1, takenAt = "2000-01-01T00:00:00" }).JsonAsync();
        var after = await PutAsync(server.Admin, image, Xmp, packet).JsonAsync();
        after.Text("title").ShouldBe("<Quay> & \"boat\"");
        foreach (var field in (string[])["description", "tags", "rating", "creator", "copyright", "takenAt", "location"])
        {
            after.GetProperty(field).ToString().ShouldBe(before.GetProperty(field).ToString(), field);
        }

        var tags = ExifTool.ReadAll(packet);
        tags.ShouldContain("<Quay> & \"boat\"");
        tags.ShouldMatch(@"DateTimeOriginal +: 2020:01:02 03:04:05\+00:00");
        tags.ShouldMatch(@"GPSLongitude +: 9 deg 59' 17\.16"" W");
        tags.ShouldNotContain("Warning");
    }

    private static int NextSeed() => Interlocked.Increment(ref seed);

    private static string TagsOf(JsonElement image) => string.Join(',', image.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));

    private async Task<Guid> AddAsync() => await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(64, 48, NextSeed()));

    private async Task<string> ReadAsync(Guid image) => (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).ToString();

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, Guid image, string? type, byte[] content, string query = "")
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return client.PutAsync($"/api/v1/images/{image}/sidecar{query}", body);
    }
}
