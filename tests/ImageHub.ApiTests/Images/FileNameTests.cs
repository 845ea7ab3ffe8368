using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

/// <summary>One rule for file names, and one normal form (NFC) for all names.</summary>
public sealed class FileNameTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    // macOS sends decomposed names: letters followed by their accents.
    private const string Decomposed = "Fru\u0308hling.jpg";
    private const string Composed = "Fr\u00fchling.jpg";

    private static int seed = 1_000;

    [Fact]
    public async Task A_file_name_is_stored_in_NFC_however_it_is_sent()
    {
        var group = await server.Admin.CreateGroupAsync();

        var put = await server.Admin.PutImageAsync(group, Decomposed, Photo()).JsonAsync(HttpStatusCode.Created);
        put.Text("fileName").ShouldBe(Composed);
        await server.Admin.PutImageAsync(group, Composed, Photo()).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        var report = await server.Admin.PostImagesAsync(group, [(Decomposed, Photo())]).JsonAsync();
        report.Items("skipped").Single().Text("fileName").ShouldBe(Composed);

        var other = await server.Admin.AddImageAsync(group, "other.jpg", Photo());
        await PatchAsync($"images/{other}", new { fileName = Decomposed }).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        (await PatchAsync($"images/{other}", new { fileName = "e\u0301.jpg" }).JsonAsync()).Text("fileName").ShouldBe("\u00e9.jpg");
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images/{Uri.EscapeDataString(Decomposed)}").JsonAsync()).Id().ShouldBe(put.Id());
    }

    [Fact]
    public async Task Titles_descriptions_tags_and_searches_match_in_either_Unicode_form()
    {
        var created = await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Cafe\u0301 Zu\u0308rich", description = "Ale\u0301" }).JsonAsync(HttpStatusCode.Created);
        (created.Text("title"), created.Text("description")).ShouldBe(("Caf\u00e9 Z\u00fcrich", "Al\u00e9"));
        var group = created.Id();
        (await PatchAsync($"groups/{group}", new { title = "Bistro\u0302 Zu\u0308rich" }).JsonAsync()).Text("title").ShouldBe("Bistr\u00f4 Z\u00fcrich");
        foreach (var q in (string[])["bistro\u0302", "bistr\u00f4"])
        {
            (await server.Admin.GetAsync($"/api/v1/groups?q={Uri.EscapeDataString(q)}").JsonAsync()).Items().Select(row => row.Id()).ShouldBe([group], q);
        }

        using var body = new MultipartFormDataContent { { new StringContent("Se\u0301ance,S\u00e9ance"), "tags" } };
        body.AddFile("a.jpg", Photo());
        var uploaded = (await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created)).Items("uploaded").Single();
        uploaded.Items("tags").Select(tag => tag.GetString()).ShouldBe(["S\u00e9ance"]);
        var changed = await PatchAsync($"images/{uploaded.Id()}", new { title = "Cine\u0301ma", tags = (string[])["Cine\u0301"] }).JsonAsync();
        (changed.Text("title"), changed.Items("tags").Single().GetString()).ShouldBe(("Cin\u00e9ma", "Cin\u00e9"));
        foreach (var query in (string[])["tag=Cine\u0301", "tag=Cin\u00e9", "q=cine\u0301m"])
        {
            (await server.Visitor.GetAsync($"/api/v1/images?{query}").JsonAsync()).Items().Select(row => row.Id()).ShouldBe([uploaded.Id()], query);
        }
    }

    [Fact]
    public async Task A_long_file_name_is_shortened_in_characters_before_its_extension_and_a_long_rename_is_refused()
    {
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.PutImageAsync(group, string.Concat(Enumerable.Repeat("\U0001F408", 230)) + ".jpg", Photo()).JsonAsync(HttpStatusCode.Created);
        image.Text("fileName").ShouldBe(string.Concat(Enumerable.Repeat("\U0001F408", 196)) + ".jpg");

        var longest = string.Concat(Enumerable.Repeat("\U0001F415", 196)) + ".jpg";
        (await PatchAsync($"images/{image.Id()}", new { fileName = longest }).JsonAsync()).Text("fileName").ShouldBe(longest);
        var problem = await PatchAsync($"images/{image.Id()}", new { fileName = "x" + longest }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("fileName")[0].GetString().ShouldBe("fileName has 201 characters; at most 200 are allowed.");
    }

    [Fact]
    public async Task Length_limits_count_characters_and_not_UTF_16_units()
    {
        var title = string.Concat(Enumerable.Repeat("\U0001F408", 200));
        var group = await server.Admin.CreateGroupAsync(title);
        await PatchAsync($"groups/{group}", new { title = title + "x" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        var image = await server.Admin.AddImageAsync(group, "a.jpg", Photo());
        await PatchAsync($"images/{image}", new { description = new string('d', 10_000), tags = (string[])[string.Concat(Enumerable.Repeat("\U0001F408", 100))] }).StatusAsync(HttpStatusCode.OK);
        await PatchAsync($"images/{image}", new { description = new string('d', 10_001) }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Theory]
    [InlineData("a%2Fb.jpg", "b.jpg")]
    [InlineData("a%5Cb.jpg", "b.jpg")]
    [InlineData("50%25.jpg", "50%.jpg")]
    [InlineData("a%252Fb.jpg", "a%2Fb.jpg")]
    public async Task The_file_name_of_a_PUT_is_the_last_percent_decoded_segment(string sent, string kept)
    {
        var group = await server.Admin.CreateGroupAsync();

        var image = await server.Admin.PutAsync($"/api/v1/groups/{group}/images/{sent}", new ByteArrayContent(Photo())).JsonAsync(HttpStatusCode.Created);

        image.Text("fileName").ShouldBe(kept);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images/{sent}").JsonAsync()).Id().ShouldBe(image.Id());
    }

    [Theory]
    [InlineData("photo.png", "photo.jpg")]
    [InlineData("photo.PDF", "photo.jpg")]
    [InlineData("photo.JPEG", "photo.JPEG")]
    [InlineData("photo", "photo")]
    [InlineData("beach.v2", "beach.v2")]
    public async Task An_extension_that_contradicts_the_content_is_replaced(string sent, string kept)
    {
        var group = await server.Admin.CreateGroupAsync();

        (await server.Admin.PutImageAsync(group, sent, Photo()).JsonAsync(HttpStatusCode.Created)).Text("fileName").ShouldBe(kept);

        var other = await server.Admin.CreateGroupAsync();
        var image = (await server.Admin.PutImageAsync(other, "before.jpg", Photo()).JsonAsync(HttpStatusCode.Created)).Id();
        (await PatchAsync($"images/{image}", new { fileName = sent }).JsonAsync()).Text("fileName").ShouldBe(kept);
    }

    [Fact]
    public async Task A_new_file_name_conflicts_with_existing_names_in_their_stored_form()
    {
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.PutImageAsync(group, "a.png", TestImages.Png(20, 20, seed: 7)).StatusAsync(HttpStatusCode.Created);

        await server.Admin.PutImageAsync(group, "a.png", Photo()).StatusAsync(HttpStatusCode.Created);
        await server.Admin.PutImageAsync(group, "a.png", Photo()).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
    }

    [Fact]
    public async Task Every_part_with_a_file_name_is_a_file_and_unknown_fields_are_ignored()
    {
        var group = await server.Admin.CreateGroupAsync();
        using var body = new MultipartFormDataContent { { new StringContent("my album"), "album" }, { new StringContent("sea"), "tags" }, { new StringContent("x"), "files" } };
        Add("photo", "1.jpg");
        body.Add(new StringContent("7"), "note");
        Add("upload[]", "2.jpg");

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Select(image => (image.GetProperty("index").GetInt32(), image.Text("fileName"))).ShouldBe([(0, "1.jpg"), (1, "2.jpg")]);
        report.Items("uploaded").ShouldAllBe(image => image.Items("tags").Single().GetString() == "sea");
        (report.Items("skipped").Count, report.Items("failed").Count).ShouldBe((0, 0));

        void Add(string part, string name) => body.Add(new ByteArrayContent(Photo()), part, name);
    }

    private static byte[] Photo() => TestImages.Jpeg(32, 24, Interlocked.Increment(ref seed));

    private Task<HttpResponseMessage> PatchAsync(string path, object change) =>
        server.Admin.PatchAsync($"/api/v1/{path}", new StringContent(JsonSerializer.Serialize(change), Encoding.UTF8, "application/json"));
}
