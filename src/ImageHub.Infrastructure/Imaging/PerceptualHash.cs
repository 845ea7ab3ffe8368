using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// A hash of what a picture looks like: 64 bits, of which the same picture in another size, format or quality has nearly all. Each bit says whether one of the
/// lowest frequencies of its grey values is stronger than half of them (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010,
/// section 3.2.1).
/// </summary>
internal static class PerceptualHash
{
    private const int Side = 32;
    private const int Bits = 64;

    // The lowest first, diagonal by diagonal, without the mean, which says only how bright the picture is. Other than there, waves that run straight across or
    // down are among them: a horizon is one.
    private static readonly (int X, int Y)[] Frequencies =
        [.. Enumerable.Range(0, Side * Side).Select(number => (X: number % Side, Y: number / Side)).OrderBy(wave => wave.X + wave.Y).ThenBy(wave => wave.X).Skip(1).Take(Bits)];

    private static readonly double[,] Cosines = ComputeCosines();

    /// <summary>The hash of a picture in sRGB; what is transparent counts as white.</summary>
    /// <exception cref="VipsException">Memory is short.</exception>
    internal static ulong Compute(VipsImage image)
    {
        using var opaque = Pipeline.Flatten(image);
        using var small = opaque.ThumbnailImage(Side, height: Side, size: Enums.Size.Force);

        // Grey only now: libvips goes by linear light for it, which takes a multiple of the time for all pixels.
        using var grey = small.Colourspace(Enums.Interpretation.Bw);
        return Compute(grey.WriteToMemory<byte>());
    }

    /// <summary>The hash of 32 × 32 grey values, row after row.</summary>
    internal static ulong Compute(ReadOnlySpan<byte> grey)
    {
        Span<double> strengths = stackalloc double[Bits];
        for (var bit = 0; bit < Bits; bit++)
        {
            strengths[bit] = Strength(grey, Frequencies[bit].X, Frequencies[bit].Y);
        }

        Span<double> sorted = stackalloc double[Bits];
        strengths.CopyTo(sorted);
        sorted.Sort();
        var median = (sorted[(Bits / 2) - 1] + sorted[Bits / 2]) / 2;
        var hash = 0UL;
        for (var bit = 0; bit < Bits; bit++)
        {
            hash |= strengths[bit] > median ? 1UL << bit : 0;
        }

        return hash;
    }

    /// <summary>One coefficient of the discrete cosine transform (type II).</summary>
    private static double Strength(ReadOnlySpan<byte> grey, int horizontal, int vertical)
    {
        var sum = 0.0;
        for (var y = 0; y < Side; y++)
        {
            var row = 0.0;
            for (var x = 0; x < Side; x++)
            {
                row += grey[(y * Side) + x] * Cosines[horizontal, x];
            }

            sum += row * Cosines[vertical, y];
        }

        return sum;
    }

    private static double[,] ComputeCosines()
    {
        var cosines = new double[Side, Side];
        for (var wave = 0; wave < Side; wave++)
        {
            for (var at = 0; at < Side; at++)
            {
                cosines[wave, at] = Math.Cos(Math.PI * wave * ((2 * at) + 1) / (2 * Side));
            }
        }

        return cosines;
    }
}
