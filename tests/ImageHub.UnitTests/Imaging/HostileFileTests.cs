using System.Diagnostics;
using System.Globalization;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Files that are expensive to decode, and workers that crash on them.</summary>
public sealed class HostileFileTests : IAsyncDisposable
{
    private Action<ImagingOptions>? change;
    private int clockFactor = 3;

    /// <summary>The renderer, with the settings at its first use.</summary>
    private WorkerRenderer Workers => field ??= new WorkerRenderer(change, clockFactor: clockFactor);

    public ValueTask DisposeAsync() => Workers.DisposeAsync();

    [Fact]
    public Task A_thousand_samples_a_pixel_are_refused_before_decoding() => ShouldBeTooComplexAsync(HostileFiles.TiffWithSamples(1000), "1000 samples a pixel");

    [Fact]
    public async Task Hundreds_of_text_chunks_are_refused_before_decoding()
    {
        var chunk = TestImages.Chunk("tEXt", [(byte)'a', 0, (byte)'b']);

        await ShouldBeTooComplexAsync(TestImages.WithChunks(TestImages.Png(16, 16), [.. Enumerable.Repeat(chunk, 201).SelectMany(bytes => bytes)]), "201 text chunks");
    }

    [Theory]
    [InlineData("zTXt", false)]
    [InlineData("zTXt", true)]
    [InlineData("iTXt", false)]
    [InlineData("iTXt", true)]
    [InlineData("iCCP", false)]
    [InlineData("iCCP", true)]
    public Task Metadata_that_inflate_to_a_multiple_of_their_size_are_refused_before_decoding(string chunk, bool hasSmallWindow) =>
        ShouldBeTooComplexAsync(HostileFiles.PngWithLargeMetadata(chunk, hasSmallWindow), "bytes of metadata");

    [Fact]
    public async Task A_PNG_text_that_requires_a_preset_dictionary_is_harmless()
    {
        // The stream requires a preset dictionary (FDICT, RFC 1950 2.2). Cleaning keeps text with this keyword.
        var file = TestImages.WithChunk(TestImages.Png(640, 480), "zTXt", [.. "Software\0\0"u8, 0x78, 0x20, 1, 2, 3, 4, 5, 6]);

        (await RenderAsync(file)).High.Width.ShouldBe(640);
    }

    [Fact]
    public Task A_hundred_scans_are_refused_before_decoding() => ShouldBeTooComplexAsync(HostileFiles.JpegWithRepeatedScan(100), "scans");

    [Fact]
    public Task A_small_file_that_declares_a_hundred_million_deep_pixels_is_refused_before_decoding() =>
        ShouldBeTooComplexAsync(HostileFiles.AvifThatDeclaresManyPixels(), "MiB of memory");

    [Fact]
    public async Task A_decoder_that_exceeds_its_memory_estimate_is_killed_and_the_next_file_is_rendered()
    {
        // The request declares less memory than decoding needs.
        var path = Write(HostileFiles.InterlacedPng(9000, 9000));
        var request = new WorkerRequest(
            WorkerTask.Render, path, new ImageHeader(ImageFormat.Png, 9000, 9000), new Box(1400, 1050), new Box(720, 540), new Box(360, 230), Unpacked: null, Bytes: 40_000_000, long.MaxValue, AcceptsHeic: false);
        var problem = await Should.ThrowAsync<ProblemException>(() => Workers.Dispatcher.RunAsync(Guid.Empty, request, Sent(), new Stopwatch(), CancellationToken.None));

        problem.Problem.ShouldBe(Problems.TooComplex);
        Directory.EnumerateFiles(Workers.Folder, "made-*").ShouldBeEmpty();
        await ShouldRenderAsync();
    }

    [Fact]
    public async Task A_decoder_that_exceeds_its_processor_time_is_killed_and_the_next_file_is_rendered()
    {
        // The wall-clock limit is long, because the machine may be busy. Even on a fast machine the file takes several seconds of processor time.
        (change, clockFactor) = (options => (options.DecodeSeconds, options.MemoryBudgetBytes, options.MaxPixels) = (1, 3L << 30, 200_000_000), 600);
        var file = HostileFiles.InterlacedPng(14_000, 14_000);

        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(file));

        problem.Problem.ShouldBe(Problems.TooComplex);
        problem.Message.ShouldContain("1 s of processor time");
        await ShouldRenderAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_whose_decoder_gets_no_processor_time_can_be_sent_again(bool isInBackground)
    {
        (change, clockFactor) = (options => options.DecodeSeconds = 3, 1);
        var worker = await StartedAsync();
        await ProcessSignals.SendAsync("STOP", worker);

        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(TestImages.Jpeg(), account: isInBackground ? RenderAccounts.Background : RenderAccounts.Admins));

        problem.Problem.ShouldBe(Problems.ServerBusy);
        problem.Message.ShouldContain("within 3 s");
        await HasEndedAsync(worker);

        // On a busy machine, the next file may take longer than 3 s, too.
        await Polling.EventuallyAsync(async () =>
        {
            try
            {
                await ShouldRenderAsync();
                return true;
            }
            catch (ProblemException busy) when (busy.Problem == Problems.ServerBusy)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Cancelling_a_request_stops_its_decoding()
    {
        var worker = await StartedAsync();
        await ProcessSignals.SendAsync("STOP", worker);
        using var cancellation = new CancellationTokenSource();
        var rendering = RenderAsync(TestImages.Jpeg(), cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => rendering);
        await HasEndedAsync(worker);
    }

    [Theory]
    [InlineData("SEGV")]
    [InlineData("KILL")]
    public async Task A_file_whose_worker_crashes_or_is_killed_is_retried_once(string signal)
    {
        var worker = await StartedAsync();
        await ProcessSignals.SendAsync("STOP", worker);
        var rendering = RenderAsync(TestImages.Jpeg());

        await ProcessSignals.SendAsync(signal, worker);
        await ProcessSignals.SendAsync("CONT", worker);

        (await rendering).High.Width.ShouldBe(640);
    }

    [Theory]
    [InlineData(false, "tooComplex")]
    [InlineData(true, "serverBusy")]
    public async Task A_file_whose_worker_is_killed_twice_is_too_complex_but_background_work_can_try_it_again(bool isInBackground, string code)
    {
        change = options => (options.MemoryBudgetBytes, options.MaxPixels) = (3L << 30, 200_000_000);
        var rendering = RenderAsync(HostileFiles.InterlacedPng(14_000, 14_000), account: isInBackground ? RenderAccounts.Background : RenderAccounts.Admins);

        await Polling.EventuallyAsync(async () =>
        {
            await ProcessSignals.SendAsync("KILL", RenderWorkers.Below(Workers.Folder).Where(RenderWorkers.IsAtWork));
            return rendering.IsCompleted;
        });

        (await Should.ThrowAsync<ProblemException>(() => rendering)).Problem.Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_worker_that_exited_while_idle_is_not_used()
    {
        var worker = await StartedAsync();
        await ProcessSignals.SendAsync("KILL", worker);
        await HasEndedAsync(worker);

        await ShouldRenderAsync();
    }

    [Fact]
    public async Task A_worker_has_no_secrets_and_no_permissions()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        Environment.SetEnvironmentVariable("IMAGEHUB_TEST_CANARY", "a secret");
        var worker = await StartedAsync();

        var status = (await File.ReadAllLinesAsync($"/proc/{worker}/status")).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
        status["NoNewPrivs"].ShouldBe("1");
        status["Seccomp"].ShouldBe("2");
        status["CapEff"].ShouldBe("0000000000000000");
        status["CapPrm"].ShouldBe("0000000000000000");
        (await File.ReadAllTextAsync($"/proc/{worker}/oom_score_adj")).Trim().ShouldBe("1000");
        (await NicenessAsync($"{worker}")).ShouldBe(Math.Min(await NicenessAsync("self") + 5, 19));
        (await File.ReadAllTextAsync($"/proc/{worker}/environ")).ShouldNotContain("CANARY");
        new DirectoryInfo($"/proc/{worker}/fd").EnumerateFileSystemInfos().Select(file => file.LinkTarget).ShouldNotContain(target => target != null && target.StartsWith("socket:", StringComparison.Ordinal));
        if (Environment.IsPrivilegedProcess)
        {
            status["Uid"].ShouldNotStartWith("0\t");
            status["Groups"].ShouldBeEmpty();
        }
    }

    private async Task ShouldBeTooComplexAsync(byte[] file, string because)
    {
        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(file));

        problem.Problem.ShouldBe(Problems.TooComplex);
        problem.Message.ShouldContain(because);
    }

    private async Task ShouldRenderAsync() => (await RenderAsync(TestImages.Jpeg())).High.Width.ShouldBe(640);

    private Task<RenderResult> RenderAsync(byte[] file, Guid? account = null, CancellationToken cancellationToken = default) => Workers.Renderer.RenderAsync(
        new RenderRequest(
            Write(file), account ?? RenderAccounts.Admins, new(new Box(1400, 1050), Made("high")), new(new Box(720, 540), Made("medium")), new(new Box(360, 230), Made("low")), Made("full")), cancellationToken);

    private SentFile[] Sent() => 
    [
        new(FrameKind.High, Made("high")), new(FrameKind.Medium, Made("medium")), new(FrameKind.Low, Made("low")), new(FrameKind.Full, Made("full")),
    ];

    private string Made(string name) => Path.Combine(Workers.Folder, "made-" + name);

    private string Write(byte[] file)
    {
        var path = Path.Combine(Workers.Folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>Starts a worker and returns its process id.</summary>
    private async Task<int> StartedAsync()
    {
        await Workers.Renderer.StartAsync(CancellationToken.None);
        return RenderWorkers.Below(Workers.Folder).Single();
    }

    // proc(5): the seventeenth field after the process's name.
    private static async Task<int> NicenessAsync(string process) =>
        int.Parse((await File.ReadAllTextAsync($"/proc/{process}/stat")).Split(") ")[1].Split(' ')[16], CultureInfo.InvariantCulture);

    private static Task HasEndedAsync(int process) => Polling.EventuallyAsync(() => RenderWorkers.Folder(process) is null);
}
