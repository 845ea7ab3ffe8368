using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.Images;

/// <summary>Images that were uploaded before there were medium renditions.</summary>
public sealed class MakeMissingRenditionsTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly CountingRenderer renderings = new();
    private readonly LoggedLines log = new();
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            renderings.Wrap(builder.Services);
            builder.Logging.AddProvider(log);
        });
        group = await server.Admin.CreateGroupAsync();
        image = await AddEarlierAsync("a.jpg", 1);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task Until_it_has_been_made_the_high_one_stands_in_and_nothing_keeps_that()
    {
        var summary = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single();
        summary.GetProperty("medium").GetRawText().ShouldBe(summary.GetProperty("high").GetRawText());
        var high = await server.Visitor.GetByteArrayAsync(summary.GetProperty("high").Text("url"));
        foreach (var address in (string[])["medium", "medium?r=1"])
        {
            using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/{address}");
            (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-cache"));
            answer.Headers.ETag!.Tag.ShouldBe($"\"{image:N}-1-high\"");
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(high);
        }

        var link = await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "medium", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
        (await server.Visitor.GetByteArrayAsync(link.Text("url"))).ShouldBe(high);
        var shared = "/api/v1" + (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        using var guest = server.NewClient(useCookies: true);
        (await guest.GetAsync($"{shared}/images").JsonAsync()).Items().Single().GetProperty("medium").Text("url").ShouldBe($"{shared}/images/{image}/high?r=1");
        (await guest.GetByteArrayAsync($"{shared}/images/{image}/medium")).ShouldBe(high);
        (await MediumBytesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_job_makes_it_and_whatever_visitors_were_told_is_forgotten()
    {
        string[] kept = [$"/api/v1/images/{image}/medium", $"/api/v1/images/{image}/medium?r=1", $"/api/v1/images/{image}", $"/api/v1/groups/{group}/images", "/api/v1/groups"];
        foreach (var address in kept)
        {
            await server.Visitor.GetAsync(address).StatusAsync(HttpStatusCode.OK);
            await server.Visitor.GetAsync(address).StatusAsync(HttpStatusCode.OK);
        }

        await MakeAsync();

        // Changes are heard of a moment after they are committed.
        await EventuallyAsync(async () =>
            (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("medium").Text("url") == $"/api/v1/images/{image}/medium?r=1");
        var medium = (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("medium");
        (medium.Text("url"), medium.GetProperty("width").GetInt32(), medium.GetProperty("height").GetInt32(), medium.Text("contentType"))
            .ShouldBe(($"/api/v1/images/{image}/medium?r=1", 720, 540, "image/jpeg"));
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().GetProperty("medium").GetRawText().ShouldBe(medium.GetRawText());
        (await server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items().Single().GetProperty("cover").GetProperty("medium").GetRawText().ShouldBe(medium.GetRawText());
        foreach (var (address, caching) in (ValueTuple<string, string>[])[("medium", "no-cache"), ("medium?r=1", "public, max-age=86400, immutable")])
        {
            using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/{address}");
            answer.Headers.GetValues("Cache-Control").Single().ShouldBe(caching);
            answer.Headers.ETag!.Tag.ShouldBe($"\"{image:N}-1-medium\"");
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            bytes.Length.ShouldBe(medium.GetProperty("bytes").GetInt32());
            TestPicture.Read(bytes).Width.ShouldBe(720);
        }

        (await MediumBytesAsync()).ShouldBe(medium.GetProperty("bytes").GetInt64());
        await MakeAsync();
        renderings.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_instances_one_makes_them()
    {
        for (var number = 2; number < 6; number++)
        {
            await AddEarlierAsync($"{number}.jpg", number);
        }

        await using var second = await server.StartSecondAsync();
        var held = new TaskCompletionSource();
        renderings.Gate = held.Task;
        var making = MakeAsync();
        await EventuallyAsync(() => Task.FromResult(renderings.Count == 1));
        await MakeAsync(second);
        making.IsCompleted.ShouldBeFalse();
        held.SetResult();
        await making;

        renderings.Count.ShouldBe(5);
        (await server.SqlAsync("SELECT count(*) FROM images WHERE medium_bytes IS NULL")).ShouldBe(0L);
    }

    [Fact]
    public async Task One_that_is_purged_or_made_anew_meanwhile_leaves_no_object_behind()
    {
        var anew = await AddEarlierAsync("anew.jpg", 2);
        var held = new TaskCompletionSource();
        renderings.Gate = held.Task;
        var making = MakeAsync();
        await EventuallyAsync(() => Task.FromResult(renderings.Count == 1));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { image } }).StatusAsync(HttpStatusCode.OK);
        await server.SqlAsync($"UPDATE images SET revision = 2 WHERE id = '{anew}'");
        held.SetResult();
        await making;

        renderings.Count.ShouldBe(2);
        Directory.EnumerateFiles(Objects, "medium", SearchOption.AllDirectories).ShouldBeEmpty();
        (await server.SqlAsync("SELECT id FROM images WHERE medium_bytes IS NULL")).ShouldBe(anew);
    }

    [Fact]
    public async Task One_that_cannot_be_made_keeps_no_other_from_its_turn_and_a_store_that_is_away_ends_the_run()
    {
        var second = await AddEarlierAsync("b.jpg", 2);
        File.Delete(Directory.EnumerateFiles(Objects, "full", SearchOption.AllDirectories).Single(path => path.Contains(image.ToString(), StringComparison.Ordinal)));
        Directory.Move(Objects, Objects + "-away");
        await Should.ThrowAsync<Exception>(() => MakeAsync());
        Directory.Move(Objects + "-away", Objects);

        await MakeAsync();

        (await server.SqlAsync("SELECT id FROM images WHERE medium_bytes IS NULL")).ShouldBe(image);
        TestPicture.Read(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{second}/medium?r=1")).Width.ShouldBe(720);

        // What is lost for good is not tried again.
        var tried = log.With($"No medium rendition can be made of image {image}").Count;
        tried.ShouldBeGreaterThan(0);
        await MakeAsync();
        log.With($"No medium rendition can be made of image {image}").Count.ShouldBe(tried);
    }

    private string Objects => Path.Combine(server.DataDirectory, "objects");

    private Task MakeAsync() => MakeAsync(server);

    private static async Task MakeAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new MakeMissingRenditions());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Leaves an image as a program did that made no medium rendition.</summary>
    private async Task<Guid> AddEarlierAsync(string name, int seed)
    {
        var id = await server.Admin.AddImageAsync(group, name, TestImages.Jpeg(1600, 1200, seed));
        File.Delete(Directory.EnumerateFiles(Objects, "medium", SearchOption.AllDirectories).Single(path => path.Contains(id.ToString(), StringComparison.Ordinal)));
        await server.SqlAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"UPDATE images SET (medium_bytes, medium_content_type, medium_crc32, medium_height, medium_width) = (NULL, NULL, NULL, NULL, NULL) WHERE id = '{id}'"));
        return id;
    }

    private async Task<long> MediumBytesAsync() => (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes").GetProperty("medium").GetInt64();
}
