using System.Net;
using System.Text.Json;
using ImageHub.Application.Site;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Site;

/// <summary>The site's logos for light and dark pages.</summary>
public sealed class LogoTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private const string Url = "/api/v1/site/logo";

    /// <summary>Each logo's path, and its field in the site settings.</summary>
    public static readonly TheoryData<string, string> Both = new() { { Url, "logo" }, { $"{Url}/dark", "logoDark" } };

    public async ValueTask InitializeAsync()
    {
        await server.Admin.DeleteAsync(Url).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"{Url}/dark").StatusAsync(HttpStatusCode.NoContent);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_logo_is_shown_until_it_is_replaced_or_deleted(string path, string field)
    {
        (await SiteAsync()).GetProperty(field).ValueKind.ShouldBe(JsonValueKind.Null);
        await server.Visitor.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        var said = await PutAsync(path, TestImages.Png(300, 100));
        var logo = said.GetProperty(field);
        (logo.GetProperty("width").GetInt32(), logo.GetProperty("height").GetInt32()).ShouldBe((300, 100));
        (await SiteAsync()).ToString().ShouldBe(said.ToString());
        var first = logo.Text("url")!;
        first.ShouldStartWith(path + "?r=");
        Size(await server.Visitor.GetByteArrayAsync(first)).ShouldBe((300, 100));

        // A second picture has a new address, and the first address redirects to the new one.
        var second = (await PutAsync(path, TestImages.Png(120, 80))).GetProperty(field).Text("url")!;
        second.ShouldNotBe(first);
        Size(await server.Visitor.GetByteArrayAsync(second)).ShouldBe((120, 80));
        using var older = await server.Visitor.GetAsync(first);
        (older.StatusCode, older.Headers.Location?.OriginalString, older.Headers.CacheControl?.ToString()).ShouldBe((HttpStatusCode.Found, second, "no-store"));

        for (var time = 0; time < 2; time++)
        {
            await server.Admin.DeleteAsync(path).StatusAsync(HttpStatusCode.NoContent);
            await server.Visitor.GetAsync(second).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }

        (await SiteAsync()).GetProperty(field).ValueKind.ShouldBe(JsonValueKind.Null);

        // The same address never gets other bytes, so a later logo has a new address.
        (await PutAsync(path, TestImages.Png(60, 60))).GetProperty(field).Text("url").ShouldNotBeOneOf(first, second);
    }

    [Fact]
    public async Task A_logo_is_cached_by_its_address_and_never_run_as_a_document()
    {
        var url = (await server.Admin.PutLogoAsync(TestImages.Png(300, 100))).GetProperty("logo").Text("url")!;

        // The second answer comes from the response cache.
        for (var time = 0; time < 2; time++)
        {
            using var answer = await server.Visitor.GetAsync(url);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=86400, immutable");
            answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox; frame-ancestors 'none'"]);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
            answer.Headers.ETag!.IsWeak.ShouldBeFalse();

            using var again = new HttpRequestMessage(HttpMethod.Get, url);
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag);
            await server.Visitor.SendAsync(again).StatusAsync(HttpStatusCode.NotModified);

            using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
            (head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, answer.Headers.ETag, answer.Content.Headers.ContentLength));
        }

        using var current = await server.Visitor.GetAsync(Url);
        (current.StatusCode, current.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-cache"));
        await server.Visitor.GetAsync($"{Url}?r=x").StatusAsync(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(2400, 400, 1200, 200)]
    [InlineData(1000, 1000, 600, 600)]
    [InlineData(40, 20, 40, 20)]
    public async Task A_logo_fits_its_box_and_is_never_enlarged(int width, int height, int expectedWidth, int expectedHeight)
    {
        var logo = (await server.Admin.PutLogoAsync(TestImages.Jpeg(width, height))).GetProperty("logo");

        (logo.GetProperty("width").GetInt32(), logo.GetProperty("height").GetInt32()).ShouldBe((expectedWidth, expectedHeight));
        Size(await server.Visitor.GetByteArrayAsync(logo.Text("url"))).ShouldBe((expectedWidth, expectedHeight));
    }

    [Fact]
    public async Task A_drawing_keeps_its_exact_colours_and_its_transparency()
    {
        var drawing = TestPicture.Draw(400, 120, 4, (x, y) => (x / 7) + (y / 5) is var field && field % 3 == 0 ? [200, 20, 30, 255] : field % 3 == 1 ? [0, 0, 0, 128] : [0, 0, 0, 0]);

        var url = (await server.Admin.PutLogoAsync(drawing.ToPng())).GetProperty("logo").Text("url");

        var shown = TestPicture.Read(await server.Visitor.GetByteArrayAsync(url));
        shown.Bands.ShouldBe(4);
        foreach (var (x, y) in (ReadOnlySpan<(int, int)>)[(0, 0), (6, 4), (7, 0), (13, 4), (14, 0), (399, 119)])
        {
            shown[x, y].ToArray().ShouldBe(drawing[x, y].ToArray(), $"{x}, {y}");
        }
    }

    [Fact]
    public async Task A_photo_as_a_logo_is_small_and_a_photo_without_alpha_stays_opaque()
    {
        var url = (await server.Admin.PutLogoAsync(TestPicture.Noise(1200, 600).ToJpeg())).GetProperty("logo").Text("url");

        var file = await server.Visitor.GetByteArrayAsync(url);
        file.Length.ShouldBeLessThan(1024 * 1024);
        TestPicture.Read(file).Bands.ShouldBe(3);
    }

    [Fact]
    public async Task A_logo_is_a_PNG_WebP_JPEG_or_AVIF_whatever_its_media_type_says()
    {
        foreach (var file in (byte[][])[TestImages.Png(90, 30), TestImages.WebP(90, 30), TestImages.Jpeg(90, 30), TestImages.Avif(90, 30)])
        {
            using var body = new ByteArrayContent(file);
            body.Headers.ContentType = new("text/plain");
            var site = await server.Admin.PutAsync(Url, body).JsonAsync();
            site.GetProperty("logo").GetProperty("width").GetInt32().ShouldBe(90);
        }

        foreach (var file in (byte[][])[TestImages.Gif(), TestImages.Tiff(), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray()])
        {
            var problem = await server.Admin.PutAsync(Url, new ByteArrayContent(file)).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
            problem.Text("detail")!.ShouldEndWith("accepted as a logo are PNG, WebP, JPEG and AVIF.");
        }
    }

    [Fact]
    public async Task A_file_that_is_no_complete_small_image_leaves_the_logo_as_it_is()
    {
        var before = (await server.Admin.PutLogoAsync(TestImages.Png(90, 30))).ToString();
        var large = TestImages.JpegOf((5 * 1024 * 1024) + 1, seed: 1);

        await server.Admin.PutAsync(Url, new ByteArrayContent(large)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
        await server.Admin.PutAsync(Url, new StreamContent(new UnknownLength(large))).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
        await server.Admin.PutAsync(Url, new ByteArrayContent([])).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");
        await server.Admin.PutAsync(Url, new ByteArrayContent(TestImages.Png()[..900])).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");
        await server.Admin.PutAsync(Url, new ByteArrayContent(TestPicture.Solid(11_000, 10_000, 1).ToPng())).ProblemAsync(HttpStatusCode.UnprocessableEntity, "tooManyPixels");

        (await SiteAsync()).ToString().ShouldBe(before);
    }

    [Fact]
    public async Task Logos_sent_at_the_same_time_get_increasing_revisions()
    {
        await server.Admin.PutLogoAsync(TestImages.Png(5, 10));
        var before = RevisionOf((await SiteAsync()).GetProperty("logo"));
        var urls = await Task.WhenAll(Enumerable.Range(1, 6).Select(async number => (await server.Admin.PutLogoAsync(TestImages.Png(10 * number, 10))).GetProperty("logo").Text("url")));

        // An answer shows the logo that was saved last, so several answers may name the same logo.
        var last = (await SiteAsync()).GetProperty("logo");
        urls.ShouldContain(last.Text("url"));
        RevisionOf(last).ShouldBeGreaterThanOrEqualTo(before + 6);
        Size(await server.Visitor.GetByteArrayAsync(last.Text("url"))).Width.ShouldBe(last.GetProperty("width").GetInt32());

        static int RevisionOf(JsonElement logo) => int.Parse(logo.Text("url")!.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_changed_logo_is_seen_at_once_on_every_instance()
    {
        await using var second = await server.StartSecondAsync();
        var url = (await server.Admin.PutLogoAsync(TestImages.Png(90, 30))).GetProperty("logo").Text("url");
        await SeeAsync(url, HttpStatusCode.OK);
        var replaced = (await server.Admin.PutLogoAsync(TestImages.Png(50, 30))).GetProperty("logo").Text("url");
        await SeeAsync(url, HttpStatusCode.Found);
        await SeeAsync(replaced, HttpStatusCode.OK);
        await server.Admin.DeleteAsync(Url).StatusAsync(HttpStatusCode.NoContent);
        await SeeAsync(replaced, HttpStatusCode.NotFound);

        async Task SeeAsync(string? address, HttpStatusCode expected)
        {
            await server.Visitor.GetAsync(address).StatusAsync(expected);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (true)
            {
                using var seen = await second.Visitor.GetAsync(address, patience.Token);
                if (seen.StatusCode == expected)
                {
                    return;
                }

                await Task.Delay(20, patience.Token);
            }
        }
    }

    [Fact]
    public async Task The_logo_of_an_earlier_version_becomes_a_file_of_the_site()
    {
        var group = await server.Admin.CreateGroupAsync("Logos");
        var image = await server.Admin.AddImageAsync(group, "logo.png", TestImages.TransparentPng(300, 100, seed: 72));
        await ChooseAsync(image);

        await Task.WhenAll(CarryOverAsync(), CarryOverAsync());

        var logo = (await SiteAsync()).GetProperty("logo");
        (logo.GetProperty("width").GetInt32(), await ChosenAsync()).ShouldBe((300, DBNull.Value));

        // The image is no longer needed.
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Visitor.GetAsync(logo.Text("url")).StatusAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("hidden")]
    [InlineData("deleted")]
    [InlineData("unknown")]
    public async Task A_logo_of_an_earlier_version_that_visitors_did_not_see_is_dropped(string state)
    {
        var group = await server.Admin.CreateGroupAsync("Logos", isPublished: state != "hidden");
        var image = await server.Admin.AddImageAsync(group, "logo.png", TestImages.Png(300, 100, seed: 73));
        if (state == "deleted")
        {
            await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        }

        await ChooseAsync(state == "unknown" ? Guid.CreateVersion7() : image);

        await CarryOverAsync();

        ((await SiteAsync()).GetProperty("logo").ValueKind, await ChosenAsync()).ShouldBe((JsonValueKind.Null, DBNull.Value));
    }

    [Fact]
    public async Task A_new_or_deleted_logo_replaces_the_one_of_an_earlier_version()
    {
        var group = await server.Admin.CreateGroupAsync("Logos");
        var image = await server.Admin.AddImageAsync(group, "logo.png", TestImages.Png(300, 100, seed: 74));
        await ChooseAsync(image);
        var uploaded = (await server.Admin.PutLogoAsync(TestImages.Png(90, 30))).ToString();
        await CarryOverAsync();
        (await SiteAsync()).ToString().ShouldBe(uploaded);

        await ChooseAsync(image);
        await server.Admin.DeleteAsync(Url).StatusAsync(HttpStatusCode.NoContent);
        await CarryOverAsync();
        (await SiteAsync()).GetProperty("logo").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static (int Width, int Height) Size(byte[] file) => TestPicture.Read(file) is var picture ? (picture.Width, picture.Height) : default;

    private Task<JsonElement> SiteAsync() => server.Admin.GetAsync("/api/v1/site").JsonAsync();

    private Task<JsonElement> PutAsync(string path, byte[] file) => server.Admin.PutAsync(path, new ByteArrayContent(file)).JsonAsync();

    private async Task ChooseAsync(Guid image) => await server.SqlAsync($"UPDATE site_profiles SET logo_image_id = '{image}'");

    private async Task<object?> ChosenAsync() => await server.SqlAsync("SELECT logo_image_id FROM site_profiles");

    private async Task CarryOverAsync()
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new CarryOverLogo());
    }

    /// <summary>A stream that cannot seek, so that the request has no Content-Length.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
