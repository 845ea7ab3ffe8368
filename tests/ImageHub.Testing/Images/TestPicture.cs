using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Testing.Images;

/// <summary>The pixels of a picture, drawn by a test or read from a file.</summary>
public sealed record TestPicture(int Width, int Height, int Bands, byte[] Samples)
{
    /// <summary>The colours of the quadrants, in reading order.</summary>
    public static readonly IReadOnlyList<byte[]> QuadrantColours = [[230, 30, 30], [30, 200, 30], [30, 30, 230], [230, 220, 30]];

    /// <summary>The samples of a pixel.</summary>
    public ReadOnlySpan<byte> this[int x, int y] => Samples.AsSpan(((y * Width) + x) * Bands, Bands);

    /// <summary>A picture of one colour, with one band for each sample of the colour.</summary>
    public static TestPicture Solid(int width, int height, params byte[] colour) => Draw(width, height, colour.Length, (_, _) => colour);

    /// <summary>A smooth gradient, different for each seed.</summary>
    public static TestPicture Gradient(int width, int height, int seed = 0)
    {
        var random = new Random(seed);
        var (from, to) = (new byte[3], new byte[3]);
        random.NextBytes(from);
        random.NextBytes(to);
        var samples = new byte[width * height * 3];
        for (int y = 0, at = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var t = ((double)x / width / 2) + ((double)y / height / 2);
                for (var band = 0; band < 3; band++)
                {
                    samples[at++] = (byte)(from[band] + ((to[band] - from[band]) * t));
                }
            }
        }

        return new TestPicture(width, height, 3, samples);
    }

    /// <summary>Noise, which barely compresses, different for each seed.</summary>
    public static TestPicture Noise(int width, int height, int seed = 0, int bands = 3)
    {
        var samples = new byte[width * height * bands];
        new Random(seed).NextBytes(samples);
        return new TestPicture(width, height, bands, samples);
    }

    /// <summary>Four quadrants of different colours, which reveal the orientation.</summary>
    public static TestPicture Quadrants(int width, int height) =>
        Draw(width, height, 3, (x, y) => QuadrantColours[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)]);

    /// <summary>Draws a picture with a function of the position.</summary>
    public static TestPicture Draw(int width, int height, int bands, Func<int, int, byte[]> colour)
    {
        var samples = new byte[width * height * bands];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                colour(x, y).CopyTo(samples, ((y * width) + x) * bands);
            }
        }

        return new TestPicture(width, height, bands, samples);
    }

    /// <summary>Decodes a file as stored, without applying its orientation or colour profile.</summary>
    public static TestPicture Read(string path)
    {
        using var image = VipsImage.NewFromFile(path, access: Enums.Access.Sequential);
        return new TestPicture(image.Width, image.Height, image.Bands, image.WriteToMemory<byte>());
    }

    /// <summary>Decodes a file's bytes as stored.</summary>
    public static TestPicture Read(byte[] file)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            return Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Lists the names of a file's header fields, including metadata blocks.</summary>
    public static IReadOnlyList<string> ReadFields(string path)
    {
        using var image = VipsImage.NewFromFile(path);
        return image.GetFields();
    }

    /// <summary>Returns the pixels to store in a file with the given EXIF orientation. A viewer that applies the orientation shows this picture.</summary>
    public TestPicture StoredAs(int orientation)
    {
        var (width, height) = orientation >= 5 ? (Height, Width) : (Width, Height);
        return Draw(width, height, Bands, (x, y) =>
        {
            var (sourceX, sourceY) = orientation switch
            {
                1 => (x, y),
                2 => (Width - 1 - x, y),
                3 => (Width - 1 - x, Height - 1 - y),
                4 => (x, Height - 1 - y),
                5 => (y, x),
                6 => (Width - 1 - y, x),
                7 => (Width - 1 - y, Height - 1 - x),
                8 => (y, Height - 1 - x),
                _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "EXIF knows 1 to 8."),
            };
            return this[sourceX, sourceY].ToArray();
        });
    }

    /// <summary>Adds a band, such as alpha.</summary>
    public TestPicture WithBand(Func<int, int, byte> sample) => Draw(Width, Height, Bands + 1, (x, y) => [.. this[x, y], sample(x, y)]);

    /// <param name="quality">The quality, 1 to 100.</param>
    /// <param name="progressive">Whether to write several scans.</param>
    /// <param name="profile">The name of a libvips colour profile to embed.</param>
    /// <param name="restartInterval">The number of minimum coded units between restart markers; 0 for none.</param>
    /// <param name="subsampled">Whether to halve the colour resolution, as cameras do.</param>
    public byte[] ToJpeg(int quality = 90, bool progressive = false, string? profile = null, int restartInterval = 0, bool subsampled = false) => Save(image => image.JpegsaveBuffer(
        q: quality,
        interlace: progressive,
        subsampleMode: subsampled ? Enums.ForeignSubsample.On : Enums.ForeignSubsample.Off,
        restartInterval: restartInterval > 0 ? restartInterval : null,
        profile: profile));

    /// <summary>Writes the four bands as inks (0 is no ink), optionally with libvips' CMYK profile.</summary>
    public byte[] ToCmykJpeg(bool withProfile = false) =>
        Save(image => image.JpegsaveBuffer(q: 95, profile: withProfile ? "cmyk" : null), Enums.Interpretation.Cmyk);

    public byte[] ToPng(bool palette = false, bool interlaced = false, string? profile = null) =>
        Save(image => image.PngsaveBuffer(palette: palette, interlace: interlaced, profile: profile));

    public byte[] ToPng16() => Save(image =>
    {
        using var wide = image.Cast(Enums.BandFormat.Ushort, shift: true);
        using var tagged = wide.Copy(interpretation: Bands < 3 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);
        return tagged.PngsaveBuffer();
    });

    public byte[] ToWebP(bool lossless = false) => Save(image => image.WebpsaveBuffer(lossless: lossless));

    /// <param name="isBare">Whether to leave out the EXIF block that libvips writes.</param>
    /// <param name="bits">The bits of a sample: 8, 10 or 12.</param>
    public byte[] ToAvif(bool isBare = false, int bits = 8) => Save(image =>
        image.HeifsaveBuffer(q: 80, bitdepth: bits, compression: Enums.ForeignHeifCompression.Av1, effort: 0, keep: isBare ? Enums.ForeignKeep.None : null));

    public byte[] ToGif() => Save(image => image.GifsaveBuffer());

    public byte[] ToTiff(string compression = "lzw") =>
        Save(image => image.TiffsaveBuffer(compression: Enum.Parse<Enums.ForeignTiffCompression>(compression, ignoreCase: true)));

    /// <summary>Writes a TIFF with ever smaller copies after the main picture.</summary>
    public byte[] ToPyramidTiff() => Save(image => image.TiffsaveBuffer(tile: true, pyramid: true, compression: Enums.ForeignTiffCompression.Deflate));

    /// <param name="space">The libvips name of the samples' colour space: <c>lab</c>, <c>scrgb</c> (floating point), <c>rgb16</c>, <c>cmyk</c>.</param>
    public byte[] ToTiffOf(string space) => Save(
        image =>
        {
            using var converted = image.Colourspace(Enum.Parse<Enums.Interpretation>(space, ignoreCase: true));
            return converted.TiffsaveBuffer();
        },
        Enums.Interpretation.Srgb);

    /// <summary>Writes the frames of an animation or the pages of a document.</summary>
    /// <param name="pages">Pictures of the same size.</param>
    /// <param name="saver">The libvips operation that writes them.</param>
    public static byte[] ToPages(IReadOnlyList<TestPicture> pages, string saver)
    {
        var all = new TestPicture(pages[0].Width, pages.Sum(page => page.Height), pages[0].Bands, [.. pages.SelectMany(page => page.Samples)]);
        return all.Save(image => (byte[])Operation.Call(saver, new VOption { { "page_height", pages[0].Height } }, image));
    }

    private byte[] Save(Func<VipsImage, byte[]> write, Enums.Interpretation? interpretation = null)
    {
        using var image = VipsImage.NewFromMemory(Samples, Width, Height, Bands, Enums.BandFormat.Uchar);
        using var tagged = image.Copy(interpretation: interpretation ?? (Bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb));
        return write(tagged);
    }
}
