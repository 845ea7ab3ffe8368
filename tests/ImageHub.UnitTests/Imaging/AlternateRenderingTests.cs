using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Renditions in AVIF and WebP, and large renditions, made by render workers.</summary>
public sealed class AlternateRenderingTests(WorkerImageRendererTests.Shared shared) : IDisposable, IClassFixture<WorkerImageRendererTests.Shared>
{
    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-alternates-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task Each_alternate_is_upright_has_exactly_the_size_of_the_rendition_and_no_metadata(int orientation)
    {
        var source = Write(TestImages.WithExif(TestPicture.Quadrants(2001, 1333).StoredAs(orientation).ToJpeg(profile: "p3"), TestImages.ExifWithOrientation(orientation)));
        var rendering = await shared.Workers.Renderer.RenderAsync(
            new(source, RenderAccounts.Admins, new(new(1400, 1050), PathOf("high")), new(new(720, 540), PathOf("medium")), new(new(360, 230), PathOf("low")), PathOf("full")),
            CancellationToken.None);
        var made = await RenderAsync(source, BoxOf(rendering.High), BoxOf(rendering.Medium), BoxOf(rendering.Low));

        made.Keys.ShouldBe(ImageVariant.Alternates.Where(variant => variant.Rendition != ImageVariant.Large), ignoreOrder: true);
        foreach (var (variant, file) in made)
        {
            var path = PathOf(variant.Name);
            (file.Bytes, file.Crc32).ShouldBe((new FileInfo(path).Length, TestImages.Crc32(File.ReadAllBytes(path))));
            (FileFormat.Detect(FileFormat.All, path)?.Format).ShouldBe(variant.Format);
            var rendition = variant.Rendition == ImageVariant.High ? rendering.High : variant.Rendition == ImageVariant.Medium ? rendering.Medium : rendering.Low;
            var (picture, itself) = (TestPicture.Read(path), TestPicture.Read(PathOf(variant.Rendition!.Name)));
            (picture.Width, picture.Height, picture.Bands).ShouldBe((rendition.Width, rendition.Height, 3));
            foreach (var (x, y) in (ValueTuple<int, int>[])[(1, 1), (3, 1), (1, 3), (3, 3)])
            {
                var (at, expected) = (picture[picture.Width * x / 4, picture.Height * y / 4].ToArray(), itself[picture.Width * x / 4, picture.Height * y / 4].ToArray());
                at.Zip(expected, (one, other) => Math.Abs(one - other)).ShouldAllBe(difference => difference <= 6);
            }

            TestPicture.ReadFields(path).ShouldNotContain(field => field.Contains("exif") || field.Contains("xmp") || field.Contains("iptc") || field.Contains("icc") || field == "orientation");
        }
    }

    [Fact]
    public async Task An_alternate_of_a_rendition_made_for_another_box_has_its_size()
    {
        var made = await RenderAsync(Write(TestImages.Png(1600, 1200)), new(1000, 750), new(500, 375), new(101, 75));

        foreach (var (rendition, width, height) in (ValueTuple<ImageVariant, int, int>[])[(ImageVariant.High, 1000, 750), (ImageVariant.Medium, 500, 375), (ImageVariant.Low, 101, 75)])
        {
            foreach (var variant in made.Keys.Where(variant => variant.Rendition == rendition))
            {
                var picture = TestPicture.Read(PathOf(variant.Name));
                (picture.Width, picture.Height).ShouldBe((width, height));
            }
        }
    }

    [Fact]
    public async Task An_image_with_alpha_gets_an_AVIF_with_alpha_and_no_WebP()
    {
        var made = await RenderAsync(Write(TestImages.TransparentPng()), new(640, 480), new(640, 480), new(307, 230));

        made.Keys.Select(variant => variant.Name).ShouldBe(["low-avif", "medium-avif", "high-avif"], ignoreOrder: true);
        made.Keys.ShouldAllBe(variant => TestPicture.Read(PathOf(variant.Name)).Bands == 4);
        File.Exists(PathOf("low-webp")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(AlternateFormats.WebP, ImageFormat.WebP)]
    [InlineData(AlternateFormats.Avif, ImageFormat.Avif)]
    public async Task Only_the_requested_formats_are_rendered(AlternateFormats formats, ImageFormat expected)
    {
        var made = await RenderAsync(Write(TestImages.Jpeg()), new(640, 480), new(640, 480), new(307, 230), formats);

        made.Keys.Select(variant => variant.Format).ShouldBe([expected, expected, expected]);
    }

    [Theory]
    [InlineData(3000, 2000, 2880, 1920)]
    [InlineData(2000, 3000, 1920, 2880)]
    [InlineData(2000, 1500, 2000, 1500)]
    public async Task The_large_rendition_fits_its_box_in_each_format_and_is_never_enlarged(int width, int height, int largeWidth, int largeHeight)
    {
        var source = Write(TestPicture.Quadrants(width, height).ToJpeg());

        var made = await shared.Workers.Renderer.RenderLargeAsync(
            new(source, RenderAccounts.Background, new(new(2880, 2880), PathOf("large")), AlternateFormats.Both, Paths()), CancellationToken.None);

        made.Alternates.Keys.Select(variant => variant.Name).ShouldBe(["large-avif", "large-webp"], ignoreOrder: true);
        (made.Large.Width, made.Large.Height, made.Large.ContentType, made.Large.Bytes).ShouldBe((largeWidth, largeHeight, "image/jpeg", new FileInfo(PathOf("large")).Length));
        foreach (var name in made.Alternates.Keys.Select(variant => variant.Name).Append("large"))
        {
            var picture = TestPicture.Read(PathOf(name));
            (picture.Width, picture.Height).ShouldBe((largeWidth, largeHeight));
        }
    }

    [Fact]
    public async Task The_least_compressible_image_stays_within_the_estimated_memory()
    {
        var made = await RenderAsync(Write(TestPicture.Noise(2800, 2100).ToJpeg()), new(1400, 1050), new(720, 540), new(307, 230));

        made.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_rendering_that_needs_more_than_the_available_memory_is_refused_before_decoding()
    {
        await using var workers = new WorkerRenderer(options => options.MemoryBudgetBytes = 256L << 20);
        var source = Write(TestImages.Jpeg(3000, 2000));
        await workers.Renderer.RenderOneAsync(new RenderOneRequest(source, RenderAccounts.Admins, new(3000, 2000), PathOf("one")), CancellationToken.None);

        var problem = await Should.ThrowAsync<ProblemException>(() => workers.Renderer.RenderAlternatesAsync(
            new(source, RenderAccounts.Background, new(3000, 2000), new(720, 480), new(345, 230), AlternateFormats.Both, Paths()), CancellationToken.None));

        problem.Problem.ShouldBe(Problems.TooComplex);
        Directory.EnumerateFiles(folder, "*-avif").ShouldBeEmpty();
    }

    private static Box BoxOf(RenderedFile file) => new(file.Width, file.Height);

    private Dictionary<ImageVariant, string> Paths() => ImageVariant.Alternates.ToDictionary(variant => variant, variant => PathOf(variant.Name));

    private Task<IReadOnlyDictionary<ImageVariant, WrittenFile>> RenderAsync(string source, Box high, Box medium, Box low, AlternateFormats formats = AlternateFormats.Both) =>
        shared.Workers.Renderer.RenderAlternatesAsync(new(source, RenderAccounts.Background, high, medium, low, formats, Paths()), CancellationToken.None);

    private string PathOf(string name) => Path.Combine(folder, name);

    private string Write(byte[] file)
    {
        var path = PathOf(Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, file);
        return path;
    }
}
