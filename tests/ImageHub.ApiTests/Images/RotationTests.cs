using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Images;

/// <summary>Rotating images.</summary>
public sealed class RotationTests(ImageHubServer server, PostgresServer postgres) : IClassFixture<ImageHubServer>
{
    private static int seed = 72_000;

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public async Task A_rotation_is_the_next_revision_with_new_renditions_and_the_same_pixels(int degrees)
    {
        var sent = TestImages.WithExif(MetadataFixtures.Bare(TestPicture.Quadrants(400, 300).ToJpeg(quality: 90 + (degrees / 90))), MetadataFixtures.GeotaggedExif().ToBytes());
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", sent);
        await PatchAsync(image, new { focus = new { x = 0.25, y = 1 } });
        var before = await ReadAsync(image);
        var pixels = TestPicture.Read(await FullAsync(image)).Samples;
        var updated = await UpdatedAsync(group);

        var after = await PatchAsync(image, new { rotate = degrees, title = "Turned" });

        after.Text("title").ShouldBe("Turned");
        Size(after).ShouldBe(degrees == 180 ? (400, 300) : (300, 400));
        (after.GetProperty("full").GetProperty("width").GetInt32(), after.GetProperty("full").GetProperty("height").GetInt32()).ShouldBe(Size(after));
        after.GetProperty("high").Text("url").ShouldNotBe(before.GetProperty("high").Text("url"));
        after.Text("placeholder").ShouldNotBe(before.Text("placeholder"));
        after.Text("sha256").ShouldBe(before.Text("sha256"));
        (after.GetProperty("focus").GetProperty("x").GetDouble(), after.GetProperty("focus").GetProperty("y").GetDouble())
            .ShouldBe(degrees switch { 90 => (0, 0.25), 180 => (0.75, 0), _ => (1, 0.75) });
        (await UpdatedAsync(group)).ShouldNotBe(updated);

        // The renditions show the quadrants in their new places; the stored pixels and the original are the same.
        foreach (var name in (string[])["low", "medium", "high"])
        {
            CornersOf(TestPicture.Read(await server.Visitor.GetByteArrayAsync(after.GetProperty(name).Text("url")))).ShouldBe(degrees switch { 90 => [2, 0, 3, 1], 180 => [3, 2, 1, 0], _ => [1, 3, 0, 2] });
        }

        TestPicture.Read(await FullAsync(image)).Samples.ShouldBe(pixels);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(sent);
        using var older = await server.Visitor.GetAsync($"/api/v1/images/{image}/high?r=1");
        older.StatusCode.ShouldBe(HttpStatusCode.Found);

        // Two rotations add up.
        (await PatchAsync(image, new { rotate = 360 - degrees })).GetProperty("width").GetInt32().ShouldBe(400);
        (await ReadAsync(image)).GetProperty("focus").GetProperty("x").GetDouble().ShouldBe(0.25);
        CornersOf(TestPicture.Read(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/high"))).ShouldBe([0, 1, 2, 3]);
        Directory.GetDirectories(Path.GetFullPath(Path.Combine(ObjectOf(server, image, "full"), "..", ".."))).Select(Path.GetFileName).ShouldHaveSingleItem().ShouldNotBe("1");
    }

    [Theory]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public async Task Other_formats_with_an_orientation_are_rotated(string format)
    {
        var picture = TestPicture.Quadrants(64 + (2 * NextSeed() % 20), 48);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), $"a.{format}", format switch { "png" => picture.ToPng(), "webp" => picture.ToWebP(), _ => picture.ToTiff() });

        var after = await PatchAsync(image, new { rotate = 90 });

        Size(after).ShouldBe((48, picture.Width));
        CornersOf(TestPicture.Read(await server.Visitor.GetByteArrayAsync(after.GetProperty("high").Text("url")))).ShouldBe([2, 0, 3, 1]);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("avif")]
    public async Task A_format_without_an_orientation_cannot_be_rotated(string format)
    {
        var picture = TestPicture.Gradient(64, 48, NextSeed());
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, $"a.{format}", format == "gif" ? picture.ToGif() : picture.ToAvif());
        var other = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(64, 48, NextSeed()));

        var problem = await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90, title = "Turned" }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "cannotRotate");

        problem.Text("detail")!.ShouldContain($"'a.{format}'");
        (await ReadAsync(image)).Text("title").ShouldBeNull();
        var items = (await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "edit", ids = new[] { image, other }, rotate = 90, rating = 3 }).JsonAsync()).Items();
        items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([422, 204]);
        items[0].Text("code").ShouldBe("cannotRotate");
        ((await ReadAsync(image)).GetProperty("rating").ValueKind, Size(await ReadAsync(other)), (await ReadAsync(other)).GetProperty("rating").GetInt32()).ShouldBe((JsonValueKind.Null, (48, 64), 3));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("45")]
    [InlineData("360")]
    [InlineData("-90")]
    [InlineData("\"90\"")]
    public async Task Only_quarter_turns_clockwise_are_accepted(string rotate)
    {
        using var body = new StringContent($$"""{"rotate":{{rotate}}}""", System.Text.Encoding.UTF8, "application/json");
        var problem = await server.Admin.PatchAsync($"/api/v1/images/{Guid.CreateVersion7()}", body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty("rotate", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_is_its_own_original_is_kept_as_the_original()
    {
        var sent = MetadataFixtures.Bare(TestImages.Jpeg(64, 48, NextSeed()));
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", sent);

        await PatchAsync(image, new { rotate = 90 });

        (await FullAsync(image)).ShouldNotBe(sent);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(sent);

        // A lost file is made from the original again, with its rotation.
        var rotated = await FullAsync(image);
        await DamagedFile.DamageAsync(ObjectOf(server, image, "full"), "lost");
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(image, new ImageCheckOptions(RenderAccounts.Admins));
        (await FullAsync(image)).ShouldBe(rotated);
    }

    [Fact]
    public async Task The_date_of_the_unrotated_bytes_neither_keeps_nor_continues_them()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", MetadataFixtures.Bare(TestImages.Jpeg(64, 48, NextSeed())));
        using var before = await server.Visitor.GetAsync($"/api/v1/images/{image}/full");
        var date = before.Content.Headers.LastModified!.Value;
        await SendAsync(request => request.Headers.IfModifiedSince = date).StatusAsync(HttpStatusCode.NotModified);

        await PatchAsync(image, new { rotate = 90 });

        var rotated = await FullAsync(image);
        using var since = await SendAsync(request => request.Headers.IfModifiedSince = date);
        since.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await since.Content.ReadAsByteArrayAsync()).ShouldBe(rotated);
        using var rest = await SendAsync(request =>
        {
            request.Headers.Range = new RangeHeaderValue(100, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(date);
        });
        rest.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await rest.Content.ReadAsByteArrayAsync()).ShouldBe(rotated);

        Task<HttpResponseMessage> SendAsync(Action<HttpRequestMessage> prepare)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image}/full");
            prepare(request);
            return server.Visitor.SendAsync(request);
        }
    }

    [Fact]
    public async Task Without_originals_only_the_rotated_file_is_kept()
    {
        await using var other = await ImageHubServer.StartAsync(postgres, new() { ["Storage:KeepOriginals"] = "false" });
        var image = await other.Admin.AddImageAsync(await other.Admin.CreateGroupAsync(), "a.jpg", MetadataFixtures.Bare(TestImages.Jpeg(64, 48, NextSeed())));

        await other.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).JsonAsync();

        (await other.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(await other.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full"));
    }

    [Fact]
    public async Task A_lost_file_cannot_be_rotated_and_stays_as_it_is()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", MetadataFixtures.Bare(TestImages.Jpeg(64, 48, NextSeed())));
        await DamagedFile.DamageAsync(ObjectOf(server, image, "1/full"), "lost");

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");

        Size(await ReadAsync(image)).ShouldBe((64, 48));
    }

    [Fact]
    public async Task The_watermark_is_rotated_together_with_its_number_or_not_at_all()
    {
        var numbers = new FailingNumbers();
        await using var other = await ImageHubServer.StartAsync(
            postgres, configure: builder => builder.Services.ConfigureDbContext<ImageHubDb>(options => options.AddInterceptors(numbers)));
        var mark = await other.Admin.AddImageAsync(await other.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(64, 48, NextSeed()));
        await other.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId = mark, position = "center", opacity = 1, widthPercent = 50 } }).StatusAsync(HttpStatusCode.OK);
        var before = await NumberAsync();

        numbers.AreFailing = true;
        await RotateAsync().StatusAsync(HttpStatusCode.ServiceUnavailable);
        (Size(await other.Admin.GetAsync($"/api/v1/images/{mark}").JsonAsync()), await NumberAsync()).ShouldBe(((64, 48), before));

        // The other images of a request are rotated nevertheless.
        var intact = await other.Admin.AddImageAsync(await other.Admin.CreateGroupAsync(), "b.jpg", TestImages.Jpeg(64, 48, NextSeed()));
        var items = (await other.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "edit", ids = new[] { mark, intact }, rotate = 90 }).JsonAsync()).Items();
        items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([503, 204]);
        Size(await other.Admin.GetAsync($"/api/v1/images/{intact}").JsonAsync()).ShouldBe((48, 64));

        numbers.AreFailing = false;
        Size(await RotateAsync().JsonAsync()).ShouldBe((48, 64));
        (await NumberAsync()).ShouldNotBe(before);

        Task<HttpResponseMessage> RotateAsync() => other.Admin.PatchAsJsonAsync($"/api/v1/images/{mark}", new { rotate = 90 });

        Task<object?> NumberAsync() => other.SqlAsync("SELECT watermark_number FROM site_profiles");
    }

    [Fact]
    public async Task Rotations_of_a_contributor_take_few_connections_and_turns_of_their_own()
    {
        var gate = new TaskCompletionSource();
        var renderer = new CountingRenderer();
        await using var other = await ImageHubServer.StartAsync(postgres, configure: builder => renderer.Wrap(builder.Services));
        var group = await other.Admin.CreateGroupAsync();
        var user = await other.Admin.CreateUserAsync("rotating");
        await other.Admin.SetMembersAsync(group, (user, "contributor"));
        using var contributor = await other.SignInAsync("rotating", ImageHubServer.UserPassword);
        var most = Math.Min(Environment.ProcessorCount, 8);
        var images = new List<Guid>();
        for (var index = 0; index < most + 3; index++)
        {
            images.Add(await contributor.AddImageAsync(group, $"{index}.jpg", TestImages.Jpeg(64, 48, NextSeed())));
        }

        var admins = await other.Admin.AddImageAsync(group, "admin.jpg", TestImages.Jpeg(64, 48, NextSeed()));
        renderer.UploadAccounts.Clear();
        renderer.BeforeUpload = () => gate.Task;

        var rotations = images.ConvertAll(image => contributor.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }));
        await Polling.EventuallyAsync(() => renderer.UploadAccounts.Count == most);
        rotations.Add(other.Admin.PatchAsJsonAsync($"/api/v1/images/{admins}", new { rotate = 90 }));
        await Polling.EventuallyAsync(() => renderer.UploadAccounts.Count > most);

        renderer.UploadAccounts.ShouldBe([.. Enumerable.Repeat(user, most), RenderAccounts.Admins]);
        gate.SetResult();
        foreach (var rotation in rotations)
        {
            Size(await rotation.JsonAsync()).ShouldBe((48, 64));
        }
    }

    private static int NextSeed() => Interlocked.Increment(ref seed);

    private static string ObjectOf(ImageHubServer server, Guid image, string name) => Directory
        .GetFiles(Path.Combine(server.DataDirectory, "objects"), "*", SearchOption.AllDirectories)
        .Single(path => path.Contains($"/{image}/", StringComparison.Ordinal) && path.EndsWith($"/{name}", StringComparison.Ordinal));

    private static (int Width, int Height) Size(JsonElement image) => (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32());

    /// <summary>The numbers of the quadrants' colours, in reading order.</summary>
    private static int[] CornersOf(TestPicture picture)
    {
        var (left, right, top, bottom) = (picture.Width / 4, picture.Width * 3 / 4, picture.Height / 4, picture.Height * 3 / 4);
        return [Find(left, top), Find(right, top), Find(left, bottom), Find(right, bottom)];

        int Find(int x, int y)
        {
            var pixel = picture[x, y].ToArray();
            return Enumerable.Range(0, 4).MinBy(quadrant => TestPicture.QuadrantColours[quadrant].Zip(pixel, (expected, actual) => Math.Abs(expected - actual)).Sum());
        }
    }

    private Task<byte[]> FullAsync(Guid image) => server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full");

    private Task<JsonElement> ReadAsync(Guid image) => server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync();

    private Task<JsonElement> PatchAsync(Guid image, object body) => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", body).JsonAsync();

    private async Task<string?> UpdatedAsync(Guid group) => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt");

    /// <summary>Fails the statements that change the number of the site's watermark, as an outage of the database does.</summary>
    private sealed class FailingNumbers : DbCommandInterceptor
    {
        public bool AreFailing { get; set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            AreFailing && command.CommandText.Contains("SET watermark_number", StringComparison.Ordinal) ? throw new NpgsqlException("The connection was lost.", new IOException()) : new(result);
    }
}
