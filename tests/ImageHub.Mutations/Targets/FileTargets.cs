using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;
using ImageHub.Testing.Mutations;

namespace ImageHub.Mutations.Targets;

/// <summary>
/// The parsers of image files: detection, structure, and the walkers that clean metadata. A cleaned copy must have no location. It must consist of ranges of
/// the file in their order, and new bytes between them.
/// </summary>
internal static class FileTargets
{
    private const int MaxSeedLength = 32 * 1024;

    public static IEnumerable<Target> Create(Scratch scratch)
    {
        var pictures = PictureSeeds.Make();
        foreach (var format in Enum.GetValues<ImageFormat>())
        {
            yield return new Target(format.Name(), file => Parse(scratch.Path, file), Problems.CorruptImage, Problems.TooComplex)
            {
                Seeds =
                [
                    .. LocationSamples.All.Values.Where(sample => sample.Format == format).Select(sample => sample.File),
                    .. pictures.Where(picture => format.Extensions().Contains(Path.GetExtension(picture.Name)[1..], StringComparer.Ordinal) && picture.File.Length <= MaxSeedLength).Select(picture => picture.File),
                    .. FurtherSeeds(format),
                ],
                Tokens = Tokens(format),
            };
        }
    }

    private static IEnumerable<byte[]> FurtherSeeds(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg =>
        [
            MetadataFixtures.UltraHdr(MetadataFixtures.Bare(TestImages.Jpeg(32, 24)), MetadataFixtures.Bare(TestImages.Jpeg(16, 12))),
            CaptionFixtures.With(
                MetadataFixtures.Bare(TestImages.Jpeg(16, 16)), MetadataFixtures.RightsXmp, CaptionFixtures.Datasets((5, "Harbour"), (80, "Ada")), new byte[16], MetadataFixtures.FullExif(6)),
            MetadataFixtures.Embed(format, MetadataFixtures.ExposedExif()),
        ],
        ImageFormat.Png => [MetadataFixtures.WithXmpText(TestImages.Png(16, 16), MetadataFixtures.RightsXmp, isCompressed: true), MetadataFixtures.Embed(format, MetadataFixtures.FullExif(3))],
        ImageFormat.WebP => [MetadataFixtures.Embed(format, MetadataFixtures.FullExif(8))],
        ImageFormat.Gif => [MetadataFixtures.WithXmpExtension(TestImages.Gif(16, 16), MetadataFixtures.RightsXmp)],
        ImageFormat.Tiff =>
        [
            new TiffFixture { Pages = 3, IsBig = true, Xmp = MetadataFixtures.RightsXmp, HasGps = true, Iptc = CaptionFixtures.Datasets((5, "Harbour")) }.ToBytes(),
            new TiffFixture { JpegStrip = MetadataFixtures.Bare(TestPicture.Noise(16, 16, bands: 1).ToJpeg()), IsLittleEndian = false }.ToBytes(),
        ],
        ImageFormat.Avif =>
        [
            IsoFixture.WithItems(TestImages.Avif(16, 16), ("Exif", "", [0, 0, 0, 0, .. MetadataFixtures.FullExif().ToBytes()]), ("mime", "application/rdf+xml", MetadataFixtures.RightsXmp)),
            [
                .. TestImages.Avif(16, 16),
                .. IsoFixture.Box("moov", IsoFixture.Box("trak", IsoFixture.Box("mdia",
                [
                    .. IsoFixture.Box("hdlr", [0, 0, 0, 0, 0, 0, 0, 0, .. "pict"u8, .. new byte[13]]),
                    .. IsoFixture.Box("minf", IsoFixture.Box("stbl",
                    [
                        .. IsoFixture.Box("stco", [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 64, 0, 0, 0, 96]),
                        .. IsoFixture.Box("stsc", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1]),
                        .. IsoFixture.Box("stsz", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7]),
                    ])),
                ]))),
            ],
        ],
        _ => [],
    };

    private static IReadOnlyList<byte[]> Tokens(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg =>
        [
            [0xFF, 0xD8], [0xFF, 0xD9], [0xFF, 0xDA], [0xFF, 0xC2], [0xFF, 0xE1], [0xFF, 0xE2], [0xFF, 0xED], [0xFF, 0xFE], [0xFF, 0xD0], [0xFF, 0xDD, 0, 4, 0, 1], [.. "Exif\0\0"u8], [.. "JFIF\0"u8],
            [.. "http://ns.adobe.com/xap/1.0/\0"u8], [.. "Photoshop 3.0\08BIM"u8], [.. "MPF\0"u8], [.. "ICC_PROFILE\0"u8], [.. "urn:iso:std:iso:ts:21496:-1\0"u8],
        ],
        ImageFormat.Png => Words("IHDR PLTE IDAT IEND tRNS iCCP tEXt zTXt iTXt eXIf acTL fcTL fdAT gAMA pHYs XML:com.adobe.xmp Copyright"),
        ImageFormat.WebP => Words("VP8X VP8L ALPH ANIM ANMF ICCP EXIF RIFF WEBP"),
        ImageFormat.Gif => [[0x21, 0xFE], [0x21, 0xFF, 11], [0x21, 0xF9, 4], [0x2C], [0x3B], .. Words("NETSCAPE2.0 ANIMEXTS1.0 ICCRGBG1012")],
        ImageFormat.Tiff =>
        [
            [0x11, 1], [1, 0x11], [0x17, 1], [0x44, 1], [0x45, 1], [0xBC, 2], [2, 0xBC], [0x69, 0x87], [0x87, 0x69], [0xBB, 0x83], [0x49, 0x86], [0x4A, 1], [0x5B, 1], [1, 2], [2, 1], [0, 0, 0, 8], [8, 0, 0, 0],
            [3, 0, 1, 0, 0, 0], [4, 0, 1, 0, 0, 0], [16, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        ],
        _ => Words("ftyp meta hdlr pitm iinf infe iloc iref iprp ipco ipma ispe pixi av1C hvcC colr auxC idat mdat moov trak mdia minf stbl stco co64 stsc stsz thmb cdsc Exif mime uuid grid av01 hvc1 free moof"),
    };

    private static IReadOnlyList<byte[]> Words(string words) => [.. words.Split(' ').Select(word => word.Select(letter => (byte)letter).ToArray())];

    private static void Parse(string path, byte[] file)
    {
        if (FileFormat.Detect(FileFormat.All, path) is not { } format)
        {
            _ = VideoSignature.IsVideo(path);
            return;
        }

        ProblemException? refusal = null;
        try
        {
            _ = format.FindForeign(path);
            WrongResultException.ThrowUnless(format.EstimateDecoding(640, 480, format.ReadShape(path)) >= 0, "The estimate of the memory is negative.");
        }
        catch (ProblemException problem)
        {
            // The walkers also read files that are too complex to decode.
            refusal = problem;
        }

        foreach (var rotation in format.Format.HasOrientation() ? (int[])[0, 90] : [0])
        {
            Clean(path, file, format, rotation);
        }

        if (refusal is not null)
        {
            throw refusal;
        }
    }

    private static void Clean(string path, byte[] file, FileFormat format, int rotation)
    {
        var copy = new List<byte>();
        var end = 0L;
        var edited = new EditedCopy(
            range =>
            {
                WrongResultException.ThrowUnless(range.Start >= end && range.End <= file.Length, $"The copy keeps {range} after {end} of {file.Length} bytes.");
                end = range.End;
                copy.AddRange(file.AsSpan((int)range.Start, (int)range.Length));
            },
            bytes => copy.AddRange(bytes));
        _ = EmbeddedMetadata.Clean(path, format, edited, rotation);
        if (copy.Count > 0 && format.Matches(copy.Take(256).ToArray()))
        {
            using var cleaned = new TemporaryCopy(path, copy);
            try
            {
                var metadata = EmbeddedMetadata.Clean(cleaned.Path, format, new EditedCopy(_ => { }, _ => { }));
                WrongResultException.ThrowUnless(metadata.Location is null, "The cleaned copy has a location.");
            }
            catch (ProblemException)
            {
                // A copy of a damaged file may be unreadable.
            }
        }
    }

    private sealed class TemporaryCopy : IDisposable
    {
        public TemporaryCopy(string original, List<byte> content)
        {
            Path = original + "-clean";
            File.WriteAllBytes(Path, [.. content]);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
