using System.Net;
using System.Text.Json;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Images;

/// <summary>The job that renders images again after the boxes were changed.</summary>
public sealed class RenderChangedBoxesTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly CountingRenderer renderings = new();
    private ImageHubServer server = null!;
    private Guid group;
    private Guid large;
    private Guid small;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        group = await server.Admin.CreateGroupAsync();
        large = await server.Admin.AddImageAsync(group, "large.jpg", TestImages.Jpeg(800, 600));
        small = await server.Admin.AddImageAsync(group, "small.jpg", TestImages.Jpeg(100, 80));
        await RunAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task After_a_change_of_the_boxes_existing_images_are_rendered_once_at_new_addresses()
    {
        var before = (await ReadAsync(large)).GetProperty("high").Text("url")!;
        (await SizesAsync(large)).ShouldBe([(307, 230), (720, 540), (800, 600)]);
        var sent = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{large}/full");

        await RestartAsync();
        (await SizesAsync(large)).ShouldBe([(307, 230), (720, 540), (800, 600)]);
        await RunAsync();

        (await SizesAsync(large)).ShouldBe([(120, 90), (240, 180), (480, 360)]);
        var next = (await ReadAsync(large)).GetProperty("high").Text("url")!.Split("?r=")[1];
        next.ShouldNotBe("1");
        foreach (var name in (string[])["low", "medium", "high"])
        {
            var link = (await ReadAsync(large)).GetProperty(name);
            link.Text("url").ShouldBe($"/api/v1/images/{large}/{name}?r={next}");
            var picture = TestPicture.Read(await server.Visitor.GetByteArrayAsync(link.Text("url")));
            (picture.Width, picture.Height).ShouldBe((link.GetProperty("width").GetInt32(), link.GetProperty("height").GetInt32()));
        }

        // The old address redirects to the new one, the full file is the same, and no object of the first revision is left.
        using var older = await server.Visitor.GetAsync(before);
        (older.StatusCode, older.Headers.Location?.OriginalString).ShouldBe((HttpStatusCode.Found, $"/api/v1/images/{large}/high?r={next}"));
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{large}/full")).ShouldBe(sent);
        Directory.GetFiles(Path.Combine(server.DataDirectory, "objects"), "*", SearchOption.AllDirectories)
            .Count(path => path.Contains(large.ToString(), StringComparison.Ordinal) && path.Contains("/1/", StringComparison.Ordinal)).ShouldBe(0);

        // A picture that fits the new boxes keeps its files.
        (await ReadAsync(small)).GetProperty("high").Text("url").ShouldBe($"/api/v1/images/{small}/high?r=1");
        await RunAsync();
        (await ReadAsync(large)).GetProperty("high").Text("url").ShouldBe($"/api/v1/images/{large}/high?r={next}");
    }

    [Fact]
    public async Task A_pass_that_is_cancelled_runs_again_and_skips_an_unreadable_image()
    {
        var lost = await server.Admin.AddImageAsync(group, "lost.jpg", TestImages.Jpeg(800, 600, seed: 2));
        var last = await server.Admin.AddImageAsync(group, "last.jpg", TestImages.Jpeg(800, 600, seed: 3));
        await DamagedFile.DamageAsync(Directory.GetFiles(Path.Combine(server.DataDirectory, "objects"), "full", SearchOption.AllDirectories).Single(path => path.Contains(lost.ToString(), StringComparison.Ordinal)), "changed");

        await RestartAsync();
        using (var stop = new CancellationTokenSource())
        {
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(stop.Token));
        }

        await RunAsync();

        (await SizesAsync(last)).ShouldBe([(120, 90), (240, 180), (480, 360)]);
        (await SizesAsync(lost)).ShouldBe([(307, 230), (720, 540), (800, 600)]);
    }

    [Fact]
    public async Task An_image_that_a_busy_machine_could_not_render_is_rendered_by_a_later_run()
    {
        await RestartAsync();
        renderings.BeforeUpload = () => Task.FromException(new ProblemException(Problems.ServerBusy, "The file was not decoded within 60 s."));
        await RunAsync();
        await RunAsync();
        renderings.BeforeUpload = () => Task.CompletedTask;

        await RunAsync();

        (await SizesAsync(large)).ShouldBe([(120, 90), (240, 180), (480, 360)]);
    }

    private async Task RestartAsync()
    {
        foreach (var (name, width, height) in (ReadOnlySpan<(string, int, int)>)[("Low", 120, 90), ("Medium", 240, 180), ("High", 480, 360)])
        {
            server.Settings[$"Imaging:{name}:Width"] = width.ToString(System.Globalization.CultureInfo.InvariantCulture);
            server.Settings[$"Imaging:{name}:Height"] = height.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await server.RestartAsync();
    }

    private async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RenderChangedBoxes(), cancellationToken);
    }

    private Task<JsonElement> ReadAsync(Guid image) => server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync(HttpStatusCode.OK);

    private async Task<IEnumerable<(int Width, int Height)>> SizesAsync(Guid image)
    {
        var read = await ReadAsync(image);
        return new[] { "low", "medium", "high" }.Select(name => (read.GetProperty(name).GetProperty("width").GetInt32(), read.GetProperty(name).GetProperty("height").GetInt32()));
    }
}
