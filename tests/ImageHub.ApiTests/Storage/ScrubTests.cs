using System.Net;
using System.Text.Json;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Storage;

/// <summary>The job that checks all objects.</summary>
public sealed class ScrubTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private readonly List<Guid> images = [];
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var group = await server.Admin.CreateGroupAsync();
        for (var number = 0; number < 4; number++)
        {
            images.Add(await server.Admin.AddImageAsync(group, $"{number}.jpg", TestImages.Jpeg(seed: number)));
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_pass_finds_a_damaged_object_that_nobody_requested_and_renders_it_again_or_lists_it()
    {
        await server.Admin.GetAsync($"/api/v1/images/{images[2]}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        var good = await File.ReadAllBytesAsync(ObjectOf(images[0], "low"));
        await DamagedFile.DamageAsync(ObjectOf(images[0], "low"), "changed");
        await DamagedFile.DamageAsync(ObjectOf(images[1], "full"), "changed");
        await DamagedFile.DamageAsync(ObjectOf(images[2], "100"), "changed");
        (await StorageAsync()).GetProperty("checkedAt").ValueKind.ShouldBe(JsonValueKind.Null);

        await PassAsync();

        (await File.ReadAllBytesAsync(ObjectOf(images[0], "low"))).ShouldBe(good);
        Objects(images[2], "100").ShouldBeEmpty();
        var listed = (await server.Admin.GetAsync("/api/v1/storage/damaged?cursor=").JsonAsync()).Items().ShouldHaveSingleItem();
        (listed.Id("imageId"), listed.Text("variant")).ShouldBe((images[1], "full"));
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(1);
        await server.Admin.GetAsync($"/api/v1/images/{images[2]}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_lost_full_size_JPEG_is_rendered_again_at_the_next_request()
    {
        var tiff = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "scan.tif", TestImages.Tiff());
        images.Add(tiff);
        var good = await server.Admin.GetByteArrayAsync($"/api/v1/images/{tiff}/full?format=jpeg");
        await DamagedFile.DamageAsync(ObjectOf(tiff, "full-jpeg"), "changed");

        await PassAsync();

        Objects(tiff, "full-jpeg").ShouldBeEmpty();
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(0);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{tiff}/full?format=jpeg")).ShouldBe(good);
    }

    [Fact]
    public async Task A_pass_continues_after_a_restart_where_it_stopped()
    {
        await RunAsync();
        await DamagedFile.DamageAsync(ObjectOf(images[0], "low"), "lost");
        await server.RestartAsync();

        await PassAsync();

        // The first image was checked before the restart.
        Objects(images[0], "low").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_pass_starts_after_the_configured_days()
    {
        await PassAsync();
        await DamagedFile.DamageAsync(ObjectOf(images[0], "low"), "lost");
        clock.Advance(TimeSpan.FromDays(6.9));
        await RunAsync();
        Objects(images[0], "low").ShouldBeEmpty();

        clock.Advance(TimeSpan.FromDays(0.2));
        await RunAsync();

        Objects(images[0], "low").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_configuration_of_zero_days_disables_the_passes()
    {
        server.Settings["Storage:ScrubDays"] = "0";
        await server.RestartAsync();
        await DamagedFile.DamageAsync(ObjectOf(images[0], "low"), "lost");

        for (var run = 0; run < images.Count + 1; run++)
        {
            await RunAsync();
        }

        Objects(images[0], "low").ShouldBeEmpty();
        (await StorageAsync()).GetProperty("checkedAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_store_that_is_down_does_not_count_as_lost_objects()
    {
        var objects = Path.Combine(server.DataDirectory, "objects");
        Directory.Move(objects, objects + "-away");

        (await Should.ThrowAsync<ProblemException>(RunAsync)).Problem.ShouldBe(Problems.StorageUnavailable);

        Directory.Move(objects + "-away", objects);
        (await StorageAsync()).GetProperty("damaged").GetInt32().ShouldBe(0);
        await PassAsync();
    }

    private async Task PassAsync()
    {
        // Each run checks at least one image.
        for (var run = 0; run < images.Count + 1; run++)
        {
            await RunAsync();
        }

        (await StorageAsync()).GetProperty("checkedAt").GetDateTimeOffset().ShouldBe(clock.GetUtcNow(), TimeSpan.FromMinutes(5));
    }

    private async Task RunAsync()
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ScrubObjects());
    }

    private string[] Objects(Guid image, string name) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), name, SearchOption.AllDirectories)
            .Where(path => path.Contains(image.ToString(), StringComparison.Ordinal)),
    ];

    private string ObjectOf(Guid image, string name) => Objects(image, name).Single();

    private async Task<JsonElement> StorageAsync()
    {
        // Some tests move the clock, which ends the session.
        await server.SignInOwnerAgainAsync();
        return await server.Admin.GetAsync("/api/v1/storage").JsonAsync();
    }
}
