using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.Extensions.DependencyInjection;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Images;

/// <summary>Uploads of files that are expensive to decode or that hang a worker, and the effect of these uploads on other users.</summary>
public sealed class HostileUploadTests(PostgresServer postgres)
{
    private const string TooComplex = "tooComplex";

    [Fact]
    public async Task Only_workers_load_libvips()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var hub = NewHub();
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();
        await admin.AddImageAsync(group, "harbour.jpg", TestImages.Jpeg());
        await admin.PutImageAsync(group, "damaged.jpg", TestImages.Jpeg()[..500]).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");

        LoadsLibVips(hub.ProcessId).ShouldBeFalse();
        RenderWorkers.Below(hub.DataDirectory).ShouldNotBeEmpty();
        RenderWorkers.Below(hub.DataDirectory).ShouldAllBe(worker => LoadsLibVips(worker));
    }

    [Fact]
    public async Task Expensive_files_are_accepted_or_refused_within_the_memory_limit_while_other_uploads_continue()
    {
        (string Name, byte[] Content, int FromBytes, int ToBytes, HttpStatusCode Expected)[] files =
        [
            ("1000-samples.tif", HostileFiles.TiffWithSamples(1_000), 400_000, 500_000, HttpStatusCode.UnprocessableEntity),
            ("4000-samples.tif", HostileFiles.TiffWithSamples(4_000), 1_800_000, 2_000_000, HttpStatusCode.UnprocessableEntity),
            ("900-texts.png", HostileFiles.PngWithTexts(900), 3_500_000, 3_900_000, HttpStatusCode.UnprocessableEntity),
            ("100-megapixels.avif", HostileFiles.AvifThatDeclaresManyPixels(), 500, 3_000, HttpStatusCode.UnprocessableEntity),
            ("883-scans.jpg", HostileFiles.JpegWithManyScans(), 300_000, 340_000, HttpStatusCode.UnprocessableEntity),
            ("over-the-budget.png", HostileFiles.InterlacedPng(10_000, 9_900), 100_000, 3_000_000, HttpStatusCode.UnprocessableEntity),
            ("within-the-budget.png", HostileFiles.InterlacedPng(7_000, 5_000), 100_000, 3_000_000, HttpStatusCode.Created),
        ];
        foreach (var (name, content, from, to, _) in files)
        {
            content.Length.ShouldBeInRange(from, to, name);
        }

        await using var hub = NewHub();
        using var admin = await hub.StartAndSignInAsync();
        using var other = await UserAsync(admin);
        List<TimeSpan> alone = [], beside = [];
        for (var i = 0; i < 4; i++)
        {
            alone.Add(await AddOwnAsync(other, i));
        }

        var group = await admin.CreateGroupAsync();
        var attack = Task.WhenAll(Enumerable.Range(0, 3).SelectMany(round => files.Select(async file =>
        {
            // A byte after the image's end makes each file unique; decoders ignore it.
            using var answer = await admin.PutImageUntilDecidedAsync(group, $"{round}-{file.Name}", [.. file.Content, (byte)round]);
            answer.StatusCode.ShouldBe(file.Expected, file.Name);
            return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("code");
        })));
        var peak = PeakAsync(hub, attack);
        while (!attack.IsCompleted)
        {
            beside.Add(await AddOwnAsync(other, 100 + beside.Count));
        }

        (await attack).Where(code => code is not null).ShouldAllBe(code => code == TooComplex);
        (await peak / 1_000_000).ShouldBeLessThan(1_200);

        // An upload alone takes a fraction of a second. Waiting for an expensive file would take many seconds. The margin is for a busy machine.
        beside.Max().ShouldBeLessThan((10 * alone.Max()) + TimeSpan.FromSeconds(10));
        await admin.GetAsync("/health/ready").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_whose_files_hang_the_workers_delays_no_other_client()
    {
        await using var hub = NewHub();
        using var admin = await hub.StartAndSignInAsync();
        using var other = await UserAsync(admin);
        var group = await admin.CreateGroupAsync();

        // Start as many uploads as one account may run at once.
        var hanging = new List<Task<HttpResponseMessage>>();
        for (var i = 0; i < 2; i++)
        {
            await admin.AddImageAsync(group, $"{i}.jpg", TestImages.Jpeg(seed: i));
            hanging.Add(await HangAsync(admin, group, hub.DataDirectory, 10 + i));
        }

        await AddOwnAsync(other, 20);

        hanging.ShouldAllBe(upload => !upload.IsCompleted);
        await ProcessSignals.SendAsync("CONT", RenderWorkers.Below(hub.DataDirectory));
        foreach (var upload in hanging)
        {
            await upload.StatusAsync(HttpStatusCode.Created);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_photo_with_an_XMP_packet_of_nested_elements_is_stored(bool isCompressed)
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync();
        var nested = MetadataFixtures.WithXmpText(
            TestImages.Png(16, 16),
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 120_000)) + string.Concat(Enumerable.Repeat("</a>", 120_000))),
            isCompressed);
        (nested.Length < 3_000).ShouldBe(isCompressed);

        // A slow parser would exceed the time limit, and the upload would fail.
        await server.Admin.AddImageAsync(group, "nested.png", nested);
    }

    [Fact]
    public async Task A_file_that_has_waited_for_half_a_minute_gets_503()
    {
        var clock = new ManualClock();
        await using var server = await StartWithOneWorkerAsync(clock);
        var group = await server.Admin.CreateGroupAsync();
        var hanging = await HangAsync(server.Admin, group, server.DataDirectory, 1);
        var timers = clock.Running;
        var waiting = server.Admin.PutImageAsync(group, "waiting.jpg", TestImages.Jpeg(seed: 2));
        await EventuallyAsync(() => clock.Running > timers);

        clock.Advance(TimeSpan.FromSeconds(29));
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        using var refused = await waiting;
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await waiting.ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        await ProcessSignals.SendAsync("CONT", RenderWorkers.Below(server.DataDirectory));
        await hanging.StatusAsync(HttpStatusCode.Created);
        await server.Admin.AddImageAsync(group, "waiting.jpg", TestImages.Jpeg(seed: 2));
    }

    [Fact]
    public async Task A_rotation_in_progress_does_not_delay_other_changes_of_its_group()
    {
        await using var server = await StartWithOneWorkerAsync(TimeProvider.System);
        var group = await server.Admin.CreateGroupAsync();
        var rotated = await server.Admin.AddImageAsync(group, "rotated.jpg", TestImages.Jpeg(seed: 1));
        var other = await server.Admin.AddImageAsync(group, "other.jpg", TestImages.Jpeg(seed: 2));
        var workers = RenderWorkers.Below(server.DataDirectory);
        await ProcessSignals.SendAsync("STOP", workers);
        var rotating = server.Admin.PatchAsJsonAsync($"/api/v1/images/{rotated}", new { rotate = 90 });
        await EventuallyAsync(() => workers.All(RenderWorkers.IsAtWork));

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{other}", new { title = "Harbour" }).StatusAsync(HttpStatusCode.OK);

        rotating.IsCompleted.ShouldBeFalse();
        await ProcessSignals.SendAsync("CONT", workers);
        await rotating.StatusAsync(HttpStatusCode.OK);
    }

    private Task<ImageHubServer> StartWithOneWorkerAsync(TimeProvider clock) => ImageHubServer.StartAsync(
        postgres,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Imaging:Workers"] = "1", ["Imaging:DecodeSeconds"] = "600" },
        builder => builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<WorkerDispatcher>(services, clock)).AddSingleton<IImageRenderer, WorkerImageRenderer>());

    // proc(5): the file has one line for each mapping; the line ends with the path of the mapped file.
    private static bool LoadsLibVips(int process) => File.ReadAllText($"/proc/{process}/maps").Contains("/libvips", StringComparison.Ordinal);

    private static ImageHubProcess NewHub() => new() { Environment = { ["Imaging__Workers"] = "2", ["Imaging__DecodeSeconds"] = "600", ["Imaging__LibVips"] = NativeImaging.Setting } };

    private static async Task<HttpClient> UserAsync(HttpClient admin)
    {
        await admin.CreateUserAsync("ada");
        var pair = await admin.PostAsJsonAsync("/api/v1/auth/login", new { userName = "ada", password = ImageHubServer.UserPassword }).JsonAsync();
        return new HttpClient { BaseAddress = admin.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", pair.Text("accessToken")) } };
    }

    /// <summary>Uploads an ordinary photo to the user's own group.</summary>
    /// <returns>The duration of the upload.</returns>
    private static async Task<TimeSpan> AddOwnAsync(HttpClient user, int seed)
    {
        var photo = TestImages.Jpeg(1200, 900, seed);
        var began = Stopwatch.GetTimestamp();
        await user.PutAsync($"/api/v1/me/images/{seed}.jpg", new ByteArrayContent(photo)).StatusAsync(HttpStatusCode.Created);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Freezes the running workers and sends a file to one of them.</summary>
    /// <returns>The pending answer, which arrives after the workers continue.</returns>
    private static async Task<Task<HttpResponseMessage>> HangAsync(HttpClient admin, Guid group, string dataDirectory, int seed)
    {
        var workers = RenderWorkers.Below(dataDirectory);
        await ProcessSignals.SendAsync("STOP", workers);
        var upload = admin.PutImageAsync(group, $"hanging-{seed}.jpg", TestImages.Jpeg(seed: seed));
        await EventuallyAsync(() => workers.All(RenderWorkers.IsAtWork));
        return upload;
    }

    private static async Task<long> PeakAsync(ImageHubProcess hub, Task until)
    {
        var peak = 0L;
        while (!until.IsCompleted)
        {
            peak = Math.Max(peak, hub.ResidentBytes());
            await Task.Delay(20);
        }

        return peak;
    }
}
