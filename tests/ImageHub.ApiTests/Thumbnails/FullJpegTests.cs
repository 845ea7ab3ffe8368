using System.Net;
using System.Net.Sockets;
using System.Net.Http.Headers;
using ImageHub.Application.Database;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Application.Thumbnails;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Thumbnails;

/// <summary>The full variant as JPEG, for formats that browsers do not show. It is served like full, and rendered and stored like thumbnails.</summary>
public sealed class FullJpegTests(PostgresServer postgres) : IAsyncLifetime
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
        image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "Größe.tif", TestPicture.Quadrants(1800, 1200).ToTiff());
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private string Jpeg => $"/api/v1/images/{image}/full?r=1&format=jpeg";

    [Fact]
    public async Task Visitors_get_a_JPEG_of_all_pixels_with_the_headers_of_full()
    {
        using var answer = await server.Visitor.GetAsync(Jpeg);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("Cache-Control").Single().ShouldBe("public, max-age=86400, immutable");
        answer.Headers.ETag!.Tag.ShouldStartWith($"\"{image:N}-1-full-jpeg-");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.AcceptRanges.Single().ShouldBe("bytes");
        answer.Content.Headers.LastModified.ShouldNotBeNull();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileNameStar).ShouldBe(("inline", "Größe.jpg"));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        answer.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        var picture = TestPicture.Read(bytes);
        (picture.Width, picture.Height).ShouldBe((1800, 1200));
        Math.Abs(picture[450, 300][0] - TestPicture.QuadrantColours[0][0]).ShouldBeLessThan(5);

        using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, Jpeg));
        (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag).ShouldBe((HttpStatusCode.OK, bytes.Length, answer.Headers.ETag));
        using var same = await SendAsync(request => request.Headers.IfNoneMatch.Add(answer.Headers.ETag!));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var part = await SendAsync(request => request.Headers.Range = new RangeHeaderValue(100, 199));
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(bytes[100..200]);

        using var download = await server.Visitor.GetAsync($"/api/v1/images/{image}/full?format=jpeg&download=true");
        download.Headers.GetValues("Cache-Control").Single().ShouldBe("no-cache");
        (download.Content.Headers.ContentDisposition!.DispositionType, download.Content.Headers.ContentDisposition.FileNameStar).ShouldBe(("attachment", "Größe.jpg"));
        renderings.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_revision_redirects_to_the_current_one_of_the_same_format()
    {
        using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/full?r=7&format=jpeg");

        (answer.StatusCode, answer.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.Found, Jpeg));
    }

    [Fact]
    public async Task A_JPEG_image_is_returned_itself_and_no_JPEG_is_made_of_other_formats_that_browsers_show()
    {
        var group = await server.Admin.CreateGroupAsync();
        var content = TestImages.Jpeg();
        var jpeg = await server.Admin.AddImageAsync(group, "a.jpg", content);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{jpeg}/full?format=jpeg")).ShouldBe(content);

        foreach (var (name, file) in (ValueTuple<string, byte[]>[])[("b.png", TestImages.Png()), ("c.webp", TestImages.WebP()), ("d.gif", TestImages.Gif()), ("e.avif", TestImages.Avif())])
        {
            var shown = await server.Admin.AddImageAsync(group, name, file);
            var problem = await server.Visitor.GetAsync($"/api/v1/images/{shown}/full?format=jpeg").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").GetProperty("format")[0].GetString().ShouldBe(
                $"format is 'jpeg', which is available only for HEIC, TIFF and JPEG images; this image is {name[2..]}, which browsers can show: omit format.");
        }

        var unknown = await server.Visitor.GetAsync($"/api/v1/images/{image}/full?format=tiff").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        unknown.GetProperty("errors").GetProperty("format")[0].GetString().ShouldBe("format is 'tiff'; jpeg is allowed.");
        renderings.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_hidden_image_has_no_public_JPEG()
    {
        var hidden = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(isPublished: false), "a.tif", TestImages.Tiff());
        var url = $"/api/v1/images/{hidden}/full?r=1&format=jpeg";

        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        using var answer = await server.Admin.GetAsync(url);
        (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-store, private"));
        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Full_size_JPEGs_made_for_visitors_leave_room_for_thumbnails()
    {
        var gate = new TaskCompletionSource();
        var rendered = new CountingRenderer { Gate = gate.Task };
        await using var own = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Thumbnails:MaxWaiting"] = "2" }, builder => rendered.Wrap(builder.Services));
        var group = await own.Admin.CreateGroupAsync();
        var first = await own.Admin.AddImageAsync(group, "a.tif", TestPicture.Quadrants(64, 48).ToTiff());
        var second = await own.Admin.AddImageAsync(group, "b.tif", TestPicture.Quadrants(48, 64).ToTiff());
        var begun = own.Visitor.GetAsync($"/api/v1/images/{first}/full?format=jpeg");
        while (rendered.Count < 1)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        var refusal = await own.Visitor.GetAsync($"/api/v1/images/{second}/full?format=jpeg").ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        var thumbnail = own.Admin.GetAsync($"/api/v1/images/{second}/thumbnails/100");
        gate.SetResult();

        refusal.Text("detail").ShouldNotBeNull();
        await begun.StatusAsync(HttpStatusCode.OK);
        await thumbnail.StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_address_gets_a_quarter_of_the_places_and_takes_none_from_another_address()
    {
        var gate = new TaskCompletionSource();
        var rendered = new CountingRenderer { Gate = gate.Task };
        await using var own = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Thumbnails:MaxWaiting"] = "4" }, builder => rendered.Wrap(builder.Services));
        var group = await own.Admin.CreateGroupAsync();
        var first = await own.Admin.AddImageAsync(group, "a.tif", TestPicture.Quadrants(64, 48).ToTiff());
        var second = await own.Admin.AddImageAsync(group, "b.tif", TestPicture.Quadrants(48, 64).ToTiff());
        using var other = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectFromAnotherAddressAsync }) { BaseAddress = own.Url };
        var begun = own.Visitor.GetAsync($"/api/v1/images/{first}/full?format=jpeg");
        while (rendered.Count < 1)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await own.Visitor.GetAsync($"/api/v1/images/{second}/full?format=jpeg").ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        var others = other.GetAsync($"/api/v1/images/{second}/full?format=jpeg");
        while (rendered.Count < 2)
        {
            others.IsCompleted.ShouldBeFalse();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        gate.SetResult();
        await begun.StatusAsync(HttpStatusCode.OK);
        await others.StatusAsync(HttpStatusCode.OK);

        static async ValueTask<Stream> ConnectFromAnotherAddressAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task A_rendering_whose_client_leaves_keeps_its_place_and_serves_later_requests()
    {
        var gate = new TaskCompletionSource();
        var rendered = new CountingRenderer { Gate = gate.Task };
        var departures = new Departures();
        await using var own = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Thumbnails:MaxWaiting"] = "4" }, builder =>
        {
            rendered.Wrap(builder.Services);
            builder.Services.AddSingleton<IStartupFilter>(departures);
        });
        var group = await own.Admin.CreateGroupAsync();
        var first = await own.Admin.AddImageAsync(group, "a.tif", TestPicture.Quadrants(64, 48).ToTiff());
        var second = await own.Admin.AddImageAsync(group, "b.tif", TestPicture.Quadrants(48, 64).ToTiff());
        using (var leaving = new CancellationTokenSource())
        {
            var begun = own.Visitor.GetAsync($"/api/v1/images/{first}/full?format=jpeg", leaving.Token);
            await Polling.EventuallyAsync(() => rendered.Count == 1);
            await leaving.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => begun);
            await departures.First;
        }

        await own.Visitor.GetAsync($"/api/v1/images/{second}/full?format=jpeg").ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        var again = own.Visitor.GetAsync($"/api/v1/images/{first}/full?format=jpeg");
        gate.SetResult();
        await again.StatusAsync(HttpStatusCode.OK);
        rendered.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_visitor_with_many_pictures_delays_no_thumbnail_and_is_charged_to_the_account_of_visitors()
    {
        var gate = new TaskCompletionSource();
        var rendered = new CountingRenderer { Gate = gate.Task };
        await using var own = await ImageHubServer.StartAsync(postgres, configure: builder => rendered.Wrap(builder.Services));
        var group = await own.Admin.CreateGroupAsync();
        var images = new List<Guid>();
        for (var index = 0; index < Environment.ProcessorCount + 4; index++)
        {
            images.Add(await own.Admin.AddImageAsync(group, $"{index}.tif", TestPicture.Quadrants(64, 48 + index).ToTiff()));
        }

        var pictures = images.ConvertAll(image => own.Visitor.GetAsync($"/api/v1/images/{image}/full?format=jpeg"));
        await Polling.EventuallyAsync(() => rendered.Count > Environment.ProcessorCount);
        var thumbnail = own.Admin.GetAsync($"/api/v1/images/{images[0]}/thumbnails/100");
        await Polling.EventuallyAsync(() => rendered.Accounts.Contains(RenderAccounts.Admins));

        rendered.Accounts.Count(account => account == RenderAccounts.Visitors).ShouldBe(Environment.ProcessorCount + 1);
        gate.SetResult();
        await thumbnail.StatusAsync(HttpStatusCode.OK);
        foreach (var picture in pictures)
        {
            await picture.StatusAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Many_parallel_visitors_cause_one_rendering_that_counts_as_storage()
    {
        var lengths = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ => (await server.Visitor.GetByteArrayAsync(Jpeg)).Length));

        renderings.Count.ShouldBe(1);
        var length = lengths.Distinct().ShouldHaveSingleItem();
        (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes").GetProperty("thumbnails").GetInt64().ShouldBe(length);
    }

    [Fact]
    public async Task A_thumbnail_of_the_same_image_is_a_separate_file()
    {
        var bytes = await server.Admin.GetByteArrayAsync(Jpeg);
        var small = await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/thumbnails/1200");

        small.ShouldNotBe(bytes);
        (await server.Admin.GetByteArrayAsync(Jpeg)).ShouldBe(bytes);
        (await ObjectsAsync()).ShouldBe(["1200", "full-jpeg"]);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("empty")]
    public async Task A_lost_JPEG_is_rendered_again_by_the_same_request(string damage)
    {
        var good = await server.Visitor.GetByteArrayAsync(Jpeg);
        await server.RestartAsync();
        await DamagedFile.DamageAsync(Directory.EnumerateFiles(server.DataDirectory, "full-jpeg", SearchOption.AllDirectories).Single(), damage);

        (await server.Visitor.GetByteArrayAsync(Jpeg)).ShouldBe(good);
        renderings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_the_full_image_no_JPEG_can_be_made()
    {
        await DamagedFile.DamageAsync(Directory.EnumerateFiles(server.DataDirectory, "full", SearchOption.AllDirectories).Single(), "lost");

        await server.Visitor.GetAsync(Jpeg).ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
    }

    [Fact]
    public async Task An_unread_JPEG_is_deleted_after_a_week_is_rendered_identically_later_and_is_deleted_with_its_image()
    {
        using var before = await server.Visitor.GetAsync(Jpeg);
        await SendAsync(new ReconcileObjects());
        clock.Advance(TimeSpan.FromDays(6));
        await SendAsync(new DropUnreadThumbnails());
        (await ObjectsAsync()).ShouldBe(["full-jpeg"]);
        clock.Advance(TimeSpan.FromDays(2));
        await SendAsync(new ReconcileObjects());
        await SendAsync(new DropUnreadThumbnails());
        (await ObjectsAsync()).ShouldBeEmpty();

        using var after = await server.Visitor.GetAsync(Jpeg);
        after.Headers.ETag.ShouldBe(before.Headers.ETag);
        (await after.Content.ReadAsByteArrayAsync()).ShouldBe(await before.Content.ReadAsByteArrayAsync());
        (await ObjectsAsync()).ShouldBe(["full-jpeg"]);

        using var admin = await server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword);
        await admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Visitor.GetAsync(Jpeg).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        (await ObjectsAsync()).ShouldBeEmpty();
    }

    private Task<HttpResponseMessage> SendAsync(Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Jpeg);
        change(request);
        return server.Visitor.SendAsync(request);
    }

    private async Task SendAsync(IRequest request)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Returns the names of the objects made on request, and checks that there are as many rows as objects.</summary>
    private async Task<string[]> ObjectsAsync()
    {
        await using var scope = server.Services.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<IImageHubDb>().Thumbnails.CountAsync();
        string[] names =
        [
            .. Directory.EnumerateFiles(server.DataDirectory, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "thumbnails")
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
        names.Length.ShouldBe(rows);
        return names;
    }

    /// <summary>Tells when a request has ended because its client left.</summary>
    private sealed class Departures : IStartupFilter
    {
        private readonly TaskCompletionSource first = new();

        public Task First => first.Task;

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                try
                {
                    await following(context);
                }
                finally
                {
                    if (context.RequestAborted.IsCancellationRequested)
                    {
                        first.TrySetResult();
                    }
                }
            });
            next(app);
        };
    }
}
