using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// A 64-bit perceptual hash; versions of a picture in another size, format or quality differ in few bits. Each bit belongs to one of the lowest frequencies of
/// the grey values, and states whether the frequency's strength is above the median strength (Zauner, "Implementation and Benchmarking of Perceptual Image Hash
/// Functions", 2010, section 3.2.1).
/// </summary>
internal static class PerceptualHash
{
    private const int Side = 32;
    private const int Bits = 64;

    // The frequencies, lowest first, by diagonals. The mean is omitted, because it is only the brightness. Unlike in the paper, purely horizontal and vertical
    // frequencies are included, because edges such as a horizon have these frequencies.
    private static readonly (int X, int Y)[] Frequencies =
        [.. Enumerable.Range(0, Side * Side).Select(number => (X: number % Side, Y: number / Side)).OrderBy(wave => wave.X + wave.Y).ThenBy(wave => wave.X).Skip(1).Take(Bits)];

    private static readonly double[,] Cosines = ComputeCosines();

    /// <summary>Computes the hash of a picture in sRGB. Transparent pixels are blended onto white.</summary>
    /// <exception cref="VipsException">Out of memory.</exception>
    internal static ulong Compute(VipsImage image)
    {
        using var opaque = Pipeline.Flatten(image);
        using var small = opaque.ThumbnailImage(Side, height: Side, size: Enums.Size.Force);

        // Converts colours after shrinking, because libvips converts through linear light, which is slow for large pictures.
        using var grey = small.Colourspace(Enums.Interpretation.Bw);
        return Compute(grey.WriteToMemory<byte>());
    }

    /// <summary>Computes the hash of 32 × 32 grey values in row order.</summary>
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
