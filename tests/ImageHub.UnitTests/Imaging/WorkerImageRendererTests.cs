using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

public sealed class WorkerImageRendererTests(WorkerImageRendererTests.Shared shared) : IDisposable, IClassFixture<WorkerImageRendererTests.Shared>
{
    private static readonly Box High = new(1400, 1050);
    private static readonly Box Medium = new(720, 540);
    private static readonly Box Low = new(360, 230);

    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-imaging-").FullName;
    private readonly WorkerImageRenderer renderer = shared.Workers.Renderer;

    public static TheoryData<ImageFormat> DecodableFormats => [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP, ImageFormat.Avif, ImageFormat.Gif, ImageFormat.Tiff];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_description_names_the_version_source_and_path_of_libvips_and_its_HEIC_support()
    {
        await renderer.StartAsync(default);

        renderer.Description.ShouldMatch(@"^libvips 8\.\d+\.\d+ \((bundled|system), .*libvips.*\); .*HEIC.*$");
    }

    [Theory]
    [MemberData(nameof(DecodableFormats))]
    public async Task A_header_contains_format_and_size(ImageFormat format)
    {
        var (rendering, _, _) = await RenderAsync(Encode(TestPicture.Gradient(321, 123), format));

        (rendering.Header.Format, rendering.Header.Width, rendering.Header.Height).ShouldBe((format, 321, 123));
    }

    [Theory]
    [MemberData(nameof(DecodableFormats))]
    public async Task Each_format_is_rendered_with_its_colours(ImageFormat format)
    {
        var (rendering, high, low) = await RenderAsync(Encode(TestPicture.Quadrants(1600, 1200), format));

        (rendering.High.Width, rendering.High.Height).ShouldBe((1400, 1050));
        (rendering.Medium.Width, rendering.Medium.Height).ShouldBe((720, 540));
        (rendering.Low.Width, rendering.Low.Height).ShouldBe((307, 230));
        rendering.High.ContentType.ShouldBe("image/jpeg");
        rendering.Medium.ContentType.ShouldBe("image/jpeg");
        rendering.Low.ContentType.ShouldBe("image/jpeg");
        ShouldShowQuadrants(high);
        ShouldShowQuadrants(TestPicture.Read(MediumPath));
        ShouldShowQuadrants(low);
        ShouldShowQuadrants(TestPicture.Read(rendering.Placeholder), tolerance: 40);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Every_orientation_is_rendered_upright(int orientation)
    {
        var (rendering, high, low) = await RenderAsync(TestImages.OrientedJpeg(orientation, 2000, 1000));

        (rendering.Header.Width, rendering.Header.Height).ShouldBe((2000, 1000));
        (rendering.High.Width, rendering.High.Height).ShouldBe((1400, 700));
        (rendering.Medium.Width, rendering.Medium.Height).ShouldBe((720, 360));
        (rendering.Low.Width, rendering.Low.Height).ShouldBe((360, 180));
        ShouldShowQuadrants(high);
        ShouldShowQuadrants(TestPicture.Read(MediumPath));
        ShouldShowQuadrants(low);
    }

    [Fact]
    public async Task The_orientation_of_a_PNG_is_applied()
    {
        var png = TestImages.WithChunk(TestPicture.Quadrants(300, 200).StoredAs(6).ToPng(), "eXIf", TestImages.ExifWithOrientation(6));

        var (rendering, high, _) = await RenderAsync(png);

        (rendering.High.Width, rendering.High.Height).ShouldBe((300, 200));
        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task The_orientation_of_a_TIFF_is_applied()
    {
        // Orientation is tag 274 (0x0112), a single SHORT.
        var tiff = TestPicture.Quadrants(2000, 1000).StoredAs(6).ToTiff();
        tiff[tiff.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x12, 0x01, 3, 0, 1, 0, 0, 0]) + 8] = 6;

        var (rendering, high, _) = await RenderAsync(tiff);

        (rendering.Header.Width, rendering.Header.Height).ShouldBe((2000, 1000));
        (rendering.High.Width, rendering.High.Height).ShouldBe((1400, 700));
        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task The_largest_picture_of_a_pyramid_is_rendered()
    {
        var (rendering, high, _) = await RenderAsync(TestPicture.Quadrants(1600, 1200).ToPyramidTiff());

        (rendering.High.Width, rendering.High.Height).ShouldBe((1400, 1050));
        ShouldShowQuadrants(high);
    }

    [Theory]
    [InlineData(100, 80)]
    [InlineData(1, 1)]
    [InlineData(1400, 1050)]
    public async Task Nothing_is_enlarged(int width, int height)
    {
        var (rendering, _, _) = await RenderAsync(TestImages.Png(width, height));

        (rendering.High.Width, rendering.High.Height).ShouldBe((width, height));
        rendering.Medium.Width.ShouldBeLessThanOrEqualTo(Math.Min(width, 720));
        rendering.Medium.Height.ShouldBeLessThanOrEqualTo(Math.Min(height, 540));
        rendering.Low.Width.ShouldBeLessThanOrEqualTo(Math.Min(width, 360));
        rendering.Low.Height.ShouldBeLessThanOrEqualTo(Math.Min(height, 230));
    }

    [Theory]
    [InlineData(20_000, 3)]
    [InlineData(3, 20_000)]
    [InlineData(1401, 1050)]
    [InlineData(1999, 1501)]
    public async Task Renditions_fit_their_boxes(int width, int height)
    {
        var (rendering, _, _) = await RenderAsync(TestImages.Png(width, height));

        foreach (var (file, box) in new[] { (rendering.High, High), (rendering.Medium, Medium), (rendering.Low, Low) })
        {
            file.Width.ShouldBeInRange(1, box.Width);
            file.Height.ShouldBeInRange(1, box.Height);
            (file.Width == box.Width || file.Height == box.Height).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task The_reported_sizes_match_the_written_files()
    {
        var (rendering, high, low) = await RenderAsync(TestImages.Jpeg(3000, 2000));

        (high.Width, high.Height).ShouldBe((rendering.High.Width, rendering.High.Height));
        (low.Width, low.Height).ShouldBe((rendering.Low.Width, rendering.Low.Height));
        rendering.High.Bytes.ShouldBe(new FileInfo(HighPath).Length);
        rendering.Medium.Bytes.ShouldBe(new FileInfo(MediumPath).Length);
        rendering.Low.Bytes.ShouldBe(new FileInfo(LowPath).Length);
    }

    [Fact]
    public async Task An_image_with_transparency_is_rendered_as_WebP()
    {
        var (rendering, high, low) = await RenderAsync(TestImages.TransparentPng(800, 600));

        rendering.High.ContentType.ShouldBe("image/webp");
        rendering.Medium.ContentType.ShouldBe("image/webp");
        rendering.Low.ContentType.ShouldBe("image/webp");
        foreach (var picture in new[] { high, low })
        {
            picture.Bands.ShouldBe(4);
            picture[picture.Width / 4, picture.Height / 2][3].ShouldBe((byte)0);
            picture[picture.Width * 3 / 4, picture.Height / 2][3].ShouldBe(byte.MaxValue);
        }
    }

    [Fact]
    public async Task A_fully_opaque_alpha_channel_is_dropped()
    {
        var (rendering, high, _) = await RenderAsync(TestPicture.Quadrants(1600, 1200).WithBand((_, _) => byte.MaxValue).ToPng());

        rendering.High.ContentType.ShouldBe("image/jpeg");
        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task A_sixteen_bit_PNG_becomes_eight_bit()
    {
        var (_, high, _) = await RenderAsync(TestPicture.Quadrants(500, 400).ToPng16());

        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task Sixteen_bit_alpha_becomes_eight_bit()
    {
        var (rendering, high, _) = await RenderAsync(TestPicture.Quadrants(500, 400).WithBand((x, _) => x < 250 ? (byte)128 : byte.MaxValue).ToPng16());

        rendering.High.ContentType.ShouldBe("image/webp");
        ((int)high[100, 100][3]).ShouldBeInRange(126, 130);
        high[400, 100][3].ShouldBe(byte.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_palette_PNG_is_rendered(bool interlaced)
    {
        var (_, high, _) = await RenderAsync(TestPicture.Quadrants(500, 400).ToPng(palette: true, interlaced));

        ShouldShowQuadrants(high);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Grey_becomes_sRGB(bool withAlpha)
    {
        var grey = TestPicture.Solid(500, 400, 90);

        var (_, high, _) = await RenderAsync(withAlpha ? grey.WithBand((_, _) => 200).ToPng() : grey.ToJpeg());

        high.Bands.ShouldBe(withAlpha ? 4 : 3);
        ShouldBeNear(high[250, 200], [90, 90, 90]);
    }

    [Fact]
    public async Task Sixteen_bit_grey_becomes_sRGB()
    {
        var (_, high, _) = await RenderAsync(TestPicture.Solid(500, 400, 90).ToPng16());

        ShouldBeNear(high[250, 200], [90, 90, 90]);
    }

    [Fact]
    public async Task A_progressive_JPEG_is_rendered()
    {
        var (_, high, _) = await RenderAsync(TestPicture.Quadrants(1600, 1200).ToJpeg(progressive: true));

        ShouldShowQuadrants(high);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CMYK_becomes_sRGB(bool withProfile)
    {
        // No ink gives white, full yellow alone gives yellow, and full black gives a dark colour.
        var picture = TestPicture.Draw(900, 300, 4, (x, _) => (x / 300) switch { 0 => [0, 0, 0, 0], 1 => [0, 0, 255, 0], _ => [0, 0, 0, 255] });

        var (rendering, high, _) = await RenderAsync(picture.ToCmykJpeg(withProfile));

        rendering.High.ContentType.ShouldBe("image/jpeg");
        high.Bands.ShouldBe(3);
        ShouldBeNear(high[150, 150], [255, 255, 255], tolerance: 8);
        ShouldBeNear(high[450, 150], [255, 240, 0], tolerance: 25);
        ShouldBeNear(high[750, 150], [35, 31, 32], tolerance: 40);
    }

    [Fact]
    public async Task Wide_gamut_becomes_sRGB()
    {
        // Display P3 (200, 100, 50) is more saturated than the same values in sRGB.
        var (_, high, _) = await RenderAsync(TestPicture.Solid(400, 300, 200, 100, 50).ToJpeg(profile: "p3"));

        ShouldBeNear(high[200, 150], [214, 97, 38], tolerance: 5);
    }

    [Theory]
    [InlineData("rgb16")]
    [InlineData("lab")]
    [InlineData("scrgb")]
    public async Task Every_colour_space_of_TIFF_becomes_sRGB(string space)
    {
        var (rendering, high, _) = await RenderAsync(TestPicture.Quadrants(500, 400).ToTiffOf(space));

        rendering.High.ContentType.ShouldBe("image/jpeg");
        ShouldShowQuadrants(high);
    }

    [Theory]
    [InlineData("gifsave_buffer")]
    [InlineData("tiffsave_buffer")]
    [InlineData("webpsave_buffer")]
    public async Task The_first_of_several_frames_is_rendered(string saver)
    {
        var file = TestPicture.ToPages([TestPicture.Quadrants(200, 160), TestPicture.Solid(200, 160, 0, 0, 0)], saver);

        var (rendering, high, _) = await RenderAsync(file);

        (rendering.Header.Width, rendering.Header.Height).ShouldBe((200, 160));
        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task Renditions_have_no_metadata()
    {
        var jpeg = TestPicture.Quadrants(1600, 1200).ToJpeg(profile: "p3");
        jpeg = TestImages.WithSegment(jpeg, 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"u8]);
        jpeg = TestImages.WithSegment(TestImages.WithExif(jpeg, TestImages.ExifWithOrientation(1)), 0xED, [.. "Photoshop 3.0\0"u8]);
        jpeg = TestImages.WithSegment(jpeg, 0xFE, [.. "a comment"u8]);

        await ShouldRenderWithoutMetadataAsync(jpeg);
    }

    [Fact]
    public async Task Renditions_with_alpha_have_no_metadata() =>
        await ShouldRenderWithoutMetadataAsync(TestImages.WithChunk(TestImages.TransparentPng(), "eXIf", TestImages.ExifWithOrientation(3)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_placeholder_is_small(bool noise)
    {
        var (rendering, _, _) = await RenderAsync(noise ? TestPicture.Noise(24, 24).ToPng() : TestImages.Jpeg(2000, 1500));

        rendering.Placeholder.Length.ShouldBeLessThanOrEqualTo(300);
        var picture = TestPicture.Read(rendering.Placeholder);
        Math.Max(picture.Width, picture.Height).ShouldBeLessThanOrEqualTo(24);
    }

    [Theory]
    [InlineData(640 * 480, 40_000_000, true)]
    [InlineData((640 * 480) - 1, 40_000_000, false)]
    [InlineData(640 * 480, 1_000_000, false)]
    public async Task A_worker_continues_from_inspection_to_rendering_only_within_the_limits(long maxPixels, long bytes, bool isRendered)
    {
        var request = new WorkerRequest(WorkerTask.RenderOne, Write(TestImages.Jpeg()), Header: null, High, Medium: null, Low: null, Unpacked: null, bytes, maxPixels, AcceptsHeic: false);

        var answer = await shared.Workers.Dispatcher.RunAsync(Guid.Empty, request, [new SentFile(FrameKind.High, HighPath)], new Stopwatch(), default);

        (answer.Header!.Width, answer.Header.Height).ShouldBe((640, 480));
        (answer.High?.Width).ShouldBe(isRendered ? 640 : null);
        File.Exists(HighPath).ShouldBe(isRendered);
    }

    [Fact]
    public async Task An_empty_file_is_reported_as_damaged()
    {
        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync([]));

        problem.Problem.ShouldBe(Problems.CorruptImage);
    }

    [Theory]
    [InlineData("%PDF-1.7\n1 0 obj")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")]
    [InlineData("BM6\0\0\0")]
    [InlineData("8BPS\0\u0001")]
    [InlineData("hello")]
    [InlineData("x")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom")]
    [InlineData("II*\0\u0010\0\0\0CR\u0002\0")]
    [InlineData("P6 1 1 255 abc")]
    public async Task A_file_in_an_unsupported_format_is_refused(string content)
    {
        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync([.. content.Select(letter => (byte)letter)]));

        problem.Problem.ShouldBe(Problems.UnsupportedFormat);
        problem.Message.ShouldContain("JPEG, PNG");
    }

    [Theory]
    [InlineData(254, 1)]
    [InlineData(50706, 1025)]
    public async Task A_cameras_raw_file_is_refused(int tag, int value)
    {
        // The first directory has the tag "reduced resolution" (254) or the DNG version (50706).
        byte[] file = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, .. BitConverter.GetBytes((short)tag), 4, 0, 1, 0, 0, 0, .. BitConverter.GetBytes(value), 0, 0, 0, 0];

        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(file));

        problem.Problem.ShouldBe(Problems.UnsupportedFormat);
        problem.Message.ShouldContain("raw");
    }

    [Theory]
    [MemberData(nameof(DecodableFormats))]
    public async Task A_file_truncated_in_its_header_is_reported_as_damaged(ImageFormat format)
    {
        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(Encode(TestPicture.Gradient(300, 200), format)[..24]));

        problem.Problem.ShouldBe(Problems.CorruptImage);
    }

    [Theory]
    [MemberData(nameof(DecodableFormats))]
    public async Task A_file_truncated_in_its_pixels_is_reported_as_damaged_and_leaves_nothing(ImageFormat format)
    {
        var whole = Encode(TestPicture.Noise(700, 500), format);

        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(whole[..(whole.Length * 2 / 3)]));

        problem.Problem.ShouldBe(Problems.CorruptImage);
        File.Exists(HighPath).ShouldBeFalse();
        File.Exists(LowPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_progressive_JPEG_with_damaged_pixels_is_reported_as_damaged()
    {
        var jpeg = TestPicture.Noise(700, 500).ToJpeg(progressive: true);
        jpeg.AsSpan(jpeg.Length / 2, 400).Fill(0xAA);

        await ShouldBeDamagedAsync(jpeg);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_JPEG_with_a_foreign_marker_in_its_pixels_is_reported_as_damaged(bool progressive)
    {
        var jpeg = TestPicture.Noise(700, 500).ToJpeg(progressive: progressive);
        jpeg[jpeg.Length / 2] = 0xFF;
        jpeg[(jpeg.Length / 2) + 1] = 0xC0;

        await ShouldBeDamagedAsync(jpeg);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_JPEG_with_an_empty_second_half_is_reported_as_damaged(bool progressive)
    {
        var jpeg = TestPicture.Noise(700, 500).ToJpeg(progressive: progressive);
        jpeg.AsSpan(jpeg.Length / 2).Clear();

        await ShouldBeDamagedAsync(jpeg);
    }

    [Fact]
    public async Task A_JPEG_with_restart_markers_out_of_order_is_reported_as_damaged()
    {
        var jpeg = TestPicture.Quadrants(700, 500).ToJpeg(restartInterval: 10);
        jpeg[jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD3]) + 1] = 0xD6;

        await ShouldBeDamagedAsync(jpeg);
    }

    [Fact]
    public async Task A_JPEG_with_restart_markers_is_rendered()
    {
        var (_, high, _) = await RenderAsync(TestPicture.Quadrants(700, 500).ToJpeg(restartInterval: 10));

        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task A_PNG_with_damaged_pixels_is_reported_as_damaged()
    {
        var png = TestPicture.Noise(700, 500).ToPng();
        png[png.Length / 2] ^= 0xFF;

        await ShouldBeDamagedAsync(png);
    }

    [Fact]
    public async Task Unusual_headers_that_phones_write_are_accepted()
    {
        var jpeg = TestPicture.Quadrants(700, 500).ToJpeg();

        // The last coefficient of a sequential scan is 63; some encoders write 0.
        var scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        jpeg[scan + 2 + jpeg[scan + 3] - 2] = 0;
        var (_, high, _) = await RenderAsync(jpeg);

        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task Padding_before_the_end_of_a_JPEG_is_accepted()
    {
        var jpeg = TestPicture.Quadrants(700, 500).ToJpeg();

        var (_, high, _) = await RenderAsync([.. jpeg[..^2], 0, 0, 0, .. jpeg[^2..]]);

        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task A_second_picture_after_the_first_one_is_ignored()
    {
        var (rendering, high, _) = await RenderAsync([.. TestPicture.Quadrants(700, 500).ToJpeg(), .. TestImages.Jpeg(100, 100)]);

        rendering.High.Width.ShouldBe(700);
        ShouldShowQuadrants(high);
    }

    [Theory]
    [MemberData(nameof(DecodableFormats))]
    public async Task Bytes_after_the_image_are_ignored(ImageFormat format)
    {
        var (_, high, _) = await RenderAsync([.. Encode(TestPicture.Quadrants(400, 300), format), .. new byte[5000]]);

        ShouldShowQuadrants(high);
    }

    [Fact]
    public async Task A_cancelled_rendering_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var path = Write(TestImages.Jpeg());

        await Should.ThrowAsync<OperationCanceledException>(() => renderer.RenderAsync(Request(path), cancellation.Token));

        File.Exists(HighPath).ShouldBeFalse();
        File.Exists(LowPath).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_stops_the_decoding()
    {
        var path = Write(TestPicture.Noise(4000, 4000).ToPng());
        await using var workers = new WorkerRenderer();
        using var cancellation = new CancellationTokenSource();
        var rendering = workers.Renderer.RenderAsync(Request(path), cancellation.Token);
        IReadOnlyList<int> atWork = [];
        await Polling.EventuallyAsync(() =>
        {
            rendering.IsCompleted.ShouldBeFalse();
            atWork = [.. RenderWorkers.Below(workers.Folder).Where(RenderWorkers.IsAtWork)];
            return atWork.Count > 0;
        });

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => rendering);
        var worker = atWork.ShouldHaveSingleItem();
        await Polling.EventuallyAsync(() => RenderWorkers.Folder(worker) is null);
        File.Exists(HighPath).ShouldBeFalse();
        File.Exists(LowPath).ShouldBeFalse();
    }

    [Theory]
    [InlineData("missing/high", "low")]
    [InlineData("high", "missing/low")]
    public async Task A_rendition_that_cannot_be_written_is_a_logged_server_error(string high, string low)
    {
        var log = new ErrorLog<WorkerDispatcher>();
        await using var workers = new WorkerRenderer(log: log);
        var request = Request(Write(TestImages.Jpeg())) with { High = new(High, Path.Combine(folder, high)), Low = new(Low, Path.Combine(folder, low)) };

        var problem = await Should.ThrowAsync<ProblemException>(() => workers.Renderer.RenderAsync(request, default));

        problem.Problem.ShouldBe(Problems.StorageUnavailable);
        problem.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        log.Causes.ShouldHaveSingleItem().ShouldBeOfType<DirectoryNotFoundException>();
        File.Exists(HighPath).ShouldBeFalse();
        File.Exists(LowPath).ShouldBeFalse();
    }

    private string HighPath => Path.Combine(folder, "high");

    private string MediumPath => Path.Combine(folder, "medium");

    private string LowPath => Path.Combine(folder, "low");

    private RenderRequest Request(string path) => new(
        path, RenderAccounts.Admins, new(High, HighPath), new(Medium, MediumPath), new(Low, LowPath), Path.Combine(folder, "full"));

    private static byte[] Encode(TestPicture picture, ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => picture.ToJpeg(),
        ImageFormat.Png => picture.ToPng(),
        ImageFormat.WebP => picture.ToWebP(),
        ImageFormat.Avif => picture.ToAvif(),
        ImageFormat.Gif => picture.ToGif(),
        ImageFormat.Tiff => picture.ToTiff(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not written by the bundled libvips."),
    };

    private static void ShouldShowQuadrants(TestPicture picture, int tolerance = 12)
    {
        for (var quadrant = 0; quadrant < 4; quadrant++)
        {
            var x = picture.Width * ((quadrant % 2 * 2) + 1) / 4;
            var y = picture.Height * ((quadrant / 2 * 2) + 1) / 4;
            ShouldBeNear(picture[x, y], TestPicture.QuadrantColours[quadrant], tolerance);
        }
    }

    private static void ShouldBeNear(ReadOnlySpan<byte> actual, byte[] expected, int tolerance = 4)
    {
        for (var band = 0; band < expected.Length; band++)
        {
            Math.Abs(actual[band] - expected[band]).ShouldBeLessThanOrEqualTo(tolerance, $"is {string.Join(',', actual.ToArray())}, should be near {string.Join(',', expected)}");
        }
    }

    private async Task ShouldRenderWithoutMetadataAsync(byte[] file)
    {
        var (rendering, _, _) = await RenderAsync(file);
        foreach (var path in new[] { HighPath, MediumPath, LowPath, Write(rendering.Placeholder) })
        {
            TestPicture.ReadFields(path).ShouldNotContain(field => field.Contains("exif") || field.Contains("xmp") || field.Contains("iptc") || field.Contains("icc") || field.Contains("comment") || field == "orientation");
        }
    }

    private async Task ShouldBeDamagedAsync(byte[] file)
    {
        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(file));

        problem.Problem.ShouldBe(Problems.CorruptImage);
    }

    private string Write(byte[] file)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, file);
        return path;
    }

    private async Task<(RenderResult Rendering, TestPicture High, TestPicture Low)> RenderAsync(byte[] file)
    {
        var rendering = await renderer.RenderAsync(Request(Write(file)), default);
        return (rendering, TestPicture.Read(HighPath), TestPicture.Read(LowPath));
    }

    /// <summary>A set of workers shared by all tests of a class.</summary>
    public sealed class Shared : IAsyncDisposable
    {
        internal WorkerRenderer Workers { get; } = new();

        public ValueTask DisposeAsync() => Workers.DisposeAsync();
    }
}
