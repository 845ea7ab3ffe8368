using System.Net;
using System.Security.Cryptography;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

/// <summary>The main job from end to end: upload a group, page through it, fetch its images.</summary>
public sealed class MainJobTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_group_of_many_photos_is_uploaded_in_one_request_listed_in_pages_and_fetched_at_each_resolution()
    {
        var photos = Enumerable.Range(0, 30).Select(i => ($"IMG_{i:0000}.jpg", TestImages.Jpeg(1600, 1200, seed: i))).ToArray();
        var group = await server.Admin.CreateGroupAsync("Harbour");

        var report = await server.Admin.PostImagesAsync(group, photos).JsonAsync(HttpStatusCode.Created);
        report.Items("uploaded").Select(item => item.GetProperty("index").GetInt32()).ShouldBe(Enumerable.Range(0, 30));
        report.Items("skipped").ShouldBeEmpty();
        report.Items("failed").ShouldBeEmpty();

        var groups = await server.Visitor.GetAsync("/api/v1/groups?page=1&pageSize=12").JsonAsync();
        groups.Items().Single().GetProperty("imageCount").GetInt32().ShouldBe(30);
        groups.Items().Single().GetProperty("cover").Text("fileName").ShouldBe("IMG_0000.jpg");

        var names = new List<string?>();
        var cursor = "";
        do
        {
            var page = await server.Visitor.GetAsync($"/api/v1/groups/{group}/images?cursor={cursor}&pageSize=12").JsonAsync();
            names.AddRange(page.Items().Select(item => item.Text("fileName")));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        names.ShouldBe(photos.Select(photo => photo.Item1));

        var first = report.Items("uploaded")[0];
        foreach (var (variant, width, height) in (ValueTuple<string, int, int>[])[("low", 307, 230), ("medium", 720, 540), ("high", 1400, 1050), ("full", 1600, 1200)])
        {
            var link = first.GetProperty(variant);
            (link.GetProperty("width").GetInt32(), link.GetProperty("height").GetInt32()).ShouldBe((width, height));
            var bytes = await server.Visitor.GetByteArrayAsync(link.Text("url"));
            bytes.Length.ShouldBe(link.GetProperty("bytes").GetInt32());
        }

        var full = await server.Visitor.GetByteArrayAsync(first.GetProperty("full").Text("url"));
        full.ShouldBe(photos[0].Item2);
        var details = await server.Visitor.GetAsync($"/api/v1/images/{first.Id()}").JsonAsync();
        details.Text("sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(photos[0].Item2)));

        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await server.Visitor.GetAsync(first.GetProperty("low").Text("url")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(30);
        await server.Visitor.GetAsync(first.GetProperty("low").Text("url")).StatusAsync(HttpStatusCode.OK);
    }
}
