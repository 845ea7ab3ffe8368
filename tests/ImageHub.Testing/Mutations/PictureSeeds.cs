using ImageHub.Testing.Images;

namespace ImageHub.Testing.Mutations;

/// <summary>Small pictures of all formats and their features, to be damaged.</summary>
public static class PictureSeeds
{
    /// <summary>The pictures, different for each seed.</summary>
    public static IReadOnlyList<(string Name, byte[] File)> Make(int seed = 0)
    {
        var soft = TestPicture.Gradient(120, 90, seed);
        var noise = TestPicture.Noise(60, 40, seed);
        var clear = soft.WithBand((x, y) => (byte)(x + y));
        TestPicture[] pages = [soft, TestPicture.Gradient(120, 90, seed + 1), TestPicture.Gradient(120, 90, seed + 2)];
        var exif = MetadataFixtures.PlainExif().ToBytes();
        return
        [
            ("baseline.jpg", TestImages.WithExif(soft.ToJpeg(profile: "p3"), exif)),
            ("progressive.jpg", noise.ToJpeg(progressive: true)),
            ("restarts.jpg", soft.ToJpeg(restartInterval: 4)),
            ("cmyk.jpg", clear.ToCmykJpeg(withProfile: true)),
            ("plain.png", TestImages.WithChunk(noise.ToPng(profile: "p3"), "eXIf", exif)),
            ("interlaced.png", clear.ToPng(interlaced: true)),
            ("palette.png", soft.ToPng(palette: true)),
            ("deep.png", TestImages.WithChunk(soft.ToPng16(), "zTXt", [(byte)'a', 0, 0, 0x78, 0x9C, 3, 0, 0, 0, 0, 1])),
            ("lossy.webp", clear.ToWebP()),
            ("lossless.webp", noise.ToWebP(lossless: true)),
            ("film.webp", TestPicture.ToPages(pages, "webpsave_buffer")),
            ("soft.avif", soft.ToAvif()),
            ("clear.avif", clear.ToAvif()),
            ("deep.avif", soft.ToAvif(bits: 12)),
            ("grid.heic", new HeicFixture { QuarterTurns = 1, Exif = exif, Auxiliary = "urn:mpeg:hevc:2015:auxid:2" }.ToFile()),
            ("deep.heic", new HeicFixture { IsDeep = true }.ToFile()),
            ("still.gif", soft.ToGif()),
            ("film.gif", TestPicture.ToPages(pages, "gifsave_buffer")),
            ("lzw.tif", soft.ToTiff()),
            ("deflate.tif", noise.ToTiff("deflate")),
            ("jpeg.tif", soft.ToTiff("jpeg")),
            ("pages.tif", TestPicture.ToPages(pages, "tiffsave_buffer")),
            ("tiles.tif", soft.ToPyramidTiff()),
            ("lab.tif", soft.ToTiffOf("lab")),
        ];
    }
}
