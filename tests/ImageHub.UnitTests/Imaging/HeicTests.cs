using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Photos from phones, decoded by this machine's decoder: libheif-js if Node.js is installed and libvips cannot decode HEIC.</summary>
public sealed class HeicTests(HeicTests.Shared shared) : IClassFixture<HeicTests.Shared>, IAsyncLifetime
{
    private static readonly Box High = new(1400, 1050);

    private readonly WorkerImageRenderer renderer = shared.Workers.Renderer;

    public async ValueTask InitializeAsync() => await renderer.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "urn:mpeg:hevc:2015:auxid:2")]
    [InlineData(false, "urn:com:apple:photo:2020:aux:hdrgainmap")]
    public async Task Grids_of_eight_and_ten_bits_are_rendered_without_the_auxiliary_images(bool isDeep, string? auxiliary)
    {
        var (header, high) = await RenderAsync(new HeicFixture { IsDeep = isDeep, Auxiliary = auxiliary }.ToFile());

        (header.Format, header.Width, header.Height).ShouldBe((ImageFormat.Heic, 120, 100));
        (high.Width, high.Height, high.Bands).ShouldBe((120, 100, 3));
        ShouldShow(high, [0, 1, 2, 3]);
    }

    [Theory]
    [InlineData(1, false, new[] { 1, 3, 0, 2 })]
    [InlineData(2, false, new[] { 3, 2, 1, 0 })]
    [InlineData(3, false, new[] { 2, 0, 3, 1 })]
    [InlineData(0, true, new[] { 1, 0, 3, 2 })]
    [InlineData(1, true, new[] { 3, 1, 2, 0 })]
    public async Task An_image_with_an_orientation_is_rendered_upright(int quarterTurns, bool isMirrored, int[] quadrants)
    {
        // The orientation in Exif is always 6 here. The renderer must ignore it and apply the container's orientation (ISO/IEC 23008-12, 6.5.10).
        var exif = TestImages.ExifWithOrientation(6);
        var (header, high) = await RenderAsync(new HeicFixture { QuarterTurns = quarterTurns, IsMirrored = isMirrored, Exif = exif }.ToFile());

        var size = quarterTurns % 2 == 1 ? (100, 120) : (120, 100);
        (header.Width, header.Height).ShouldBe(size);
        (high.Width, high.Height).ShouldBe(size);
        ShouldShow(high, quadrants);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wide_gamut_becomes_sRGB(bool isDeep)
    {
        var (_, high) = await RenderAsync(new HeicFixture { IsDeep = isDeep, Profile = DisplayP3() }.ToFile());

        // Display P3's (30, 200, 30) and (230, 220, 30) are outside sRGB, so some channels are clipped.
        ShouldBeNear(high[90, 25], [0, 204, 0]);
        ShouldBeNear(high[90, 75], [234, 220, 0]);
    }

    [Fact]
    public async Task A_worker_renders_several_HEICs_one_after_the_other()
    {
        for (var time = 0; time < 3; time++)
        {
            var (_, high) = await RenderAsync(new HeicFixture { Width = 128, Height = 128 }.ToFile());
            ShouldShow(high, [0, 1, 2, 3]);
        }
    }

    [Fact]
    public async Task A_HEIC_without_a_grid_is_rendered()
    {
        var (header, high) = await RenderAsync(HeicProbe.File);

        (header.Format, header.Width, header.Height).ShouldBe((ImageFormat.Heic, 16, 16));
        ShouldBeNear(high[8, 8], [200, 40, 40]);
    }

    [Fact]
    public async Task A_damaged_HEIC_is_refused()
    {
        var file = new HeicFixture().ToFile();

        foreach (var damaged in new[] { file[..^40], [.. file[..^110], .. new byte[110]] })
        {
            var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(damaged));
            problem.Problem.ShouldBe(Problems.CorruptImage);
        }
    }

    [Fact]
    public async Task Node_is_sandboxed_like_every_worker()
    {
        await RenderAsync(new HeicFixture().ToFile());
        Assert.SkipUnless(OperatingSystem.IsLinux() && renderer.Description.Contains("libheif-js", StringComparison.Ordinal), "Node decodes no HEIC here.");

        var node = Directory.EnumerateDirectories("/proc").Single(process => int.TryParse(Path.GetFileName(process), out _)
            && new FileInfo(Path.Combine(process, "cwd")).LinkTarget?.StartsWith(shared.Workers.Folder, StringComparison.Ordinal) == true
            && File.ReadAllText(Path.Combine(process, "cmdline")).Contains("decode-heic", StringComparison.Ordinal));

        var status = (await File.ReadAllLinesAsync(Path.Combine(node, "status"))).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
        (status["NoNewPrivs"], status["Seccomp"], status["CapPrm"]).ShouldBe(("1", "2", "0000000000000000"));

        // Three quarters of 768 MiB, plus 128 MiB of reserved memory that is never touched.
        (await File.ReadAllTextAsync(Path.Combine(node, "limits"))).Split('\n').Single(line => line.StartsWith("Max data size", StringComparison.Ordinal)).ShouldContain(" 738197504 ");
        (await File.ReadAllTextAsync(Path.Combine(node, "environ"))).ShouldNotContain("PATH=");
        new DirectoryInfo(Path.Combine(node, "fd")).EnumerateFileSystemInfos().Select(file => file.LinkTarget).ShouldNotContain(target => target != null && target.StartsWith("socket:", StringComparison.Ordinal));
        if (Environment.IsPrivilegedProcess)
        {
            status["Uid"].ShouldNotStartWith("0\t");
        }
    }

    private static byte[] DisplayP3()
    {
        // APP2: marker, length (2 bytes), "ICC_PROFILE\0", number and count (ICC.1 B.4).
        var jpeg = TestPicture.Solid(16, 16, 0, 0, 0).ToJpeg(profile: "p3");
        var name = jpeg.AsSpan().IndexOf("ICC_PROFILE\0"u8);
        var length = (jpeg[name - 2] << 8) | jpeg[name - 1];
        return jpeg[(name + 14)..(name - 2 + length)];
    }

    private static void ShouldShow(TestPicture picture, int[] quadrants)
    {
        for (var place = 0; place < 4; place++)
        {
            var x = picture.Width * ((place % 2 * 2) + 1) / 4;
            var y = picture.Height * ((place / 2 * 2) + 1) / 4;
            ShouldBeNear(picture[x, y], TestPicture.QuadrantColours[quadrants[place]]);
        }
    }

    private static void ShouldBeNear(ReadOnlySpan<byte> actual, byte[] expected)
    {
        for (var band = 0; band < expected.Length; band++)
        {
            Math.Abs(actual[band] - expected[band]).ShouldBeLessThanOrEqualTo(12, $"is {string.Join(',', actual.ToArray())}, should be near {string.Join(',', expected)}");
        }
    }

    private async Task<(ImageHeader Header, TestPicture High)> RenderAsync(byte[] file)
    {
        var folder = Directory.CreateDirectory(Path.Combine(shared.Workers.Folder, Guid.NewGuid().ToString("N"))).FullName;
        var path = Path.Combine(folder, "photo");
        await File.WriteAllBytesAsync(path, file);
        var high = Path.Combine(folder, "high");
        var rendering = await renderer.RenderAsync(new RenderRequest(
            path,
            RenderAccounts.Admins,
            new(High, high),
            new(new Box(720, 540), Path.Combine(folder, "medium")),
            new(new Box(360, 230), Path.Combine(folder, "low")),
            Path.Combine(folder, "full")), default);
        return (rendering.Header, TestPicture.Read(high));
    }

    /// <summary>A set of workers shared by all tests of the class.</summary>
    public sealed class Shared : IAsyncDisposable
    {
        internal WorkerRenderer Workers { get; } = new();

        public ValueTask DisposeAsync() => Workers.DisposeAsync();
    }
}
