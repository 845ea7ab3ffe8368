using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Full-size JPEG renditions, made for close viewing.</summary>
public sealed class FineJpegTests(WorkerImageRendererTests.Shared shared) : IDisposable, IClassFixture<WorkerImageRendererTests.Shared>
{
    private static readonly Box Whole = new(65_500, 65_500);

    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-imaging-").FullName;
    private readonly WorkerImageRenderer renderer = shared.Workers.Renderer;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_JPEG_has_all_pixels_and_distinguishes_neighbouring_ones()
    {
        var stripes = TestPicture.Draw(601, 401, 3, (x, _) => x % 2 == 0 ? [200, 40, 40] : [40, 40, 200]);

        var (made, picture) = await RenderAsync(stripes.ToTiff());

        (made.Width, made.Height, made.ContentType).ShouldBe((601, 401, "image/jpeg"));
        ShouldBeNear(picture[300, 200], [200, 40, 40], tolerance: 12);
        ShouldBeNear(picture[301, 200], [40, 40, 200], tolerance: 12);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task The_JPEG_is_upright(int orientation)
    {
        // Orientation is tag 274 (0x0112), a single SHORT.
        var tiff = TestPicture.Quadrants(600, 400).StoredAs(orientation).ToTiff();
        tiff[tiff.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x12, 0x01, 3, 0, 1, 0, 0, 0]) + 8] = (byte)orientation;

        var (made, picture) = await RenderAsync(tiff);

        (made.Width, made.Height).ShouldBe((600, 400));
        ShouldBeNear(picture[150, 100], TestPicture.QuadrantColours[0]);
        ShouldBeNear(picture[450, 100], TestPicture.QuadrantColours[1]);
        ShouldBeNear(picture[150, 300], TestPicture.QuadrantColours[2]);
    }

    [Theory]
    [InlineData("rgb16")]
    [InlineData("lab")]
    [InlineData("cmyk")]
    public async Task Other_colour_spaces_become_sRGB(string space)
    {
        var (_, picture) = await RenderAsync(TestPicture.Solid(80, 60, 200, 100, 50).ToTiffOf(space));

        ShouldBeNear(picture[40, 30], [200, 100, 50], tolerance: 12);
    }

    [Fact]
    public async Task Transparency_is_flattened_onto_white()
    {
        var colour = TestPicture.Solid(300, 40, 200, 0, 0).WithBand((x, _) => x < 100 ? (byte)0 : x < 200 ? (byte)128 : byte.MaxValue);

        var (made, picture) = await RenderAsync(colour.ToTiff());

        made.ContentType.ShouldBe("image/jpeg");
        ShouldBeNear(picture[50, 20], [255, 255, 255]);
        ShouldBeNear(picture[150, 20], [227, 127, 127]);
        ShouldBeNear(picture[250, 20], [200, 0, 0]);
    }

    [Fact]
    public async Task The_JPEG_has_no_metadata()
    {
        await RenderAsync(new TiffFixture { HasGps = true, Xmp = "<x:xmpmeta/>"u8.ToArray(), Further = [(271, 2, [.. "Canon\0"u8])] }.ToBytes());

        TestPicture.ReadFields(Target).ShouldNotContain(field =>
            field.Contains("exif", StringComparison.Ordinal) || field.Contains("xmp", StringComparison.Ordinal) || field.Contains("icc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_of_the_maximum_upload_size_fits_the_default_memory()
    {
        // With the 8 bytes a pixel that uploads need, the 100,000,000 pixels would exceed the memory limit.
        var (made, _) = await RenderAsync(TestPicture.Solid(12_500, 8_000, 90).ToTiff());

        (made.Width, made.Height).ShouldBe((12_500, 8_000));
    }

    [Fact]
    public async Task A_file_with_truncated_pixels_is_reported_as_damaged()
    {
        var tiff = TestPicture.Noise(200, 200).ToTiff("none");

        // Tag 273 (0x0111), the offset of the pixels, points far beyond the end of the file.
        var offsets = tiff.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x11, 0x01, 4, 0]);
        tiff.AsSpan(offsets + 8, 4).Fill(0x7F);

        var problem = await Should.ThrowAsync<ProblemException>(() => RenderAsync(tiff));

        problem.Problem.ShouldBe(Problems.CorruptImage);
    }

    private string Target => Path.Combine(folder, "fine");

    private async Task<(RenderedFile Made, TestPicture Picture)> RenderAsync(byte[] file)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(path, file);
        var made = await renderer.RenderOneAsync(new RenderOneRequest(path, Guid.Empty, Whole, Target) { IsFineJpeg = true }, default);
        made.Bytes.ShouldBe(new FileInfo(Target).Length);
        return (made, TestPicture.Read(Target));
    }

    private static void ShouldBeNear(ReadOnlySpan<byte> actual, byte[] expected, int tolerance = 4)
    {
        for (var band = 0; band < expected.Length; band++)
        {
            Math.Abs(actual[band] - expected[band]).ShouldBeLessThanOrEqualTo(tolerance, $"is {string.Join(',', actual.ToArray())}, should be near {string.Join(',', expected)}");
        }
    }
}
