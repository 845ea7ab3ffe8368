using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

/// <summary>The parts of a file's structure that determine the memory for decoding it.</summary>
public sealed class FileShapeTests
{
    [Theory]
    [InlineData(3, 8, 3)]
    [InlineData(3, 12, 6)]
    [InlineData(4, 8, 4)]
    [InlineData(4, 10, 8)]
    [InlineData(4, 12, 8)]
    public void An_AVIFs_bit_depth_is_read_from_its_configuration_and_its_alpha_from_its_auxiliary_images(int bands, int bits, int sampleBytes)
    {
        var avif = TestPicture.Noise(64, 64, bands: bands).ToAvif(bits: bits);
        var folder = TemporaryFolders.Create();
        try
        {
            var path = Path.Combine(folder, "photo.avif");
            File.WriteAllBytes(path, avif);
            FileFormat.Find(ImageFormat.Avif).ReadShape(path).SampleBytes.ShouldBe(sampleBytes);

            // Without the property pixi, the depth is read from the decoder configuration.
            for (var at = avif.AsSpan().IndexOf("pixi"u8); at >= 0; at = avif.AsSpan().IndexOf("pixi"u8))
            {
                "free"u8.CopyTo(avif.AsSpan(at));
            }

            File.WriteAllBytes(path, avif);
            FileFormat.Find(ImageFormat.Avif).ReadShape(path).SampleBytes.ShouldBe(sampleBytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 4)]
    [InlineData(255, 4)]
    public void A_JPEG_needs_memory_for_three_or_four_components(byte components, int bytes)
    {
        var jpeg = TestPicture.Gradient(64, 64).ToJpeg(progressive: true);
        jpeg[jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xC2]) + 9] = components;
        var folder = TemporaryFolders.Create();
        try
        {
            var path = Path.Combine(folder, "photo.jpg");
            File.WriteAllBytes(path, jpeg);
            var format = FileFormat.Find(ImageFormat.Jpeg);

            var shape = format.ReadShape(path);

            shape.SampleBytes.ShouldBe(bytes);
            format.EstimateDecoding(10_000, 6_000, shape).ShouldBeGreaterThan(10_000L * 6_000 * bytes * 2 - 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(3, false, true)]
    [InlineData(1, true, true)]
    public void A_JPEG_with_several_scans_is_held_in_memory_as_a_whole(int scans, bool progressive, bool isWhole)
    {
        var jpeg = TestPicture.Gradient(64, 64).ToJpeg(progressive: progressive);
        var scan = jpeg.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA]);
        var folder = TemporaryFolders.Create();
        try
        {
            var path = Path.Combine(folder, "photo.jpg");
            File.WriteAllBytes(path, [.. jpeg[..scan], .. Enumerable.Repeat(jpeg[scan..^2], scans).SelectMany(bytes => bytes), 0xFF, 0xD9]);

            FileFormat.Find(ImageFormat.Jpeg).ReadShape(path).IsWhole.ShouldBe(isWhole);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
