using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Errors;
using ImageHub.Application.Variants;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Images;

/// <summary>The low, medium and high variants in smaller formats (WebP and AVIF).</summary>
public sealed class MakeAlternatesTests(PostgresServer postgres) : IAsyncLifetime
{
    /// <summary>Chromium's <c>Accept</c> header for an image.</summary>
    private const string OfBrowsers = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

    private readonly ShiftedClock clock = new();
    private readonly CountingRenderer renderings = new();
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(
            postgres,
            new(StringComparer.Ordinal) { [ImageHubServer.AlternatesKey] = "Both" },
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                renderings.Wrap(builder.Services);
            });

        // The tests run the job themselves, and count its renderings.
        await (await server.Services.GetRequiredService<ISchedulerFactory>().GetScheduler()).PauseTrigger(new TriggerKey(nameof(MakeAlternates)));
        group = await server.Admin.CreateGroupAsync();
        image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(400, 300, 1));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_job_renders_alternates_at_their_own_addresses_and_invalidates_cached_answers()
    {
        foreach (var rendition in await RenditionsAsync())
        {
            rendition.GetProperty("alternates").GetArrayLength().ShouldBe(0);
        }

        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().GetProperty("full").TryGetProperty("alternates", out _).ShouldBeFalse();
        await server.Visitor.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);

        await MakeAsync();

        await EventuallyAsync(async () => (await RenditionsAsync())[0].GetProperty("alternates").GetArrayLength() > 0);
        var total = 0L;
        foreach (var rendition in await RenditionsAsync())
        {
            var alternates = rendition.GetProperty("alternates").EnumerateArray().ToList();
            alternates.Select(one => one.Text("contentType")).ShouldBe(["image/avif", "image/webp"], ignoreOrder: true);
            alternates.Select(one => one.GetProperty("bytes").GetInt64()).ShouldBeInOrder();
            foreach (var one in alternates)
            {
                using var answer = await server.Visitor.GetAsync(one.Text("url"));
                var bytes = await answer.Content.ReadAsByteArrayAsync();
                var format = one.Text("contentType")!["image/".Length..];
                one.Text("url").ShouldBe($"{rendition.Text("url")}&format={format}");
                (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, one.Text("contentType")));
                answer.Headers.GetValues("Cache-Control").Single().ShouldBe("public, max-age=86400, immutable");
                answer.Headers.ETag!.Tag.ShouldBe($"\"{image:N}-1-{NameOf(rendition)}-{format}\"");
                answer.Headers.Vary.ShouldBeEmpty();
                bytes.LongLength.ShouldBe(one.GetProperty("bytes").GetInt64());
                bytes.LongLength.ShouldBeLessThan(rendition.GetProperty("bytes").GetInt64());
                var picture = TestPicture.Read(bytes);
                (picture.Width, picture.Height).ShouldBe((rendition.GetProperty("width").GetInt32(), rendition.GetProperty("height").GetInt32()));
                total += bytes.LongLength;
            }
        }

        var cover = (await server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items().Single().GetProperty("cover");
        cover.GetProperty("low").GetProperty("alternates").GetArrayLength().ShouldBe(2);
        (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes").GetProperty("alternates").GetInt64().ShouldBe(total);
        await MakeAsync();
        renderings.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("low", null, "jpeg")]
    [InlineData("low", "*/*", "jpeg")]
    [InlineData("low", "image/*", "jpeg")]
    [InlineData("low", "text/html", "jpeg")]
    [InlineData("low", "nonsense", "jpeg")]
    [InlineData("low", OfBrowsers, "smallest")]
    [InlineData("medium", OfBrowsers, "smallest")]
    [InlineData("high", OfBrowsers, "smallest")]
    [InlineData("high", "image/avif", "avif")]
    [InlineData("high", "IMAGE/WEBP", "webp")]
    [InlineData("high", "image/avif;q=0, image/webp", "webp")]
    [InlineData("high", "image/avif;q=0, image/webp;q=0, */*", "jpeg")]
    [InlineData("high", "image/avif;q=0, */*", "jpeg")]
    [InlineData("high", "image/avif;q=0.5, image/jpeg", "jpeg")]
    [InlineData("high", "image/avif;q=0.8, image/webp;q=0.9, */*;q=0.1", "webp")]
    [InlineData("high", "image/jpeg;q=0, image/webp;q=0.1", "webp")]
    [InlineData("high", "image/jpeg;q=0", "jpeg")]
    public async Task An_address_without_revision_and_format_follows_the_Accept_header(string rendition, string? accepted, string expected)
    {
        await MakeAsync();
        var listed = (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty(rendition);
        var type = expected == "smallest" ? listed.GetProperty("alternates")[0].Text("contentType") : "image/" + expected;

        // Fill the cache with answers to several Accept headers. The following requests must not get an answer to another header.
        foreach (var others in (string?[])[null, OfBrowsers, "image/webp", "image/avif"])
        {
            using var _ = await GetAsync(server.Visitor, $"/api/v1/images/{image}/{rendition}", others);
        }

        foreach (var client in (HttpClient[])[server.Visitor, server.Visitor, server.Admin])
        {
            using var answer = await GetAsync(client, $"/api/v1/images/{image}/{rendition}", accepted);
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, type));
            (answer.Headers.Vary.ToString(), answer.Headers.CacheControl!.ToString()).ShouldBe(("Accept", "no-cache"));
            answer.Content.Headers.ContentLength.ShouldBe(type == "image/jpeg"
                ? listed.GetProperty("bytes").GetInt64()
                : listed.GetProperty("alternates").EnumerateArray().Single(one => one.Text("contentType") == type).GetProperty("bytes").GetInt64());

            using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image}/{rendition}");
            again.Headers.TryAddWithoutValidation("Accept", accepted);
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            using var unchanged = await client.SendAsync(again);
            (unchanged.StatusCode, unchanged.Headers.Vary.ToString()).ShouldBe((HttpStatusCode.NotModified, "Accept"));
        }
    }

    [Fact]
    public async Task An_address_with_a_revision_or_a_format_ignores_the_Accept_header()
    {
        await MakeAsync();
        foreach (var (address, type, caching) in (ValueTuple<string, string, string>[])
            [("low?r=1", "image/jpeg", "public, max-age=86400, immutable"), ("low?format=avif", "image/avif", "no-cache"), ("low?r=1&format=webp", "image/webp", "public, max-age=86400, immutable")])
        {
            using var answer = await GetAsync(server.Visitor, $"/api/v1/images/{image}/{address}", OfBrowsers);
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("Cache-Control").Single()).ShouldBe((HttpStatusCode.OK, type, caching));
            answer.Headers.Vary.ShouldBeEmpty();
        }

        using var older = await server.Visitor.GetAsync($"/api/v1/images/{image}/low?r=7&format=avif");
        (older.StatusCode, older.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.Found, $"/api/v1/images/{image}/low?r=1&format=avif"));
        foreach (var address in (string[])["low?format=jpeg", "high?format=png", "medium?r=1&format=AVIF"])
        {
            await server.Visitor.GetAsync($"/api/v1/images/{image}/{address}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        }
    }

    [Fact]
    public async Task A_missing_alternate_is_replaced_by_JPEG_and_caches_must_revalidate_it()
    {
        foreach (var address in (string[])["low?format=avif", "low?r=1&format=avif"])
        {
            using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/{address}");
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "image/jpeg", "no-cache"));
        }
    }

    [Fact]
    public async Task Only_admins_get_the_alternates_of_a_hidden_group()
    {
        await MakeAsync();
        string[] addresses = [$"/api/v1/images/{image}/low", $"/api/v1/images/{image}/low?r=1&format=avif", $"/api/v1/images/{image}/high?format=webp"];
        for (var round = 0; round < 2; round++)
        {
            foreach (var address in addresses)
            {
                using var _ = await GetAsync(server.Visitor, address, OfBrowsers);
            }
        }

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);

        foreach (var address in addresses)
        {
            using var refused = await GetAsync(server.Visitor, address, OfBrowsers);
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var answer = await GetAsync(server.Admin, address, OfBrowsers);
            (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-store, private"));
            answer.Content.Headers.ContentType!.MediaType.ShouldBeOneOf("image/avif", "image/webp");
        }
    }

    [Fact]
    public async Task Guests_of_a_link_get_alternates_below_the_link()
    {
        await MakeAsync();
        var shared = "/api/v1" + (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        using var guest = server.NewClient(useCookies: true);
        var low = (await guest.GetAsync($"{shared}/images").JsonAsync()).Items().Single().GetProperty("low");
        foreach (var one in low.GetProperty("alternates").EnumerateArray())
        {
            one.Text("url").ShouldStartWith($"{shared}/images/{image}/low?r=1&format=");
            using var answer = await guest.GetAsync(one.Text("url"));
            (answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()).ShouldBe((one.Text("contentType"), "no-store, private"));
        }

        using var chosen = await GetAsync(guest, $"{shared}/images/{image}/low", "image/avif");
        (chosen.Content.Headers.ContentType!.MediaType, chosen.Headers.Vary.ToString()).ShouldBe(("image/avif", "Accept"));
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
        using var file = await GetAsync(server.Visitor, link.Text("url")!, "image/avif");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
    }

    [Fact]
    public async Task Images_with_alpha_get_no_second_WebP_and_images_of_users_or_in_the_trash_get_no_alternates()
    {
        var transparent = await server.Admin.AddImageAsync(group, "t.png", TestImages.TransparentPng(400, 300, 2));
        var trashed = await server.Admin.AddImageAsync(group, "gone.jpg", TestImages.Jpeg(seed: 3));
        await server.Admin.DeleteAsync($"/api/v1/images/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var own = (await ada.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 4))).JsonAsync(HttpStatusCode.Created)).Id();

        await MakeAsync();

        foreach (var rendition in await RenditionsAsync(transparent))
        {
            rendition.Text("contentType").ShouldBe("image/webp");
            var bytes = rendition.GetProperty("bytes").GetInt64();
            rendition.GetProperty("alternates").EnumerateArray().ShouldAllBe(one => one.Text("contentType") == "image/avif" && one.GetProperty("bytes").GetInt64() < bytes);
        }

        using var chosen = await GetAsync(server.Visitor, $"/api/v1/images/{transparent}/low", "image/webp");
        chosen.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
        renderings.Count.ShouldBe(2);
        (await server.SqlAsync($"SELECT count(*) FROM images WHERE alternates IS NULL AND id IN ('{trashed}', '{own}')")).ShouldBe(2L);
    }

    [Fact]
    public async Task A_stopped_run_continues_where_it_stopped_and_renders_the_newest_images_first()
    {
        var second = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(seed: 2));
        var third = await server.Admin.AddImageAsync(group, "c.jpg", TestImages.Jpeg(seed: 3));
        var (first, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        renderings.Gate = first.Task;
        using var stop = new CancellationTokenSource();
        var making = MakeAsync(server, stop.Token);
        await EventuallyAsync(() => Task.FromResult(renderings.Count == 1));
        renderings.Gate = held.Task;
        first.SetResult();
        await EventuallyAsync(() => Task.FromResult(renderings.Count == 2));

        // Another instance does not work on the same image.
        await using var other = await server.StartSecondAsync();
        await MakeAsync(other);
        renderings.Count.ShouldBe(2);
        await stop.CancelAsync();
        held.SetResult();
        await Should.ThrowAsync<OperationCanceledException>(() => making);
        (await server.SqlAsync("SELECT id FROM images WHERE alternates IS NOT NULL")).ShouldBe(third);

        await MakeAsync();

        renderings.Count.ShouldBe(4);
        (await server.SqlAsync($"SELECT count(*) FROM images WHERE alternates IS NULL")).ShouldBe(0L);
        (await RenditionsAsync(second)).ShouldAllBe(rendition => rendition.GetProperty("alternates").GetArrayLength() > 0);
    }

    [Fact]
    public async Task An_image_that_is_purged_or_rendered_again_during_the_run_leaves_no_orphaned_object()
    {
        var anew = await server.Admin.AddImageAsync(group, "anew.jpg", TestImages.Jpeg(seed: 2));
        var held = new TaskCompletionSource();
        renderings.Gate = held.Task;
        var making = MakeAsync();
        await EventuallyAsync(() => Task.FromResult(renderings.Count == 1));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { image } }).StatusAsync(HttpStatusCode.OK);
        await server.SqlAsync($"UPDATE images SET revision = 2 WHERE id = '{anew}'");
        held.SetResult();
        await making;

        Alternates().ShouldBeEmpty();
        (await server.SqlAsync("SELECT id FROM images WHERE alternates IS NULL")).ShouldBe(anew);
    }

    [Fact]
    public async Task Alternates_are_deleted_with_their_image()
    {
        await MakeAsync();
        Alternates().Count().ShouldBe(6);
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { image } }).StatusAsync(HttpStatusCode.OK);
        Alternates().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_or_damaged_alternate_is_rendered_again_with_the_next_revision(bool isChanged)
    {
        await MakeAsync();
        var path = Alternates().Single(path => path.EndsWith("low-avif", StringComparison.Ordinal));
        if (isChanged)
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        }
        else
        {
            File.Delete(path);
        }

        try
        {
            using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/low?r=1&format=avif");
            answer.StatusCode.ShouldBe(HttpStatusCode.Found);
            answer.Headers.Location!.ToString().ShouldMatch($"^/api/v1/images/{image}/low\\?r=[0-9]{{2,}}&format=avif$");
        }
        catch (HttpRequestException) when (isChanged)
        {
            // The connection breaks, because the answer has already started.
        }

        var revision = 1;
        await EventuallyAsync(async () => (revision = (int)(await server.SqlAsync("SELECT revision FROM images"))!) > 1);
        Alternates().ShouldBeEmpty();
        using var standIn = await server.Admin.GetAsync($"/api/v1/images/{image}/low?r={revision}&format=avif");
        standIn.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        await MakeAsync();
        using var made = await server.Admin.GetAsync($"/api/v1/images/{image}/low?r={revision}&format=avif");
        made.Content.Headers.ContentType!.MediaType.ShouldBe("image/avif");
    }

    [Fact]
    public async Task An_image_with_a_lost_alternate_remains_available_while_the_server_is_too_busy_to_render_it()
    {
        await MakeAsync();
        File.Delete(Alternates().Single(path => path.EndsWith("low-avif", StringComparison.Ordinal)));
        renderings.BeforeUpload = () => Task.FromException(new ProblemException(Problems.ServerBusy, "The queue is full."));

        foreach (var file in (string[])["low?r=1&format=avif", "high?r=1", "low?r=1"])
        {
            // The next revision has no alternates until they can be rendered.
            using var former = await server.Visitor.GetAsync($"/api/v1/images/{image}/{file}");
            former.StatusCode.ShouldBe(HttpStatusCode.Found, file);
            using var answer = await server.Visitor.GetAsync(former.Headers.Location);
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType).ShouldBe((HttpStatusCode.OK, "image/jpeg"), file);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_alternate_that_cannot_be_rendered_again_is_replaced_by_JPEG(bool isFullThere)
    {
        await MakeAsync();
        File.Delete(Alternates().Single(path => path.EndsWith("low-avif", StringComparison.Ordinal)));
        if (isFullThere)
        {
            renderings.BeforeUpload = () => Task.FromException(new ProblemException(Problems.UnsupportedFormat, "There is no decoder for this format any more."));
        }
        else
        {
            File.Delete(Directory.EnumerateFiles(Objects, "full", SearchOption.AllDirectories).Single());
        }

        using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/low?r=1&format=avif");

        (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.NoCache).ShouldBe((HttpStatusCode.OK, "image/jpeg", true));
        (await RenditionsAsync()).Sum(rendition => rendition.GetProperty("alternates").GetArrayLength()).ShouldBe(5);
    }

    [Fact]
    public async Task A_rendition_that_needs_too_much_memory_as_AVIF_is_rendered_as_WebP()
    {
        // The estimate for the high variant is 125 MiB in AVIF and 58 MiB in WebP. A file may take 96 MiB: three quarters of the budget, minus the worker's
        // own 96 MiB.
        await using var small = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { [ImageHubServer.AlternatesKey] = "Both", ["Imaging:MemoryBudgetBytes"] = "268435456" });
        var id = await small.Admin.AddImageAsync(await small.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(1600, 1200, 1));
        await MakeAsync(small);
        (await small.Admin.GetAsync($"/api/v1/images/{id}").JsonAsync()).GetProperty("high").GetProperty("alternates").EnumerateArray().Select(one => one.Text("contentType")).ShouldBe(["image/webp"]);
    }

    [Fact]
    public async Task An_image_whose_alternates_cannot_be_rendered_gets_none_and_is_not_tried_again()
    {
        renderings.Gate = Task.FromException(new ProblemException(Problems.CorruptImage, "The file is damaged."));
        await MakeAsync();
        (await RenditionsAsync()).ShouldAllBe(rendition => rendition.GetProperty("alternates").GetArrayLength() == 0);
        renderings.Gate = Task.CompletedTask;
        await MakeAsync();
        renderings.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_image_that_a_busy_machine_could_not_render_is_rendered_later_and_does_not_delay_others()
    {
        renderings.Gate = Task.FromException(new ProblemException(Problems.ServerBusy, "The file was not decoded within 60 s."));
        await MakeAsync();
        renderings.Gate = Task.CompletedTask;
        var second = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(400, 300, 2));
        await MakeAsync();
        (await server.SqlAsync("SELECT id FROM images WHERE alternates IS NULL")).ShouldBe(image);
        (await RenditionsAsync(second)).ShouldAllBe(rendition => rendition.GetProperty("alternates").GetArrayLength() > 0);

        clock.Advance(TimeSpan.FromMinutes(11));
        await MakeAsync();

        Alternates().Count(path => path.Contains($"{image}", StringComparison.Ordinal)).ShouldBe(6);
    }

    [Fact]
    public async Task An_image_without_its_full_file_does_not_delay_others_and_an_unavailable_store_ends_the_run()
    {
        var second = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(seed: 2));
        File.Delete(Directory.EnumerateFiles(Objects, "full", SearchOption.AllDirectories).Single(path => path.Contains(second.ToString(), StringComparison.Ordinal)));
        Directory.Move(Objects, Objects + "-away");
        await Should.ThrowAsync<Exception>(() => MakeAsync());
        Directory.Move(Objects + "-away", Objects);

        await MakeAsync();

        (await server.SqlAsync("SELECT id FROM images WHERE alternates IS NULL")).ShouldBe(second);
        Alternates().Count().ShouldBe(6);
    }

    [Theory]
    [InlineData("None", new string[0])]
    [InlineData("WebP", new[] { "image/webp" })]
    [InlineData("avif", new[] { "image/avif" })]
    public async Task A_setting_selects_the_alternate_formats(string setting, string[] expected)
    {
        await using var own = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { [ImageHubServer.AlternatesKey] = setting });
        var id = await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(400, 300, 1));
        await MakeAsync(own);
        (await own.Admin.GetAsync($"/api/v1/images/{id}").JsonAsync()).GetProperty("high").GetProperty("alternates").EnumerateArray().Select(one => one.Text("contentType")).ShouldBe(expected);
    }

    private string Objects => Path.Combine(server.DataDirectory, "objects");

    private IEnumerable<string> Alternates() =>
        Directory.EnumerateFiles(Objects, "*-*", SearchOption.AllDirectories).Where(path => path.EndsWith("-avif", StringComparison.Ordinal) || path.EndsWith("-webp", StringComparison.Ordinal));

    private static string NameOf(JsonElement rendition) => rendition.Text("url")!.Split('/')[^1].Split('?')[0];

    private Task<List<JsonElement>> RenditionsAsync() => RenditionsAsync(image);

    private async Task<List<JsonElement>> RenditionsAsync(Guid id)
    {
        var summary = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single(one => one.Id() == id);
        return [summary.GetProperty("low"), summary.GetProperty("medium"), summary.GetProperty("high")];
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string address, string? accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accepted is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accepted);
        }

        return await client.SendAsync(request);
    }

    private Task MakeAsync() => MakeAsync(server);

    private static async Task MakeAsync(ImageHubServer server, CancellationToken cancellationToken = default)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new MakeAlternates(), cancellationToken);
    }
}
