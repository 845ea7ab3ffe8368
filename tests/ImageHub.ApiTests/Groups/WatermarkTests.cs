using System.Data.Common;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Groups;

/// <summary>The site's watermark on photos that visitors and guests see.</summary>
public sealed class WatermarkTests(SharedServer servers, PostgresServer postgres) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;
    private Guid mark;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync(new() { ["Web:PublicUrl"] = "https://photos.example" });
        mark = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Marks", isPublished: false), "mark.png", TestPicture.Solid(400, 200, 255, 0, 0).ToPng());
        group = await server.Admin.CreateGroupAsync("Wedding");
        image = await server.Admin.AddImageAsync(group, "kiss.png", TestPicture.Solid(2000, 1500, 0, 0, 255).ToPng());
    }

    /// <summary>Turns off every use of the watermark, so that the next test can remove the watermark.</summary>
    public async ValueTask DisposeAsync()
    {
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = false }).StatusAsync(HttpStatusCode.OK);
        foreach (var link in (await server.Admin.GetAsync("/api/v1/links?pageSize=100").JsonAsync()).Items())
        {
            await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task The_full_size_has_no_watermark_so_both_together_are_refused()
    {
        await MarkAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = true }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { watermark = true, downloads = "full" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await RequireAsync();
        var problem = await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "full" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("watermark")[0].GetString()!.ShouldContain("downloads must be 'high' or 'none'");
    }

    [Fact]
    public async Task Visitors_get_watermarked_pictures_at_new_addresses_and_the_unmarked_addresses_end()
    {
        foreach (var size in (string[])["medium", "high"])
        {
            (await ReadAsync(server.Visitor, $"/api/v1/images/{image}/{size}?r=1")).IsMarked.ShouldBeFalse();
        }

        await MarkAsync();
        await RequireAsync();

        var summary = await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync();
        summary.GetProperty("full").ValueKind.ShouldBe(JsonValueKind.Null);
        foreach (var size in (string[])["medium", "high"])
        {
            var rendition = summary.GetProperty(size);
            var url = rendition.Text("url")!;
            url.ShouldMatch($"^/api/v1/images/{image}/{size}\\?r=1&mark=[0-9]+$");
            rendition.Items("alternates").ShouldBeEmpty();
            var picture = await ReadAsync(server.Visitor, url);
            picture.IsMarked.ShouldBeTrue();
            (picture.Width, picture.Height).ShouldBe((rendition.GetProperty("width").GetInt32(), rendition.GetProperty("height").GetInt32()));
            (await ReadAsync(server.Admin, url)).IsMarked.ShouldBeTrue();
            (await ReadAsync(server.Visitor, $"/api/v1/images/{image}/{size}")).IsMarked.ShouldBeTrue();

            // The picture without the watermark is older. A date would let a client keep this one.
            using var current = await server.Visitor.GetAsync($"/api/v1/images/{image}/{size}");
            current.Content.Headers.LastModified.ShouldBeNull();
            (await ReadAsync(server.Visitor, $"/api/v1/images/{image}/{size}?format=webp")).IsMarked.ShouldBeTrue();
            foreach (var query in (string[])["?r=1", "?r=0", "?r=1&format=webp", "?r=1&download=true"])
            {
                using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/{size}{query}");
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{size}{query}");
            }
        }

        (await ReadAsync(server.Visitor, $"/api/v1/images/{image}/large")).IsMarked.ShouldBeTrue();
        (await ReadAsync(server.Visitor, summary.GetProperty("low").Text("url")!)).IsMarked.ShouldBeFalse();
        using var admins = await server.Admin.GetAsync($"/api/v1/images/{image}/high?r=1");
        admins.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        TestPicture.Read(await admins.Content.ReadAsByteArrayAsync()).IsMarked().ShouldBeFalse();
    }

    [Fact]
    public async Task An_address_with_a_former_watermark_leads_to_the_current_picture()
    {
        await MarkAsync();
        await RequireAsync();
        var former = (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("high").Text("url")!;
        (await ReadAsync(server.Visitor, former)).IsMarked.ShouldBeTrue();

        await MarkAsync(opacity: 0.5);
        var next = int.Parse(former.Split("mark=")[1], CultureInfo.InvariantCulture) + 1;
        using var client = server.NewClient();
        using (var answer = await client.GetAsync(former))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
            answer.Headers.Location!.ToString().ShouldBe($"/api/v1/images/{image}/high?r=1&mark={next}");
        }

        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].GetProperty("high").Text("url").ShouldEndWith($"&mark={next}");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = false }).StatusAsync(HttpStatusCode.OK);
        using var unmarked = await client.GetAsync(former);
        unmarked.Headers.Location!.ToString().ShouldBe($"/api/v1/images/{image}/high?r=1");
    }

    [Fact]
    public async Task A_rotated_mark_is_shown_as_it_is_now()
    {
        await MarkAsync(widthPercent: 20);
        await RequireAsync();
        var former = await ShownAsync();

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{mark}", new { rotate = 90 }).StatusAsync(HttpStatusCode.OK);

        var (address, width, height) = await ShownAsync();
        address.ShouldNotBe(former.Address);
        (former.Width > former.Height).ShouldBeTrue();
        (height > width).ShouldBeTrue();

        async Task<(string Address, int Width, int Height)> ShownAsync()
        {
            var url = (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("high").Text("url")!;
            var picture = TestPicture.Read(await server.Visitor.GetByteArrayAsync(url));
            var (x, y) = (picture.Width / 2, picture.Height / 2);
            return (url, Enumerable.Range(0, picture.Width).Count(at => picture[at, y][0] > 128), Enumerable.Range(0, picture.Height).Count(at => picture[x, at][0] > 128));
        }
    }

    [Theory]
    [InlineData("center", 0.5, 0.5)]
    [InlineData("bottomRight", 0.9, 0.9)]
    public async Task The_mark_is_as_wide_as_its_share_of_the_picture_and_at_its_place(string position, double x, double y)
    {
        await MarkAsync(position, widthPercent: 20, opacity: 1);
        await RequireAsync();

        var picture = TestPicture.Read(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/high"));

        var red = Enumerable.Range(0, picture.Width * picture.Height).Where(at => picture[at % picture.Width, at / picture.Width][0] > 128).ToArray();
        var (left, right) = (red.Min(at => at % picture.Width), red.Max(at => at % picture.Width));
        var (top, bottom) = (red.Min(at => at / picture.Width), red.Max(at => at / picture.Width));
        (right - left + 1.0).ShouldBe(picture.Width * 0.2, 4);
        (bottom - top + 1.0).ShouldBe(picture.Width * 0.1, 4);
        ((left + right) / 2.0 / picture.Width).ShouldBe(x, 0.06);
        ((top + bottom) / 2.0 / picture.Height).ShouldBe(y, 0.06);
    }

    [Theory]
    [InlineData(200, 1600)]
    [InlineData(1600, 100)]
    public async Task A_mark_stays_within_tall_and_wide_pictures(int width, int height)
    {
        await MarkAsync("center", widthPercent: 60, opacity: 1);
        var extreme = await server.Admin.AddImageAsync(group, "extreme.png", TestPicture.Solid(width, height, 0, 0, 255).ToPng());
        await RequireAsync();

        var picture = TestPicture.Read(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{extreme}/high"));

        picture[picture.Width / 2, picture.Height / 2][0].ShouldBeGreaterThan((byte)128);
        foreach (var (x, y) in ((int, int)[])[(0, 0), (picture.Width - 1, 0), (0, picture.Height - 1), (picture.Width - 1, picture.Height - 1)])
        {
            picture[x, y][2].ShouldBeGreaterThan((byte)128);
        }
    }

    [Fact]
    public async Task Opacity_blends_the_mark_and_tiles_cover_the_whole_picture()
    {
        await MarkAsync("tile", widthPercent: 10, opacity: 0.5);
        await RequireAsync();

        var picture = TestPicture.Read(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/high"));

        var quarters = Enumerable.Range(0, picture.Width * picture.Height)
            .Where(at => picture[at % picture.Width, at / picture.Width] is [> 100 and < 155, _, > 100 and < 155])
            .GroupBy(at => ((at % picture.Width) * 2 / picture.Width, at / picture.Width * 2 / picture.Height))
            .Select(quarter => quarter.Count() * 4.0 / picture.Width / picture.Height)
            .ToArray();
        quarters.Length.ShouldBe(4);
        quarters.ShouldAllBe(share => share > 0.2 && share < 0.6);
    }

    [Fact]
    public async Task Guests_of_a_link_get_what_the_link_says()
    {
        await MarkAsync();
        var marked = await ShareAsync(new { watermark = true });
        var unmarked = await ShareAsync(new { watermark = false });

        // The group offers the full size, which the link's watermark excludes.
        await server.Visitor.GetAsync($"{marked}/images/{image}/full").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        (await ReadAsync(server.Visitor, (await server.Visitor.GetAsync($"{marked}/images").JsonAsync()).Items()[0].GetProperty("high").Text("url")!)).IsMarked.ShouldBeTrue();
        (await ReadAsync(server.Visitor, (await server.Visitor.GetAsync(marked).JsonAsync()).GetProperty("cover").GetProperty("high").Text("url")!)).IsMarked.ShouldBeTrue();
        await server.Visitor.GetAsync($"{marked}/images/{image}/high?r=1").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await RequireAsync();
        (await ReadAsync(server.Visitor, $"{unmarked}/images/{image}/high?r=1")).IsMarked.ShouldBeFalse();
    }

    [Fact]
    public async Task Existing_links_to_one_image_give_marked_pictures_too()
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variant in (string[])["high", "medium", "800", "100"])
        {
            links[variant] = (await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant, expiresInSeconds = 3_000 }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
            (await ReadAsync(server.Visitor, links[variant])).IsMarked.ShouldBeFalse();
        }

        await MarkAsync();
        await RequireAsync();

        foreach (var (variant, url) in links)
        {
            (await ReadAsync(server.Visitor, url)).IsMarked.ShouldBe(variant != "100", variant);
        }
    }

    [Fact]
    public async Task Pages_previews_feed_and_embedding_name_marked_pictures_only()
    {
        await MarkAsync();
        await RequireAsync();
        var page = await server.Visitor.FindPageAsync(group);
        foreach (var path in (string[])["/", page, $"{page}/images/{image}", "/feed.xml", $"/oembed?url=https://photos.example{page}/images/{image}"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
            using var answer = await server.Visitor.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldContain("mark=", customMessage: path);
            text.ShouldNotContain($"{image}/full");
            foreach (var part in text.Split($"/api/v1/images/{image}/").Skip(1))
            {
                (part.StartsWith("low", StringComparison.Ordinal) || part.Split('"', ' ')[0].Contains("mark=", StringComparison.Ordinal)).ShouldBeTrue($"{path}: {part[..Math.Min(part.Length, 60)]}");
            }
        }
    }

    [Fact]
    public async Task An_archive_of_high_contains_marked_pictures_and_a_former_one_without_marks_ends()
    {
        await MarkAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.AddImageAsync(group, "cake.jpg", TestPicture.Solid(900, 900, 0, 0, 255).ToJpeg());
        var former = await ArchiveAsync();
        await RequireAsync();

        await server.Visitor.GetAsync(former).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        using var zip = new ZipArchive(await server.Visitor.GetStreamAsync(await ArchiveAsync()));
        zip.Entries.Select(entry => entry.Name).ShouldBe(["kiss.png.jpg", "cake.jpg"]);
        foreach (var entry in zip.Entries)
        {
            using var bytes = new MemoryStream();
            await using (var content = entry.Open())
            {
                await content.CopyToAsync(bytes);
            }

            TestPicture.Read(bytes.ToArray()).IsMarked().ShouldBeTrue(entry.Name);
        }

        async Task<string> ArchiveAsync() =>
            (await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
    }

    [Fact]
    public async Task An_archive_names_a_lost_photo_whose_picture_cannot_be_marked()
    {
        await MarkAsync();
        await RequireAsync();
        var cake = await server.Admin.AddImageAsync(group, "cake.jpg", TestPicture.Solid(900, 900, 0, 0, 255).ToJpeg());
        foreach (var path in StoredFiles.Of(server.DataDirectory).Where(path => path.Contains(cake.ToString(), StringComparison.Ordinal)))
        {
            await DamagedFile.DamageAsync(path, "lost");
        }

        var archive = await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).JsonAsync(HttpStatusCode.Created);

        using var zip = new ZipArchive(await server.Visitor.GetStreamAsync(archive.Text("url")));
        zip.Entries.Select(entry => entry.Name).ShouldBe(["kiss.png.jpg", "Missing files.txt"]);
        using var note = new StreamReader(zip.Entries[1].Open());
        (await note.ReadToEndAsync()).ShouldEndWith("\r\n\r\ncake.jpg\r\n");
    }

    [Fact]
    public async Task A_second_archive_within_an_hour_does_not_write_the_times_of_its_pictures()
    {
        await MarkAsync();
        await RequireAsync();
        await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).StatusAsync(HttpStatusCode.Created);
        var rows = $"SELECT string_agg(xmin::text || ' ' || last_read_at, ',') FROM thumbnails WHERE image_id = '{image}'";
        var before = await server.SqlAsync(rows);

        await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).StatusAsync(HttpStatusCode.Created);

        (await server.SqlAsync(rows)).ShouldBe(before);
    }

    [Fact]
    public async Task An_archive_is_refused_for_now_if_a_photo_is_added_after_its_pictures_were_marked()
    {
        var listing = new ChangeBeforeListing();
        await using var other = await ImageHubServer.StartAsync(
            postgres, configure: builder => builder.Services.ConfigureDbContext<ImageHubDb>(options => options.AddInterceptors(listing)));
        var png = TestPicture.Solid(400, 200, 255, 0, 0).ToPng();
        var imageId = await other.Admin.AddImageAsync(await other.Admin.CreateGroupAsync("Marks", isPublished: false), "mark.png", png);
        await other.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId, position = "center", opacity = 1, widthPercent = 50 } }).StatusAsync(HttpStatusCode.OK);
        var wedding = await other.Admin.CreateGroupAsync("Wedding");
        await other.Admin.AddImageAsync(wedding, "kiss.png", png);
        await other.Admin.PatchAsJsonAsync($"/api/v1/groups/{wedding}", new { watermark = true, downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        listing.Change = () => other.Admin.AddImageAsync(wedding, "cake.png", TestPicture.Solid(900, 900, 0, 0, 255).ToPng());

        using (var refused = await CreateAsync())
        {
            (refused.Headers.RetryAfter?.Delta).ShouldBe(TimeSpan.FromSeconds(1));
            await Task.FromResult(refused).ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        }

        (await CreateAsync().JsonAsync(HttpStatusCode.Created)).GetProperty("files").GetInt32().ShouldBe(2);

        Task<HttpResponseMessage> CreateAsync() => other.Visitor.PostAsJsonAsync($"/api/v1/groups/{wedding}/archives", new { variant = "high" });
    }

    [Fact]
    public async Task The_mark_cannot_be_lost_while_it_is_needed()
    {
        await MarkAsync();
        await RequireAsync();
        var marks = (await server.Admin.GetAsync($"/api/v1/images/{mark}").JsonAsync()).Id("groupId");

        await server.Admin.DeleteAsync($"/api/v1/images/{mark}").ProblemAsync(HttpStatusCode.Conflict, "watermarkInUse");
        await server.Admin.DeleteAsync($"/api/v1/groups/{marks}").ProblemAsync(HttpStatusCode.Conflict, "watermarkInUse");
        var bulk = await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "delete", ids = new[] { mark, image } }).JsonAsync();
        bulk.Items().Select(item => item.GetProperty("status").GetInt32()).ShouldBe([409, 204]);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = (object?)null }).ProblemAsync(HttpStatusCode.Conflict, "watermarkInUse");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = false }).StatusAsync(HttpStatusCode.OK);
        (await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = (object?)null }).JsonAsync()).GetProperty("watermark").ValueKind.ShouldBe(JsonValueKind.Null);
        await server.Admin.DeleteAsync($"/api/v1/images/{mark}").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_unsuitable_watermark_is_refused_with_the_name_of_the_field()
    {
        await RefusedAsync("imageId", Guid.NewGuid(), 0.5, 20);
        await RefusedAsync("opacity", mark, 0.04, 20);
        await RefusedAsync("opacity", mark, 1.1, 20);
        await RefusedAsync("widthPercent", mark, 0.5, 0.5);
        await RefusedAsync("widthPercent", mark, 0.5, 101);

        async Task RefusedAsync(string field, Guid imageId, double opacity, double widthPercent)
        {
            var problem = await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId, position = "center", opacity, widthPercent } })
                .ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe($"watermark.{field}");
        }
    }

    private Task MarkAsync(string position = "center", double widthPercent = 50, double opacity = 1) =>
        server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId = mark, position, opacity, widthPercent } }).StatusAsync(HttpStatusCode.OK);

    private Task RequireAsync() => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = true, downloads = "high" }).StatusAsync(HttpStatusCode.OK);

    private async Task<string> ShareAsync(object body) =>
        $"/api/v1{(await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", body).JsonAsync(HttpStatusCode.Created)).Text("url")}";

    private static async Task<(bool IsMarked, int Width, int Height)> ReadAsync(HttpClient client, string url)
    {
        using var answer = await client.GetAsync(url);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, url);
        var picture = TestPicture.Read(await answer.Content.ReadAsByteArrayAsync());
        return (picture.IsMarked(), picture.Width, picture.Height);
    }

    /// <summary>Makes a change once, directly before the files of an archive are listed.</summary>
    private sealed class ChangeBeforeListing : DbCommandInterceptor
    {
        public Func<Task>? Change { get; set; }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            // Only this query looks for names with an appended extension.
            if (Change is { } change && command.CommandText.Contains(" (2)", StringComparison.Ordinal))
            {
                Change = null;
                await change();
            }

            return result;
        }
    }
}

/// <summary>Looks for the red mark at the centre of a blue picture.</summary>
internal static class MarkedPicture
{
    public static bool IsMarked(this TestPicture picture) => picture[picture.Width / 2, picture.Height / 2][0] > 100;
}
