using System.Diagnostics;
using System.Globalization;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Testing.Images;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Benchmarks;

/// <summary>
/// Prints the size, the similarity to the unencoded pixels and the encoding time of each rendition, for each encoder setting. The settings that ImageHub
/// uses were chosen from this table.
/// </summary>
internal static class Alternates
{
    private static readonly (string Name, Box Box)[] Renditions = [("large", new(2880, 2880)), ("high", new(1400, 1050)), ("medium", new(720, 540)), ("low", new(360, 230))];

    private static readonly Encoder[] Encoders =
    [
        new("JPEG 80, as served", SaveJpeg, 80, Effort: 0),
        new("WebP 80, effort 4", SaveWebP, 80, 4),
        new("WebP 84, effort 4", SaveWebP, 84, 4),
        new("AVIF 58, effort 2", SaveAvif, 58, 2),
        new("AVIF 62, effort 1", SaveAvif, 62, 1),
        new("AVIF 62, effort 2", SaveAvif, 62, 2),
        new("AVIF 62, effort 3", SaveAvif, 62, 3),
        new("AVIF 66, effort 2", SaveAvif, 66, 2),
        new("AVIF 70, effort 2", SaveAvif, 70, 2),
    ];

    public static async Task MeasureAsync()
    {
        using var photos = await Photos.MakeAsync();
        LibVips.Load(NativeImaging.Setting, AppContext.BaseDirectory);
        Console.WriteLine("| rendition | format | bytes | share of the JPEG's bytes | mean SSIM | lowest SSIM | ms |\n|---|---|---|---|---|---|---|");
        foreach (var (name, box) in Renditions)
        {
            var sizes = photos.Small.Select(path => Shrink(path, box)).ToList();
            double? ofJpeg = null;
            foreach (var encoder in Encoders)
            {
                var results = sizes.ConvertAll(encoder.Measure);
                var bytes = results.Average(result => result.Bytes);
                ofJpeg ??= bytes;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {encoder.Name} | {bytes:n0} | {bytes / ofJpeg:f2} | {results.Average(result => result.Ssim):f4} | {results.Min(result => result.Ssim):f4} | {results.Average(result => result.Milliseconds):f0} |"));
            }
        }
    }

    private static TestPicture Shrink(string path, Box box)
    {
        using var image = VipsImage.Thumbnail(path, box.Width, height: box.Height, size: Enums.Size.Down);
        return new TestPicture(image.Width, image.Height, image.Bands, image.WriteToMemory<byte>());
    }

    private static byte[] SaveJpeg(VipsImage image, int quality, int effort) => image.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None);

    private static byte[] SaveWebP(VipsImage image, int quality, int effort) => image.WebpsaveBuffer(q: quality, effort: effort, keep: Enums.ForeignKeep.None);

    private static byte[] SaveAvif(VipsImage image, int quality, int effort) =>
        image.HeifsaveBuffer(q: quality, compression: Enums.ForeignHeifCompression.Av1, effort: effort, keep: Enums.ForeignKeep.None);

    /// <summary>A format and its encoder settings.</summary>
    private sealed record Encoder(string Name, Func<VipsImage, int, int, byte[]> Save, int Quality, int Effort)
    {
        internal (double Bytes, double Ssim, double Milliseconds) Measure(TestPicture picture)
        {
            using var flat = VipsImage.NewFromMemory(picture.Samples, picture.Width, picture.Height, picture.Bands, Enums.BandFormat.Uchar);
            using var image = flat.Copy(interpretation: Enums.Interpretation.Srgb);
            var began = Stopwatch.GetTimestamp();
            var file = Save(image, Quality, Effort);
            var elapsed = Stopwatch.GetElapsedTime(began);
            return (file.Length, Ssim(ToLuma(picture), ToLuma(TestPicture.Read(file)), picture.Width, picture.Height), elapsed.TotalMilliseconds);
        }
    }

    private static double[] ToLuma(TestPicture picture)
    {
        var luma = new double[picture.Width * picture.Height];
        for (var pixel = 0; pixel < luma.Length; pixel++)
        {
            var at = pixel * picture.Bands;
            luma[pixel] = (0.299 * picture.Samples[at]) + (0.587 * picture.Samples[at + 1]) + (0.114 * picture.Samples[at + 2]);
        }

        return luma;
    }

    /// <summary>The mean structural similarity (Wang and others, 2004) of windows of 8 × 8 pixels, four apart.</summary>
    private static double Ssim(double[] first, double[] second, int width, int height)
    {
        const int side = 8;
        const double c1 = 0.01 * 255 * 0.01 * 255;
        const double c2 = 0.03 * 255 * 0.03 * 255;
        var (sum, windows) = (0.0, 0);
        for (var top = 0; top + side <= height; top += side / 2)
        {
            for (var left = 0; left + side <= width; left += side / 2)
            {
                double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
                for (var y = top; y < top + side; y++)
                {
                    for (var at = (y * width) + left; at < (y * width) + left + side; at++)
                    {
                        var (one, other) = (first[at], second[at]);
                        a += one;
                        b += other;
                        aa += one * one;
                        bb += other * other;
                        ab += one * other;
                    }
                }

                const int pixels = side * side;
                var (meanA, meanB) = (a / pixels, b / pixels);
                var (varianceA, varianceB, covariance) = ((aa / pixels) - (meanA * meanA), (bb / pixels) - (meanB * meanB), (ab / pixels) - (meanA * meanB));
                sum += ((2 * meanA * meanB) + c1) * ((2 * covariance) + c2) / (((meanA * meanA) + (meanB * meanB) + c1) * (varianceA + varianceB + c2));
                windows++;
            }
        }

        return sum / windows;
    }
}
