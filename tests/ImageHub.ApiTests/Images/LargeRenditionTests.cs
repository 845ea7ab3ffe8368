using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Images;

/// <summary>The large variant, which is rendered after the upload.</summary>
public sealed class LargeRenditionTests(PostgresServer postgres) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { [ImageHubServer.AlternatesKey] = "WebP", ["Imaging:Large:Width"] = "1800", ["Imaging:Large:Height"] = "1800" });
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_large_variant_is_null_until_it_is_rendered_and_then_has_an_immutable_address_in_each_format()
    {
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        (await LargeAsync(server.Visitor, id)).ValueKind.ShouldBe(JsonValueKind.Null);
        using (var standIn = await server.Visitor.GetAsync($"/api/v1/images/{id}/large"))
        {
            (standIn.StatusCode, standIn.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-cache"));
            TestPicture.Read(await standIn.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Width.ShouldBe(1400);
        }

        await RenderAsync();

        var large = await LargeAsync(server.Visitor, id);
        (large.Text("url"), large.GetProperty("width").GetInt32(), large.GetProperty("height").GetInt32(), large.Text("contentType"))
            .ShouldBe(($"/api/v1/images/{id}/large?r=1", 1800, 900, "image/jpeg"));
        var alternate = large.GetProperty("alternates").EnumerateArray().Single();
        alternate.Text("contentType").ShouldBe("image/webp");
        foreach (var (url, bytes) in (ValueTuple<string, long>[])[(large.Text("url")!, large.GetProperty("bytes").GetInt64()), (alternate.Text("url")!, alternate.GetProperty("bytes").GetInt64())])
        {
            using var answer = await server.Visitor.GetAsync(url);
            (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "public, max-age=86400, immutable"));
            var file = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            var picture = TestPicture.Read(file);
            (file.LongLength, picture.Width, picture.Height).ShouldBe((bytes, 1800, 900));
        }

        var listed = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single();
        listed.GetProperty("large").Text("url").ShouldBe($"/api/v1/images/{id}/large?r=1");
        (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes").GetProperty("large").GetInt64().ShouldBe(large.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task The_large_variant_stays_null_if_high_has_all_pixels_and_is_never_enlarged()
    {
        var small = await server.Admin.AddImageAsync(group, "small.jpg", TestImages.Jpeg(1400, 1050, 1));
        var between = await server.Admin.AddImageAsync(group, "between.jpg", TestImages.Jpeg(1600, 1200, 2));

        await RenderAsync();

        (await LargeAsync(server.Visitor, small)).ValueKind.ShouldBe(JsonValueKind.Null);
        (await LargeAsync(server.Visitor, between)).GetProperty("width").GetInt32().ShouldBe(1600);
        (await server.SqlAsync("SELECT count(*) FROM images WHERE is_large_due")).ShouldBe(0L);
        using var answer = await server.Visitor.GetAsync($"/api/v1/images/{small}/large?r=1");
        (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-cache"));
    }

    [Fact]
    public async Task Images_of_an_earlier_version_get_the_large_variant_without_new_alternates_of_other_sizes()
    {
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        await RenderAsync();
        await server.SqlAsync("UPDATE images SET is_large_due = true, large_bytes = NULL, large_content_type = NULL, large_crc32 = NULL, large_height = NULL, large_width = NULL, alternates = substring(alternates FOR 27)");

        await RenderAsync();

        var image = await server.Visitor.GetAsync($"/api/v1/images/{id}").JsonAsync();
        foreach (var rendition in (string[])["low", "medium", "high", "large"])
        {
            image.GetProperty(rendition).GetProperty("alternates").GetArrayLength().ShouldBe(1, rendition);
        }
    }

    [Fact]
    public async Task Guests_get_the_large_variant_below_their_link_and_images_of_users_have_none()
    {
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var own = (await ada.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(2000, 1000, 4))).JsonAsync(HttpStatusCode.Created)).Id();
        await RenderAsync();
        var shared = "/api/v1" + (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        using var guest = server.NewClient(useCookies: true);

        var large = (await guest.GetAsync($"{shared}/images").JsonAsync()).Items().Single().GetProperty("large");

        large.Text("url").ShouldBe($"{shared}/images/{id}/large?r=1");
        using var answer = await guest.GetAsync(large.Text("url"));
        (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-store, private"));
        (await ada.GetAsync($"/api/v1/images/{own}").JsonAsync()).TryGetProperty("large", out _).ShouldBeFalse();
        (await server.SqlAsync($"SELECT large_width FROM images WHERE id = '{own}'")).ShouldBe(DBNull.Value);
    }

    [Fact]
    public async Task A_lost_large_variant_is_rendered_again_with_the_next_revision_and_is_deleted_with_its_image()
    {
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        await RenderAsync();
        File.Delete(Objects("large").Single());
        string next;

        using (var answer = await server.Visitor.GetAsync($"/api/v1/images/{id}/large?r=1"))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Found);
            next = answer.Headers.Location!.ToString();
            next.ShouldStartWith($"/api/v1/images/{id}/large?r=");
        }

        (await LargeAsync(server.Visitor, id)).ValueKind.ShouldBe(JsonValueKind.Null);
        await RenderAsync();
        (await LargeAsync(server.Visitor, id)).Text("url").ShouldBe(next);
        Objects("large*").Count().ShouldBe(2);

        await server.Admin.DeleteAsync($"/api/v1/images/{id}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { id } }).StatusAsync(HttpStatusCode.OK);
        StoredFiles.Of(server.DataDirectory).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_with_the_watermark_is_not_made_of_a_smaller_file_when_the_large_variant_is_lost()
    {
        var mark = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "mark.png", TestPicture.Solid(64, 64, 0, 0, 255).ToPng());
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId = mark, position = "center", opacity = 1, widthPercent = 20 } }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = true, downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        await RenderAsync();
        var url = (await LargeAsync(server.Visitor, id)).Text("url")!;
        url.ShouldContain("mark=");
        File.Delete(Objects("large").Single());

        using (var refused = await server.Visitor.GetAsync(url))
        {
            (refused.StatusCode, refused.Headers.RetryAfter?.Delta).ShouldBe((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)));
        }

        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_changed_box_renders_the_large_variant_again_with_the_next_revision()
    {
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        await RenderAsync();
        await SendAsync(new RenderChangedBoxes());
        (server.Settings["Imaging:Large:Width"], server.Settings["Imaging:Large:Height"]) = ("1600", "1600");
        await server.RestartAsync();

        // Files that the changed box would discard are not rendered before.
        var next = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(2000, 1000, 2));
        await RenderAsync();
        (await LargeAsync(server.Visitor, next)).ValueKind.ShouldBe(JsonValueKind.Null);

        await SendAsync(new RenderChangedBoxes());
        await RenderAsync();

        (await LargeAsync(server.Visitor, next)).GetProperty("width").GetInt32().ShouldBe(1600);
        var large = await LargeAsync(server.Visitor, id);
        large.Text("url").ShouldNotBe($"/api/v1/images/{id}/large?r=1");
        large.GetProperty("width").GetInt32().ShouldBe(1600);
    }

    [Fact]
    public async Task A_changed_box_leaves_an_image_whose_full_file_is_lost_as_it_is()
    {
        var id = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1000, 1));
        await RenderAsync();
        await SendAsync(new RenderChangedBoxes());
        var large = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{id}/large?r=1");
        var path = Objects("full").Single();
        var full = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        File.Delete(path);
        await server.Visitor.GetAsync($"/api/v1/images/{id}/full?r=1").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        server.Settings["Imaging:Low:Width"] = "100";
        await server.RestartAsync();

        await SendAsync(new RenderChangedBoxes());

        (await server.SqlAsync("SELECT revision FROM images")).ShouldBe(1);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{id}/large?r=1")).ShouldBe(large);
        await File.WriteAllBytesAsync(path, full, TestContext.Current.CancellationToken);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{id}/full?r=1")).ShouldBe(full);
    }

    private IEnumerable<string> Objects(string pattern) => Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), pattern, SearchOption.AllDirectories);

    private static async Task<JsonElement> LargeAsync(HttpClient client, Guid id) => (await client.GetAsync($"/api/v1/images/{id}").JsonAsync()).GetProperty("large");

    private Task RenderAsync() => server.RenderInBackgroundAsync();

    private async Task SendAsync(IRequest job)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(job);
    }
}
