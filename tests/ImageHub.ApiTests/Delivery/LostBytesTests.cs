using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ImageHub.ApiTests.Groups;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.ApiTests.Delivery;

/// <summary>Objects that are lost or changed in the store: detected on read and rendered again if possible. Damaged bytes are never served.</summary>
public sealed class LostBytesTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private readonly LoggedLines log = new();
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.AddProvider(log);
        });
        group = await server.Admin.CreateGroupAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        log.Dispose();
    }

    [Theory]
    [InlineData("low", "lost")]
    [InlineData("low", "changed")]
    [InlineData("medium", "changed")]
    [InlineData("high", "empty")]
    [InlineData("high", "cut")]
    [InlineData("full", "longer")]
    [InlineData("full", "changed")]
    public async Task The_request_for_a_lost_rendition_gets_it_rendered_again(string variant, string damage)
    {
        var image = await AddGeotaggedAsync();
        var good = await File.ReadAllBytesAsync(ObjectOf(image, variant));
        await DamagedFile.DamageAsync(ObjectOf(image, variant), damage);

        using var answer = await server.Admin.GetAsync($"/api/v1/images/{image}/{variant}?r=1");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(good);
        (await File.ReadAllBytesAsync(ObjectOf(image, variant))).ShouldBe(good);
        log.With("has been made again").ShouldHaveSingleItem().ShouldContain($"images/{image}/1/{variant}");
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("empty")]
    [InlineData("longer")]
    public async Task HEAD_and_range_requests_for_a_lost_rendition_also_render_it_again(string damage)
    {
        var image = await AddGeotaggedAsync();
        var good = await File.ReadAllBytesAsync(ObjectOf(image, "low"));
        await DamagedFile.DamageAsync(ObjectOf(image, "low"), damage);
        using var head = await SendAsync(HttpMethod.Head, image, "low");
        (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, good.Length));
        (await File.ReadAllBytesAsync(ObjectOf(image, "low"))).ShouldBe(good);

        await DamagedFile.DamageAsync(ObjectOf(image, "low"), damage);
        using var part = await SendAsync(HttpMethod.Get, image, "low", new RangeHeaderValue(10, 19));
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(good[10..20]);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("empty")]
    [InlineData("changed")]
    public async Task A_lost_image_that_cannot_be_rendered_again_is_503_for_GET_and_HEAD_is_listed_and_is_logged_once(string damage)
    {
        // The file contains nothing to remove, so the uploaded file is also the full variant.
        var image = await server.Admin.AddImageAsync(group, "plain.jpg", TestImages.Jpeg(seed: 1));
        await DamagedFile.DamageAsync(ObjectOf(image, "full"), damage);

        foreach (var variant in (string[])["full", "original", "full"])
        {
            using var answer = await server.Admin.GetAsync($"/api/v1/images/{image}/{variant}");
            answer.Headers.RetryAfter.ShouldBeNull();
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
            using var head = await SendAsync(HttpMethod.Head, image, variant);
            head.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            head.Headers.RetryAfter.ShouldBeNull();
        }

        await server.Admin.GetAsync($"/api/v1/images/{image}/low").StatusAsync(HttpStatusCode.OK);
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(1);
        var listed = (await server.Admin.GetAsync("/api/v1/storage/damaged?cursor=").JsonAsync()).Items().ShouldHaveSingleItem();
        (listed.Id("imageId"), listed.Text("fileName"), listed.Text("variant")).ShouldBe((image, "plain.jpg", "full"));
        listed.GetProperty("since").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        log.With("is lost or damaged").ShouldHaveSingleItem().ShouldContain("plain.jpg");
    }

    [Theory]
    [InlineData("PUT", "lost", false, true)]
    [InlineData("PUT", "lost", true, false)]
    [InlineData("PUT", "changed", true, true)]
    [InlineData("POST", "lost", false, false)]
    [InlineData("announcement", "lost", true, true)]
    public async Task The_same_file_that_is_sent_again_replaces_a_lost_one(string route, string damage, bool hasLocation, bool isKnown)
    {
        var photo = hasLocation ? MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif()) : TestImages.Jpeg(seed: 1);
        var image = await server.Admin.AddImageAsync(group, "photo.jpg", photo);
        await DamagedFile.DamageAsync(ObjectOf(image, hasLocation ? "original" : "full"), damage);
        if (isKnown)
        {
            await server.Admin.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        }

        switch (route)
        {
            case "PUT":
                using (var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin")))
                {
                    var folder = (await dav.ListDavAsync("/dav/")).ShouldHaveSingleItem();
                    await dav.PutDavAsync($"{folder}photo.jpg", photo, HttpStatusCode.NoContent);
                    (await dav.GetByteArrayAsync($"{folder}photo.jpg")).ShouldBe(photo);
                }

                break;
            case "POST":
                (await server.Admin.PostImagesAsync(group, ("photo.jpg", photo)).JsonAsync()).Items("skipped").ShouldHaveSingleItem().Text("code").ShouldBe("duplicateContent");
                break;
            default:
                var upload = await server.Admin.AnnounceAsync(group, [new { fileName = "again.jpg", bytes = photo.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(photo)) }]).JsonAsync(HttpStatusCode.Created);
                var file = upload.Items("files").ShouldHaveSingleItem();
                file.Text("status").ShouldBe("needed");
                await server.Admin.TusPatchAsync(file.Text("uploadUrl")!, 0, photo).StatusAsync(HttpStatusCode.NoContent);
                break;
        }

        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(photo);
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_lost_file_that_the_sent_file_cannot_replace_is_not_reported_as_written()
    {
        server.Settings["Storage:KeepOriginals"] = "false";
        await server.RestartAsync();
        var photo = MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif());
        var image = await server.Admin.AddImageAsync(group, "photo.jpg", photo);
        await DamagedFile.DamageAsync(ObjectOf(image, "full"), "lost");

        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        var folder = (await dav.ListDavAsync("/dav/")).ShouldHaveSingleItem();
        await dav.PutAsync($"{folder}photo.jpg", new ByteArrayContent(photo)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
    }

    [Fact]
    public async Task Low_medium_and_high_are_lost_together_with_full()
    {
        var image = await server.Admin.AddImageAsync(group, "plain.jpg", TestImages.Jpeg(seed: 1));
        foreach (var variant in (string[])["low", "medium", "high", "full"])
        {
            await DamagedFile.DamageAsync(ObjectOf(image, variant), "lost");
        }

        await server.Admin.GetAsync($"/api/v1/images/{image}/low").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        var page = await server.Admin.GetAsync("/api/v1/storage/damaged?page=1&pageSize=2").JsonAsync();
        (page.GetProperty("totalItems").GetInt32(), page.Items().Count).ShouldBe((4, 2));
    }

    [Fact]
    public async Task An_answer_breaks_off_at_damaged_bytes_and_the_next_answer_has_the_right_bytes()
    {
        var image = await server.Admin.AddImageAsync(group, "large.jpg", TestImages.WithExif(Large(), MetadataFixtures.GeotaggedExif().ToBytes()));
        var good = await File.ReadAllBytesAsync(ObjectOf(image, "full"));
        await DamagedFile.DamageAsync(ObjectOf(image, "full"), "changed");

        await ShouldBreakOffAsync(image);

        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(good);
    }

    [Theory]
    [InlineData("full", false)]
    [InlineData("full", true)]
    [InlineData("original", false)]
    [InlineData("original", true)]
    public async Task Every_range_and_every_whole_file_is_verified_however_often_it_was_good_before(string variant, bool isRange)
    {
        var image = await server.Admin.AddImageAsync(group, "large.jpg", TestImages.WithExif(TestPicture.Noise(1_200, 900).ToJpeg(), MetadataFixtures.GeotaggedExif().ToBytes()));
        var good = await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/{variant}");
        good.Length.ShouldBeGreaterThan(600_000);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/{variant}")).ShouldBe(good);
        await DamagedFile.DamageAsync(ObjectOf(image, variant), "changed");
        var middle = good.Length / 2;

        // Ranges outside the damage are served.
        using (var part = await SendAsync(HttpMethod.Get, image, variant, new RangeHeaderValue(10, 19)))
        {
            (await part.Content.ReadAsByteArrayAsync()).ShouldBe(good[10..20]);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image}/{variant}");
        request.Headers.Range = isRange ? new RangeHeaderValue(middle, middle + 9) : null;
        byte[]? got = null;
        try
        {
            using var answer = await server.Admin.SendAsync(request);
            got = answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync() : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The answer breaks off at the damage.
        }

        if (got is not null)
        {
            got.ShouldBe(isRange ? good[middle..(middle + 10)] : good);
        }

        if (variant == "full")
        {
            (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(good);
        }
        else
        {
            await server.Admin.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        }
    }

    [Fact]
    public async Task A_small_original_is_verified_too()
    {
        var image = await AddGeotaggedAsync();
        await server.Admin.GetAsync($"/api/v1/images/{image}/original").StatusAsync(HttpStatusCode.OK);
        await DamagedFile.DamageAsync(ObjectOf(image, "original"), "changed");

        await server.Admin.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
    }

    [Fact]
    public async Task A_damaged_file_that_was_noticed_is_never_served_again()
    {
        var image = await server.Admin.AddImageAsync(group, "large.jpg", Large());
        await DamagedFile.DamageAsync(ObjectOf(image, "full"), "changed");

        await ShouldBreakOffAsync(image);

        await server.Admin.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        await server.RestartAsync();
        await server.Visitor.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        using var part = await SendAsync(HttpMethod.Get, image, "full", new RangeHeaderValue(0, 9));
        part.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_new_rendition_with_different_bytes_gets_the_next_revision()
    {
        var image = await AddGeotaggedAsync();
        var full = await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/full");
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        server.Settings["Imaging:Low:Width"] = "40";
        await server.RestartAsync();
        await DamagedFile.DamageAsync(ObjectOf(image, "low"), "lost");

        using var moved = await server.Admin.GetAsync($"/api/v1/images/{image}/low?r=1");

        moved.StatusCode.ShouldBe(HttpStatusCode.Found);
        var next = moved.Headers.Location!.OriginalString.Split("?r=")[1];
        moved.Headers.Location.OriginalString.ShouldBe($"/api/v1/images/{image}/low?r={next}");
        next.ShouldNotBe("1");
        moved.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var picture = TestPicture.Read(await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/low?r={next}"));
        picture.Width.ShouldBe(40);
        var summary = (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("low");
        (summary.Text("url"), summary.GetProperty("width").GetInt32()).ShouldBe(($"/api/v1/images/{image}/low?r={next}", 40));
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/full?r={next}")).ShouldBe(full);
        await server.Admin.GetAsync($"/api/v1/images/{image}/medium?r={next}").StatusAsync(HttpStatusCode.OK);
        await server.Admin.GetAsync($"/api/v1/images/{image}/original").StatusAsync(HttpStatusCode.OK);
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        Directory.Exists(Path.Combine(Path.GetDirectoryName(ObjectOf(image, "original"))!, "1")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_lost_picture_with_a_watermark_that_gets_the_next_revision_keeps_its_mark()
    {
        var (image, address) = await AddWatermarkedAsync();
        (await ReadAsync(address)).IsMarked().ShouldBeTrue();
        server.Settings["Imaging:High:Width"] = "1000";
        await server.RestartAsync();
        await DamagedFile.DamageAsync(ObjectOf(image, "high"), "lost");
        await DamagedFile.DamageAsync(ObjectOf(image, "high-mark-*"), "lost");

        using var moved = await server.Visitor.GetAsync(address);

        moved.StatusCode.ShouldBe(HttpStatusCode.Found);
        var picture = await ReadAsync(moved.Headers.Location!.OriginalString);
        (picture.Width, picture.IsMarked()).ShouldBe((1000, true));
    }

    [Fact]
    public async Task A_picture_with_a_watermark_that_a_rotation_overtakes_leads_to_the_rotated_picture()
    {
        var (image, address) = await AddWatermarkedAsync();
        var number = (4096L * int.Parse(address.Split("mark=")[1], CultureInfo.InvariantCulture)) + 2;

        // The rendering waits for this lock until the photo has been rotated.
        await using var other = new NpgsqlConnection(server.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync($"BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('thumbnail {image:N} {number}', 0))");
        var waiting = server.Visitor.GetAsync(address);
        await Polling.EventuallyAsync(async () => await server.SqlAsync(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") is 1L);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).StatusAsync(HttpStatusCode.OK);
        await ExecuteAsync("COMMIT");

        using var moved = await waiting;

        moved.StatusCode.ShouldBe(HttpStatusCode.Found);
        var picture = await ReadAsync(moved.Headers.Location!.OriginalString);
        (picture.Width < picture.Height, picture.IsMarked()).ShouldBe((true, true));

        async Task ExecuteAsync(string statements)
        {
            await using var command = new NpgsqlCommand(statements, other);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Caches_must_revalidate_a_lost_substitute_with_a_watermark_too()
    {
        var (image, address) = await AddWatermarkedAsync();
        await server.Visitor.GetAsync(address).StatusAsync(HttpStatusCode.OK);
        await DamagedFile.DamageAsync(ObjectOf(image, "high-mark-*"), "lost");

        using var answer = await server.Visitor.GetAsync($"{address}&format=avif");

        (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-cache"));
    }

    [Fact]
    public async Task An_object_restored_from_a_backup_is_served_again()
    {
        var image = await server.Admin.AddImageAsync(group, "plain.jpg", TestImages.Jpeg(seed: 1));
        var path = ObjectOf(image, "full");
        var good = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        await server.Admin.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");

        await File.WriteAllBytesAsync(path, good);
        clock.Advance(TimeSpan.FromSeconds(61));

        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(good);
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_lost_original_does_not_affect_the_other_resolutions()
    {
        var image = await AddGeotaggedAsync();
        await DamagedFile.DamageAsync(ObjectOf(image, "original"), "lost");

        await server.Admin.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        foreach (var variant in (string[])["low", "medium", "high", "full", "thumbnails/100"])
        {
            await server.Admin.GetAsync($"/api/v1/images/{image}/{variant}").StatusAsync(HttpStatusCode.OK);
        }
    }

    /// <summary>Creates a JPEG that is sent in several blocks. The server has sent the first block when it detects the change.</summary>
    private static byte[] Large()
    {
        var jpeg = TestImages.Jpeg(5000, 4000, seed: 2);
        jpeg.Length.ShouldBeGreaterThan(200_000);
        return jpeg;
    }

    private async Task ShouldBreakOffAsync(Guid image)
    {
        var failure = await Record.ExceptionAsync(() => server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/full"));

        // The connection may break before the client has received anything.
        (failure is IOException or HttpRequestException { InnerException: IOException }).ShouldBeTrue(failure?.ToString());
    }

    /// <summary>Adds a photo to the group and gives the group a watermark.</summary>
    /// <returns>The photo and the address of its high rendition with the watermark.</returns>
    private async Task<(Guid Image, string Address)> AddWatermarkedAsync()
    {
        var imageId = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Marks", isPublished: false), "mark.png", TestPicture.Solid(400, 200, 255, 0, 0).ToPng());
        var image = await server.Admin.AddImageAsync(group, "kiss.jpg", TestPicture.Solid(2000, 1500, 0, 0, 255).ToJpeg());
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId, position = "center", opacity = 1, widthPercent = 50 } }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = true, downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        return (image, (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("high").Text("url")!);
    }

    private async Task<TestPicture> ReadAsync(string address) => TestPicture.Read(await server.Visitor.GetByteArrayAsync(address));

    private Task<Guid> AddGeotaggedAsync() =>
        server.Admin.AddImageAsync(group, "here.jpg", MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif()));

    private string ObjectOf(Guid image, string variant) => Directory
        .EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), variant, SearchOption.AllDirectories)
        .Single(path => path.Contains(image.ToString(), StringComparison.Ordinal));

    private Task<JsonElement> StorageAsync() => server.Admin.GetAsync("/api/v1/storage").JsonAsync();

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, Guid image, string variant, RangeHeaderValue? range = null)
    {
        var request = new HttpRequestMessage(method, $"/api/v1/images/{image}/{variant}");
        request.Headers.Range = range;
        return server.Admin.SendAsync(request);
    }
}
