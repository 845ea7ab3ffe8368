using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.ApiTests.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Thumbnails;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Transforms;

/// <summary>Published images in the size, crop and format of a signed address.</summary>
public sealed class TransformTests(SharedServer servers, PostgresServer postgres) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private static int seed;

    private ImageHubServer server = null!;
    private ShiftedClock clock = null!;
    private TransformSigner signer = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync();
        signer = await TransformSigner.CreateAsync(server.Admin);
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_picture_has_the_requested_size_and_is_never_enlarged()
    {
        var image = await AddAsync(TestImages.Jpeg(1600, 1200, ++seed));
        await SizeAsync("w:400", 400, 300);
        await SizeAsync("h:300", 400, 300);
        await SizeAsync("w:400,h:400", 400, 300);
        await SizeAsync("w:400,h:400,fit:contain", 400, 300);
        await SizeAsync("w:400,h:400,fit:cover", 400, 400);
        await SizeAsync("w:400,h:100,fit:fill", 400, 100);
        await SizeAsync("w:400,fit:cover", 400, 300);
        await SizeAsync("h:90,fit:fill", 120, 90);
        await SizeAsync("w:100,dpr:2", 200, 150);
        await SizeAsync("w:101,dpr:1.5", 152, 114);
        await SizeAsync("w:1,h:1,fit:cover,g:so", 1, 1);
        await SizeAsync("w:4000", 1600, 1200);
        await SizeAsync("w:4000,h:4000,fit:contain,g:ce,q:70,dpr:1,exp:99999999999", 1600, 1200);
        await SizeAsync("w:4000,h:2000,fit:cover", 1600, 800);
        await SizeAsync("w:2000,h:4000,fit:fill", 600, 1200);

        async Task SizeAsync(string options, int width, int height)
        {
            var picture = await ReadAsync(signer.Sign(options, image));
            (picture.Width, picture.Height).ShouldBe((width, height), options);
        }
    }

    [Theory]
    [InlineData("jpeg", "image/jpeg")]
    [InlineData("webp", "image/webp")]
    [InlineData("avif", "image/avif")]
    [InlineData("png", "image/png")]
    public async Task The_extension_is_the_format(string extension, string mediaType)
    {
        var image = await AddAsync(TestImages.Jpeg(800, 600, ++seed), "Sea view.jpg");
        using var answer = await server.Visitor.GetAsync(signer.Sign("w:300", image, extension));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        answer.Content.Headers.ContentDisposition!.ToString().ShouldStartWith("inline; filename=\"Sea view.");
        var picture = TestPicture.Read(await answer.Content.ReadAsByteArrayAsync());
        (picture.Width, picture.Height).ShouldBe((300, 225));

        // After a change of the focus point, an older file may replace this one at its address. A date would let a client keep this one.
        answer.Content.Headers.LastModified.ShouldBeNull();
    }

    [Fact]
    public async Task A_crop_keeps_the_named_part_or_the_focus()
    {
        byte[][] colours = [[230, 30, 30], [30, 200, 30], [30, 30, 230]];
        var wide = await AddAsync(TestPicture.Draw(600, 200, 3, (x, _) => colours[x / 200]).ToPng(), "wide.png");
        var tall = await AddAsync(TestPicture.Draw(200, 600, 3, (_, y) => colours[y / 200]).ToPng(), "tall.png");
        foreach (var (gravity, ofWide, ofTall) in ((string, int, int)[])[("", 1, 1), (",g:ce", 1, 1), (",g:we", 0, 1), (",g:ea", 2, 1), (",g:no", 1, 0), (",g:so", 1, 2)])
        {
            await ColourAsync(wide, gravity, ofWide);
            await ColourAsync(tall, gravity, ofTall);
        }

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{wide}", new { focus = new { x = 0.9, y = 0.5 } }).StatusAsync(HttpStatusCode.OK);
        await ColourAsync(wide, "", 2);
        await ColourAsync(wide, ",g:we", 0);

        // A rotation changes only the orientation tag of the file. The focus point stays on the same detail.
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{wide}", new { rotate = 180 }).StatusAsync(HttpStatusCode.OK);
        await ColourAsync(wide, "", 2);
        await ColourAsync(wide, ",g:we", 2);

        async Task ColourAsync(Guid image, string gravity, int colour)
        {
            var picture = await ReadAsync(signer.Sign($"w:100,h:100,fit:cover{gravity}", image, "png"));
            (picture.Width, picture.Height).ShouldBe((100, 100));
            foreach (var (x, y) in ((int, int)[])[(3, 3), (96, 96), (50, 50)])
            {
                picture[x, y].ToArray().Zip(colours[colour], (actual, expected) => Math.Abs(actual - expected)).Max().ShouldBeLessThan(40, $"{gravity} at {x}, {y}");
            }
        }
    }

    [Fact]
    public async Task A_crop_by_attention_keeps_the_part_with_detail()
    {
        var noise = TestPicture.Noise(200, 200, ++seed);
        var image = await AddAsync(TestPicture.Draw(900, 300, 3, (x, y) => x >= 680 && x < 880 && y is >= 50 and < 250 ? noise[x - 680, y - 50].ToArray() : [40, 40, 40]).ToPng(), "detail.png");

        Grey(await ReadAsync(signer.Sign("w:100,h:100,fit:cover,g:sm", image, "png"))).ShouldBeLessThan(0.7);
        Grey(await ReadAsync(signer.Sign("w:100,h:100,fit:cover,g:we", image, "png"))).ShouldBe(1, 0.01);

        static double Grey(TestPicture picture) => Enumerable.Range(0, 10_000).Count(at => picture[at % 100, at / 100][0] is > 36 and < 44) / 10_000.0;
    }

    [Fact]
    public async Task The_quality_applies_to_each_lossy_format()
    {
        var image = await AddAsync(TestPicture.Noise(400, 300, ++seed).ToJpeg());
        foreach (var extension in (string[])["jpeg", "webp", "avif"])
        {
            var low = (await server.Visitor.GetByteArrayAsync(signer.Sign("w:200,q:10", image, extension))).Length;
            var high = (await server.Visitor.GetByteArrayAsync(signer.Sign("w:200,q:95", image, extension))).Length;
            high.ShouldBeGreaterThan(low * 3 / 2, extension);
        }
    }

    [Fact]
    public async Task Transparency_is_kept_except_in_JPEG_where_it_becomes_white()
    {
        var image = await AddAsync(TestPicture.Solid(400, 300, 200, 20, 20).WithBand((x, _) => x < 200 ? (byte)0 : (byte)255).ToPng(), "clear.png");
        foreach (var extension in (string[])["png", "webp", "avif"])
        {
            var picture = await ReadAsync(signer.Sign("w:200", image, extension));
            picture.Bands.ShouldBe(4, extension);
            picture[20, 75][3].ShouldBe((byte)0, extension);
            picture[180, 75][3].ShouldBe((byte)255, extension);
        }

        var jpeg = await ReadAsync(signer.Sign("w:200", image));
        jpeg.Bands.ShouldBe(3);
        jpeg[20, 75].ToArray().ShouldAllBe(sample => sample > 245);
    }

    [Fact]
    public async Task The_picture_is_upright_and_has_no_metadata()
    {
        var image = await AddAsync(TestImages.WithExif(MetadataFixtures.Bare(TestImages.Jpeg(800, 600, ++seed)), MetadataFixtures.GeotaggedExif().ToBytes()));
        var turned = await AddAsync(TestImages.OrientedJpeg(6, 640, 480), "turned.jpg");
        foreach (var extension in (string[])["jpeg", "webp", "avif", "png"])
        {
            var path = Path.GetTempFileName();
            await File.WriteAllBytesAsync(path, await server.Visitor.GetByteArrayAsync(signer.Sign("w:800", image, extension)));
            TestPicture.ReadFields(path).ShouldNotContain(field => field.StartsWith("exif", StringComparison.Ordinal) || field.StartsWith("xmp", StringComparison.Ordinal) || field.StartsWith("icc", StringComparison.Ordinal));
            File.Delete(path);
        }

        var upright = await ReadAsync(signer.Sign("w:4000", turned, "png"));
        var high = await ReadAsync($"/api/v1/images/{turned}/high");
        (upright.Width, upright.Height).ShouldBe((high.Width, high.Height));
        foreach (var (x, y) in ((int, int)[])[(10, 10), (upright.Width - 10, 10), (10, upright.Height - 10)])
        {
            upright[x, y].ToArray().Zip(high[x, y].ToArray(), (one, other) => Math.Abs(one - other)).Max().ShouldBeLessThan(30);
        }
    }

    [Theory]
    [InlineData("fit:cover", "jpeg", "w", "w and h are both absent; at least one is needed, from 1 to 4000.")]
    [InlineData("w:0", "jpeg", "w", "w is '0'; it must be a whole number from 1 to 4000.")]
    [InlineData("w:4001", "jpeg", "w", "w is '4001'; it must be a whole number from 1 to 4000.")]
    [InlineData("w:1e3", "jpeg", "w", "w is '1e3'; it must be a whole number from 1 to 4000.")]
    [InlineData("w:100,h:-5", "jpeg", "h", "h is '-5'; it must be a whole number from 1 to 4000.")]
    [InlineData("w:3000,dpr:2", "jpeg", "w", "w is '3000'; multiplied by dpr, it is 6000, but at most 4000 are allowed.")]
    [InlineData("w:100,dpr:4", "jpeg", "dpr", "dpr is '4'; it must be 1 to 3, with at most two decimals.")]
    [InlineData("w:100,dpr:0.5", "jpeg", "dpr", "dpr is '0.5'; it must be 1 to 3, with at most two decimals.")]
    [InlineData("w:100,fit:crop", "jpeg", "fit", "fit is 'crop'; it must be contain, cover or fill.")]
    [InlineData("w:100,g:up", "jpeg", "g", "g is 'up'; it must be ce, no, so, ea, we or sm.")]
    [InlineData("w:100,q:0", "jpeg", "q", "q is '0'; it must be a whole number from 1 to 100.")]
    [InlineData("w:100,q:101", "webp", "q", "q is '101'; it must be a whole number from 1 to 100.")]
    [InlineData("w:100,q:80", "png", "q", "q is '80'; png has no quality: omit q, or use jpeg, webp or avif.")]
    [InlineData("w:100,exp:tomorrow", "jpeg", "exp", "exp is 'tomorrow'; it must be a whole number from 1 to 253402300799.")]
    [InlineData("h:100,w:100", "jpeg", "w", "w is '100'; the option comes too late; the order is w, h, fit, g, q, dpr, exp.")]
    [InlineData("w:100,w:200", "jpeg", "w", "w is '200'; the option is given twice; once is allowed.")]
    [InlineData("w:100,blur:5", "jpeg", "options", "'blur:5' is not an option; allowed are w:, h:, fit:, g:, q:, dpr:, exp:, joined by commas.")]
    [InlineData("w:100,", "jpeg", "options", "'' is not an option; allowed are w:, h:, fit:, g:, q:, dpr:, exp:, joined by commas.")]
    [InlineData("w", "jpeg", "options", "'w' is not an option; allowed are w:, h:, fit:, g:, q:, dpr:, exp:, joined by commas.")]
    [InlineData("w:100", "jpg", "extension", "extension is 'jpg'; it must be jpeg, webp, avif or png.")]
    public async Task Wrong_options_are_named_to_whoever_has_the_key_and_to_nobody_else(string options, string extension, string field, string text)
    {
        var image = await AddAsync(TestImages.Jpeg(seed: ++seed));
        var problem = await server.Visitor.GetAsync(signer.Sign(options, image, extension)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(text);
        await server.Visitor.GetAsync((signer with { Key = signer.Key + "x" }).Sign(options, image, extension)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Every_image_that_visitors_may_not_see_returns_the_same_404()
    {
        var image = await AddAsync(TestImages.Jpeg(seed: ++seed));
        var good = signer.Sign("w:100", image);
        await server.Visitor.GetAsync(good).StatusAsync(HttpStatusCode.OK);
        var hidden = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Hidden", isPublished: false), "a.jpg", TestImages.Jpeg(seed: ++seed));
        var trashed = await AddAsync(TestImages.Jpeg(seed: ++seed), "trashed.jpg");
        await server.Admin.DeleteAsync($"/api/v1/images/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        var userName = $"user-{++seed}";
        await server.Admin.CreateUserAsync(userName);
        using var user = await server.SignInAsync(userName, ImageHubServer.UserPassword);
        var own = (await user.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: ++seed))).JsonAsync(HttpStatusCode.Created)).Id();
        using (var guest = await SendingGuest.OpenAsync(server, await SendingGuest.ShareAsync(server, group)))
        {
            await guest.SendAsync("Ada", ("sent.jpg", TestImages.Jpeg(seed: ++seed)));
        }

        var pending = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pending=true").JsonAsync()).Items().Single().Id();
        var ended = await TransformSigner.CreateAsync(server.Admin);
        await server.Admin.DeleteAsync($"/api/v1/transform-keys/{ended.Id}").StatusAsync(HttpStatusCode.NoContent);
        var other = await TransformSigner.CreateAsync(server.Admin);
        var parts = good.Split('/');
        var (last, flipped) = (parts[3][^1], parts[3][0] == 'A' ? 'B' : 'A');

        // The last character has two bits that base64url ignores.
        var alike = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(last, StringComparison.Ordinal) ^ 1];
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, address) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["wrong signature"] = good.Replace(parts[3], flipped + parts[3][1..], StringComparison.Ordinal),
            ["another spelling of the signature"] = good.Replace(parts[3], parts[3][..^1] + alike, StringComparison.Ordinal),
            ["padded signature"] = good.Replace(parts[3], parts[3] + "=", StringComparison.Ordinal),
            ["short signature"] = good.Replace(parts[3], "AAAA", StringComparison.Ordinal),
            ["another size"] = good.Replace("w:100", "w:101", StringComparison.Ordinal),
            ["another format"] = good.Replace(".jpeg", ".webp", StringComparison.Ordinal),
            ["another key"] = good.Replace($"{signer.Id}", $"{other.Id}", StringComparison.Ordinal),
            ["unknown key"] = good.Replace($"{signer.Id}", $"{Guid.NewGuid()}", StringComparison.Ordinal),
            ["no id of a key"] = good.Replace($"{signer.Id}", "key", StringComparison.Ordinal),
            ["ended key"] = ended.Sign("w:100", image),
            ["expired"] = signer.Sign($"w:100,exp:{DateTimeOffset.UtcNow.AddSeconds(-5).ToUnixTimeSeconds()}", image),
            ["hidden"] = signer.Sign("w:100", hidden),
            ["pending"] = signer.Sign("w:100", pending),
            ["a user's"] = signer.Sign("w:100", own),
            ["in the trash"] = signer.Sign("w:100", trashed),
            ["unknown"] = signer.Sign("w:100", Guid.NewGuid()),
            ["no id"] = signer.SignFile("w:100", "photo.jpeg"),
            ["no extension"] = good[..^5],
            ["too long"] = signer.Sign(new string('w', 1_000), image),
        })
        {
            foreach (var client in (HttpClient[])[server.Visitor, server.Admin, user])
            {
                var problem = await client.GetAsync(address).ProblemAsync(HttpStatusCode.NotFound, "notFound");
                bodies.Add(string.Join('\n', problem.EnumerateObject().Where(field => field.Name is not ("instance" or "requestId"))));
                bodies.Count.ShouldBe(1, name);
            }
        }
    }

    [Fact]
    public async Task An_address_works_until_it_expires()
    {
        var image = await AddAsync(TestImages.Jpeg(seed: ++seed));
        var address = signer.Sign($"w:100,exp:{clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}", image);
        await server.Visitor.GetAsync(address).StatusAsync(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(6));
        await server.Visitor.GetAsync(address).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData("hidden")]
    [InlineData("deleted")]
    [InlineData("key ended")]
    [InlineData("watermark")]
    public async Task A_kept_picture_is_gone_at_once_and_on_other_instances_within_a_second(string change)
    {
        await using var second = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { ["ConnectionStrings:ImageHub"] = server.ConnectionString, ["ImageHub:DataDirectory"] = server.DataDirectory });
        var image = await AddAsync(TestImages.Jpeg(seed: ++seed));
        var address = signer.Sign("w:100", image);
        var former = await server.Visitor.GetByteArrayAsync(address);
        (await second.Visitor.GetByteArrayAsync(address)).ShouldBe(former);
        var mark = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Marks", isPublished: false), "mark.png", TestPicture.Solid(400, 200, 255, 0, 0).ToPng());

        await (change switch
        {
            "hidden" => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK),
            "deleted" => server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent),
            "watermark" => MarkAsync(mark),
            _ => server.Admin.DeleteAsync($"/api/v1/transform-keys/{signer.Id}").StatusAsync(HttpStatusCode.NoContent),
        });

        (await HasFormerAsync(server.Visitor)).ShouldBeFalse();
        await KeptAnswerTests.WithinASecondAsync(async () => !await HasFormerAsync(second.Visitor));

        async Task<bool> HasFormerAsync(HttpClient visitor)
        {
            using var answer = await visitor.GetAsync(address);
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(former);
        }
    }

    [Fact]
    public async Task A_kept_picture_is_answered_without_the_database()
    {
        var address = signer.Sign("w:100", await AddAsync(TestImages.Jpeg(seed: ++seed)));
        var bytes = await server.Visitor.GetByteArrayAsync(address);
        await using var locked = await server.LockTablesAsync("images", "transform_keys");
        (await server.Visitor.GetByteArrayAsync(address)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Caches_revalidate_and_clients_may_ask_for_ranges_and_headers()
    {
        var address = signer.Sign("w:200", await AddAsync(TestImages.Jpeg(seed: ++seed)));
        using var answer = await server.Visitor.GetAsync(address);
        answer.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox; frame-ancestors 'none'"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var whole = await answer.Content.ReadAsByteArrayAsync();
        using var same = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        await server.Visitor.SendAsync(same).StatusAsync(HttpStatusCode.NotModified);
        using var part = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var partial = await server.Visitor.SendAsync(part);
        partial.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await partial.Content.ReadAsByteArrayAsync()).ShouldBe(whole[10..20]);
        using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(whole.Length);

        // Some clients escape characters of the options, such as colons.
        (await server.Visitor.GetByteArrayAsync(address.Replace(":", "%3A", StringComparison.Ordinal))).ShouldBe(whole);
        await server.Visitor.GetAsync($"{address}?utm_source=letter").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_group_with_a_watermark_gives_marked_pictures_and_other_downloads_bound_the_size()
    {
        var image = await AddAsync(TestPicture.Solid(3600, 2400, 0, 0, 255).ToJpeg());
        var marks = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Marks", isPublished: false), "mark.png", TestPicture.Solid(400, 200, 255, 0, 0).ToPng());
        string[] addresses = [signer.Sign("w:1000", image), signer.Sign("w:64", image), signer.Sign("w:500,h:500,fit:cover", image, "webp")];
        foreach (var address in addresses)
        {
            Groups.MarkedPicture.IsMarked(await ReadAsync(address)).ShouldBeFalse(address);
        }

        (await ReadAsync(signer.Sign("w:4000", image))).Width.ShouldBe(3600);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        var large = await ReadAsync($"/api/v1/images/{image}/large");
        large.Width.ShouldBeLessThan(3600);
        (await ReadAsync(signer.Sign("w:4000", image))).Width.ShouldBe(large.Width);
        (await ReadAsync(signer.Sign("w:4000,h:4000,fit:cover", image))).Width.ShouldBe(large.Height);

        await MarkAsync(marks);
        foreach (var address in addresses)
        {
            foreach (var client in (HttpClient[])[server.Visitor, server.Admin])
            {
                Groups.MarkedPicture.IsMarked(TestPicture.Read(await client.GetByteArrayAsync(address))).ShouldBeTrue(address);
            }
        }

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = false }).StatusAsync(HttpStatusCode.OK);
        Groups.MarkedPicture.IsMarked(await ReadAsync(addresses[0])).ShouldBeFalse();
    }

    [Fact]
    public async Task An_image_keeps_a_hundred_transforms_and_a_week_without_requests_ends_each()
    {
        var image = await AddAsync(TestImages.Jpeg(200, 150, ++seed));
        for (var width = 1; width <= 102; width++)
        {
            await server.Visitor.GetAsync(signer.Sign($"w:{width},h:20,fit:fill", image)).StatusAsync(HttpStatusCode.OK);
        }

        var names = FindFiles(image);
        names.Count.ShouldBe(100);
        names.ShouldNotContain("1x20-1002-80-jpeg");
        names.ShouldContain("102x20-1002-80-jpeg");
        (await server.SqlAsync($"SELECT count(*) FROM thumbnails WHERE image_id = '{image}'")).ShouldBe(100L);

        clock.Advance(TimeSpan.FromDays(8));
        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new DropUnreadThumbnails());
        }

        FindFiles(image).ShouldBeEmpty();
    }

    private List<string> FindFiles(Guid image) => [.. Directory.EnumerateFiles(server.DataDirectory, "*", SearchOption.AllDirectories)
        .Where(path => path.Contains($"{image}", StringComparison.Ordinal) && path.Contains("thumbnails", StringComparison.Ordinal))
        .Select(path => Path.GetFileName(path))];

    private Task<Guid> AddAsync(byte[] content, string fileName = "one.jpg") => server.Admin.AddImageAsync(group, fileName, content);

    /// <summary>Gives the group's pictures a watermark.</summary>
    private async Task MarkAsync(Guid mark)
    {
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId = mark, position = "center", opacity = 1, widthPercent = 50 } }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "high", watermark = true }).StatusAsync(HttpStatusCode.OK);
    }

    private async Task<TestPicture> ReadAsync(string address)
    {
        using var answer = await server.Visitor.GetAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{address}: {(answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync())}");
        return TestPicture.Read(await answer.Content.ReadAsByteArrayAsync());
    }
}

/// <summary>The rendering of transforms: once for equal requests, in a queue with a limit, and within the memory budget.</summary>
public sealed class TransformRenderingTests(PostgresServer postgres)
{
    [Fact]
    public async Task Requests_with_the_same_effect_share_one_rendering()
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg(1600, 1200));
        TransformSigner[] signers = [await TransformSigner.CreateAsync(server.Admin), await TransformSigner.CreateAsync(server.Admin)];
        var later = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds();
        string[] options = ["w:400", "h:300", "w:400,h:300", "w:200,h:150,fit:cover,dpr:2", "w:400,h:400,g:no,q:80", $"w:400,exp:{later}", $"w:400,exp:{later + 1}"];

        await Task.WhenAll(from option in options from signer in signers select server.Visitor.GetAsync(signer.Sign(option, image)).StatusAsync(HttpStatusCode.OK));

        renderings.Count.ShouldBe(1);
        await server.Visitor.GetAsync(signers[0].Sign("w:401", image)).StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync(signers[0].Sign("w:400,q:81", image)).StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync(signers[0].Sign("w:400", image, "webp")).StatusAsync(HttpStatusCode.OK);
        renderings.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_full_queue_is_reported_with_the_time_to_retry()
    {
        var gate = new TaskCompletionSource();
        var renderings = new CountingRenderer { Gate = gate.Task };
        await using var server = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { ["Thumbnails:MaxWaiting"] = "1" }, builder => renderings.Wrap(builder.Services));
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg());
        var signer = await TransformSigner.CreateAsync(server.Admin);
        var first = server.Visitor.GetAsync(signer.Sign("w:100", image));
        while (renderings.Count == 0)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        using var refused = await server.Visitor.GetAsync(signer.Sign("w:101", image));
        await Task.FromResult(refused).ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        gate.SetResult();
        using var answer = await first;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.Visitor.GetAsync(signer.Sign("w:101", image)).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_failure_that_the_file_causes_is_answered_for_ten_minutes_without_another_rendering()
    {
        var clock = new ShiftedClock();
        var renderings = new CountingRenderer { Gate = Task.FromException(new ProblemException(Problems.TooComplex, "Decoding takes more than 20 s.")) };
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            renderings.Wrap(builder.Services);
        });
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg());
        var address = (await TransformSigner.CreateAsync(server.Admin)).Sign("w:100", image);

        for (var request = 0; request < 3; request++)
        {
            (await server.Visitor.GetAsync(address).ProblemAsync(HttpStatusCode.UnprocessableEntity, "tooComplex")).Text("detail").ShouldBe("Decoding takes more than 20 s.");
        }

        renderings.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(10));
        renderings.Gate = Task.CompletedTask;
        await server.Visitor.GetAsync(address).StatusAsync(HttpStatusCode.OK);
        renderings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_transform_that_takes_more_memory_than_one_file_may_is_refused_and_others_are_made()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync();
        var large = await server.Admin.AddImageAsync(group, "large.png", HostileFiles.InterlacedPng(8000, 7000));
        var small = await server.Admin.AddImageAsync(group, "small.jpg", TestImages.Jpeg());
        var signer = await TransformSigner.CreateAsync(server.Admin);
        await using var smaller = await ImageHubServer.StartAsync(
            postgres,
            new(StringComparer.Ordinal)
            {
                ["ConnectionStrings:ImageHub"] = server.ConnectionString,
                ["ImageHub:DataDirectory"] = server.DataDirectory,
                ["Imaging:MemoryBudgetBytes"] = $"{256 << 20}",
            });

        var problem = await smaller.Visitor.GetAsync(signer.Sign("w:4000", large)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "tooComplex");
        problem.Text("detail")!.ShouldContain("8000 × 7000 pixels");
        await smaller.Visitor.GetAsync(signer.Sign("w:50", small)).StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync(signer.Sign("w:4000", large)).StatusAsync(HttpStatusCode.OK);
    }
}
