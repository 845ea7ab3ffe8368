using System.Net;
using ImageHub.Application.Database;
using ImageHub.Application.Thumbnails;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Thumbnails;

/// <summary>Thumbnails by height: rendered once, on the first request, and deleted when unread.</summary>
public sealed class ThumbnailTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private readonly CountingRenderer renderings = new();
    private ImageHubServer server = null!;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            renderings.Wrap(builder.Services);
        });
        image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg(1600, 1200, seed: 1));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(16, 21, 16)]
    [InlineData(200, 267, 200)]
    [InlineData(1100, 1467, 1100)]
    [InlineData(2000, 1600, 1200)]
    public async Task A_thumbnail_has_the_requested_height_and_is_never_enlarged(int height, int width, int expected)
    {
        using var answer = await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/{height}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        answer.Headers.ETag.ShouldNotBeNull().Tag.ShouldStartWith($"\"{image:N}-1-{height}-");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        var picture = TestPicture.Read(await answer.Content.ReadAsByteArrayAsync());
        (picture.Width, picture.Height).ShouldBe((width, expected));
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image}/thumbnails/{height}") { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        await server.Admin.SendAsync(again).StatusAsync(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("15", HttpStatusCode.BadRequest)]
    [InlineData("2001", HttpStatusCode.BadRequest)]
    [InlineData("-1", HttpStatusCode.BadRequest)]
    [InlineData("tall", HttpStatusCode.NotFound)]
    [InlineData("99999999999", HttpStatusCode.NotFound)]
    public async Task An_unsupported_height_is_refused(string height, HttpStatusCode expected) =>
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/{height}").StatusAsync(expected);

    [Fact]
    public async Task Many_parallel_clients_get_each_thumbnail_from_one_rendering()
    {
        var group = await server.Admin.CreateGroupAsync("Many");
        var images = new List<Guid> { image };
        for (var seed = 10; seed < 20; seed++)
        {
            images.Add(await server.Admin.AddImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(seed: seed)));
        }

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 64 * images.Count),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (turn, cancellationToken) =>
            {
                using var answer = await server.Admin.GetAsync($"/api/v1/images/{images[turn % images.Count]}/thumbnails/120", cancellationToken);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length.ShouldBeGreaterThan(100);
            });
        renderings.Count.ShouldBe(images.Count);
        (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes").GetProperty("thumbnails").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_full_queue_is_reported_and_thumbnails_nobody_waits_for_are_not_rendered()
    {
        // The number of concurrent renderings is the number of processors plus two; one more request may wait.
        var atOnce = Environment.ProcessorCount + 2;
        var gate = new TaskCompletionSource();
        var rendered = new CountingRenderer { Gate = gate.Task };
        await using var own = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { ["Thumbnails:MaxWaiting"] = $"{atOnce + 1}" }, builder => rendered.Wrap(builder.Services));
        var photo = await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg());
        var begun = Enumerable.Range(100, atOnce).Select(height => own.Admin.GetAsync($"/api/v1/images/{photo}/thumbnails/{height}")).ToArray();
        await EventuallyAsync(() => Task.FromResult(rendered.Count == atOnce));

        var next = 200;
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = await WaitingAsync(impatient.Token);
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting.Answer);

        // The cancelled request leaves the queue, so another one can wait. Until then, all requests are refused.
        var patient = await WaitingAsync(TestContext.Current.CancellationToken);
        gate.SetResult();
        foreach (var answer in await Task.WhenAll(begun.Append(patient.Answer)))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await own.Admin.GetAsync($"/api/v1/images/{photo}/thumbnails/80").StatusAsync(HttpStatusCode.OK);
        (await HeightsAsync(own)).ShouldBe(Enumerable.Range(100, atOnce).Append(patient.Height).Append(80).Select(height => (long)height), ignoreOrder: true);

        // Returns a request that waits: ten later requests, one after another, were refused.
        async Task<(int Height, Task<HttpResponseMessage> Answer)> WaitingAsync(CancellationToken cancellationToken)
        {
            var (held, refused) = (Ask(cancellationToken), 0);
            await EventuallyAsync(async () =>
            {
                var later = Ask(cancellationToken);
                var answered = await Task.WhenAny(held.Answer, later.Answer);
                (await answered).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                (held, refused) = answered == later.Answer ? (held, refused + 1) : (later, 0);
                return refused == 10;
            });
            return held;
        }

        // Each request opens a connection. Otherwise an earlier request that needs a new connection could be overtaken.
        (int Height, Task<HttpResponseMessage> Answer) Ask(CancellationToken cancellationToken)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{photo}/thumbnails/{++next}") { Headers = { ConnectionClose = true } };
            return (next, own.Admin.SendAsync(request, cancellationToken));
        }
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("empty")]
    [InlineData("changed")]
    public async Task A_lost_thumbnail_is_rendered_again_by_the_same_request(string damage)
    {
        var url = $"/api/v1/images/{image}/thumbnails/200";
        await server.Admin.GetAsync(url).StatusAsync(HttpStatusCode.OK);
        await server.RestartAsync();
        var path = Directory.EnumerateFiles(server.DataDirectory, "200", SearchOption.AllDirectories).Single();
        var good = await File.ReadAllBytesAsync(path);
        await DamagedFile.DamageAsync(path, damage);

        (await server.Admin.GetByteArrayAsync(url)).ShouldBe(good);
        renderings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_thumbnail_whose_source_is_lost_is_rendered_from_the_restored_source()
    {
        await DamagedFile.DamageAsync(Directory.EnumerateFiles(server.DataDirectory, "high", SearchOption.AllDirectories).Single(), "changed");
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/200").StatusAsync(HttpStatusCode.OK);

        await DamagedFile.DamageAsync(Directory.EnumerateFiles(server.DataDirectory, "high", SearchOption.AllDirectories).Single(), "lost");
        await DamagedFile.DamageAsync(Directory.EnumerateFiles(server.DataDirectory, "full", SearchOption.AllDirectories).Single(), "empty");
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/300").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
    }

    [Fact]
    public async Task Two_instances_render_a_thumbnail_once()
    {
        var other = new CountingRenderer();
        await using var second = await ImageHubServer.StartAsync(
            postgres,
            new(StringComparer.Ordinal) { ["ConnectionStrings:ImageHub"] = server.ConnectionString, ["ImageHub:DataDirectory"] = server.DataDirectory },
            builder => other.Wrap(builder.Services));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(turn =>
            (turn % 2 == 0 ? server.Admin : second.Admin).GetAsync($"/api/v1/images/{image}/thumbnails/300").StatusAsync(HttpStatusCode.OK)));
        (renderings.Count + other.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_thumbnail_unread_for_a_week_is_deleted_and_rendered_again_on_request()
    {
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/200").StatusAsync(HttpStatusCode.OK);
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromDays(4));
        using (var session = await server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword))
        {
            await session.GetAsync($"/api/v1/images/{image}/thumbnails/200").StatusAsync(HttpStatusCode.OK);
        }

        clock.Advance(TimeSpan.FromDays(4));
        await SendAsync(new DropUnreadThumbnails());
        (await HeightsAsync(server)).ShouldBe([200]);
        Directory.Exists(server.DataDirectory).ShouldBeTrue();
        Directory.EnumerateFiles(server.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(path => path.Contains("thumbnails", StringComparison.Ordinal))
            .Select(Path.GetFileName)
            .ShouldBe(["200"]);

        using var later = await server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword);
        await later.GetAsync($"/api/v1/images/{image}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        renderings.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_thumbnail_is_deleted_with_its_image()
    {
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/200").StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/200").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        (await HeightsAsync(server)).ShouldBeEmpty();
        Directory.EnumerateFiles(server.DataDirectory, "*", SearchOption.AllDirectories).ShouldNotContain(path => path.Contains("thumbnails", StringComparison.Ordinal));
    }

    private async Task SendAsync(IRequest request)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private static async Task<List<long>> HeightsAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IImageHubDb>().Thumbnails.Select(thumbnail => thumbnail.Number).ToListAsync();
    }
}
