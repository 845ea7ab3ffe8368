using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

/// <summary>Rotation through the orientation tag.</summary>
public sealed class RotationTests : IDisposable
{
    private readonly string folder = TemporaryFolders.Create();

    public static TheoryData<string> Files =>
    [
        "JPEG", "JPEG with EXIF", "JPEG with little-endian EXIF", "JPEG with a long orientation", "JPEG with EXIF and XMP", "PNG", "PNG with EXIF", "lossy WebP", "lossless WebP", "WebP with alpha", "extended WebP",
        "TIFF of libvips", "TIFF without orientation", "BigTIFF without orientation", "big-endian TIFF", "TIFF with two pages",
    ];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1, 90, 6)]
    [InlineData(6, 90, 3)]
    [InlineData(3, 90, 8)]
    [InlineData(8, 90, 1)]
    [InlineData(2, 90, 7)]
    [InlineData(7, 90, 4)]
    [InlineData(4, 90, 5)]
    [InlineData(5, 90, 2)]
    [InlineData(1, 180, 3)]
    [InlineData(6, 270, 1)]
    [InlineData(5, 180, 7)]
    [InlineData(0, 90, 6)]
    [InlineData(9, 90, 6)]
    public void Each_orientation_follows_from_the_previous_one(int before, int degrees, int after) => ExifOrientation.Rotate(before, degrees).ShouldBe(after);

    [Theory]
    [MemberData(nameof(Files))]
    public void The_picture_is_rotated_and_nothing_but_its_orientation_changes(string name)
    {
        var (file, format) = Make(name);
        var before = Clean(file, format, 0);
        var (orientation, upright) = (OrientationOf(before), Upright(before));

        foreach (var degrees in (int[])[90, 180, 270])
        {
            var rotated = Clean(before, format, degrees);

            OrientationOf(rotated).ShouldBe(ExifOrientation.Rotate(orientation, degrees));
            var (shown, expected) = (Upright(rotated), Turn(upright, degrees));
            (shown.Width, shown.Height).ShouldBe((expected.Width, expected.Height));
            shown.Samples.ShouldBeBytes(expected.Samples);
            (ExifTool.ReadAll(rotated).Contains("Warning", StringComparison.Ordinal), ExifTool.ReadAll(rotated).Contains("Error", StringComparison.Ordinal)).ShouldBe((false, false));
            Clean(rotated, format, 0).ShouldBeBytes(rotated);
            Tags(rotated).ShouldBe(Tags(before));

            // The opposite rotation restores the orientation, and the stored pixels are still the same.
            var back = Clean(rotated, format, 360 - degrees);
            OrientationOf(back).ShouldBe(orientation);
            TestPicture.Read(back).Samples.ShouldBeBytes(TestPicture.Read(before).Samples);
        }
    }

    [Fact]
    public void A_gain_map_stays_behind_the_rotated_picture()
    {
        var bare = MetadataFixtures.Bare(TestImages.Jpeg(64, 48));
        var before = Clean(MetadataFixtures.UltraHdr(bare, MetadataFixtures.Bare(TestImages.Jpeg(32, 24, seed: 2))), ImageFormat.Jpeg, 0);

        var rotated = Clean(before, ImageFormat.Jpeg, 90);

        OrientationOf(rotated).ShouldBe(6);
        ExifTool.ReadAll(rotated).ShouldContain("MPImage2");
        Clean(rotated, ImageFormat.Jpeg, 0).ShouldBeBytes(rotated);
    }

    private static (byte[] File, ImageFormat Format) Make(string name)
    {
        var picture = TestPicture.Quadrants(16, 12);
        var exif = MetadataFixtures.FullExif(orientation: 6) with { Latitude = null, Longitude = null };
        var bareJpeg = MetadataFixtures.Bare(picture.ToJpeg());
        return name switch
        {
            "JPEG" => (bareJpeg, ImageFormat.Jpeg),
            "JPEG with EXIF" => (TestImages.WithExif(bareJpeg, exif.ToBytes()), ImageFormat.Jpeg),
            "JPEG with little-endian EXIF" => (TestImages.WithExif(bareJpeg, (MetadataFixtures.PlainExif(5) with { IsLittleEndian = true }).ToBytes()), ImageFormat.Jpeg),
            "JPEG with a long orientation" => (TestImages.WithExif(bareJpeg, (MetadataFixtures.PlainExif() with { Further = [(0x0112, 4, [0, 0, 0, 6])] }).ToBytes()), ImageFormat.Jpeg),
            "JPEG with EXIF and XMP" => (TestImages.WithExif(MetadataFixtures.WithXmpSegment(bareJpeg, MetadataFixtures.RightsXmp), exif.ToBytes()), ImageFormat.Jpeg),
            "PNG" => (MetadataFixtures.BarePng(picture.ToPng()), ImageFormat.Png),
            "PNG with EXIF" => (TestImages.WithChunk(MetadataFixtures.BarePng(picture.ToPng()), "eXIf", exif.ToBytes()), ImageFormat.Png),
            "lossy WebP" => (MetadataFixtures.Simple(picture.ToWebP()), ImageFormat.WebP),
            "lossless WebP" => (MetadataFixtures.Simple(picture.ToWebP(lossless: true)), ImageFormat.WebP),
            "WebP with alpha" => (MetadataFixtures.Simple(picture.WithBand((x, _) => (byte)(x * 10)).ToWebP(lossless: true)), ImageFormat.WebP),
            "extended WebP" => (MetadataFixtures.WithChunks(MetadataFixtures.Simple(picture.ToWebP()), 16, 12, 0x08, ("EXIF", exif.ToBytes())), ImageFormat.WebP),
            "TIFF of libvips" => (picture.ToTiff(), ImageFormat.Tiff),
            "TIFF without orientation" => (WithoutOrientation(new TiffFixture()), ImageFormat.Tiff),
            "BigTIFF without orientation" => (WithoutOrientation(new TiffFixture { IsBig = true }), ImageFormat.Tiff),
            "big-endian TIFF" => (new TiffFixture { IsLittleEndian = false, HasGps = true }.ToBytes(), ImageFormat.Tiff),
            _ => (WithoutOrientation(new TiffFixture { Pages = 2 }), ImageFormat.Tiff),
        };
    }

    // Replaces the first page's orientation tag with the fill order tag. The value 1 stays; it is the default of the fill order.
    private static byte[] WithoutOrientation(TiffFixture fixture)
    {
        var file = fixture.ToBytes();
        for (var at = 8; at < file.Length - 4; at++)
        {
            if (BitConverter.ToUInt16(file, at) == 274 && BitConverter.ToUInt16(file, at + 2) == 3)
            {
                BitConverter.TryWriteBytes(file.AsSpan(at), (ushort)266);

                // The fill order comes before the strips, and entries are sorted.
                var length = fixture.IsBig ? 20 : 12;
                var (entry, strips) = (file.AsSpan(at, length).ToArray(), file.AsSpan(at - length, length).ToArray());
                entry.CopyTo(file.AsSpan(at - length));
                strips.CopyTo(file.AsSpan(at));
                return file;
            }
        }

        throw new InvalidOperationException("The fixture has no orientation.");
    }

    private byte[] Clean(byte[] file, ImageFormat format, int rotation)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString());
        File.WriteAllBytes(path, file);
        using var copy = new MemoryStream();
        EmbeddedMetadata.Clean(
            path, FileFormat.Find(format), new EditedCopy(range => copy.Write(file.AsSpan((int)range.Start, (int)range.Length)), bytes => copy.Write(bytes)), rotation);
        return copy.Length == 0 ? file : copy.ToArray();
    }

    private static int OrientationOf(byte[] file)
    {
        using var image = NetVips.Image.NewFromBuffer(file);
        return image.Contains("orientation") ? (int)image.Get("orientation") : 1;
    }

    private static TestPicture Upright(byte[] file)
    {
        using var image = NetVips.Image.NewFromBuffer(file);
        using var upright = image.Autorot();
        return new TestPicture(upright.Width, upright.Height, upright.Bands, upright.WriteToMemory<byte>());
    }

    private static TestPicture Turn(TestPicture picture, int degrees) => degrees switch
    {
        90 => TestPicture.Draw(picture.Height, picture.Width, picture.Bands, (x, y) => picture[y, picture.Height - 1 - x].ToArray()),
        180 => TestPicture.Draw(picture.Width, picture.Height, picture.Bands, (x, y) => picture[picture.Width - 1 - x, picture.Height - 1 - y].ToArray()),
        _ => TestPicture.Draw(picture.Height, picture.Width, picture.Bands, (x, y) => picture[picture.Width - 1 - y, x].ToArray()),
    };

    /// <summary>All tags except the orientation and tags that depend on the file's layout or format.</summary>
    private static string[] Tags(byte[] file) =>
    [
        .. ExifTool.ReadAll(file).Split('\n').Where(line => !((string[])["Orientation", "ByteOrder", "StripOffsets", "WebP", "WEBP", "XMPToolkit", "ImageWidth", "ImageHeight", "Alpha", "VP8"])
            .Any(ignored => line.Contains(ignored, StringComparison.Ordinal))).Order(StringComparer.Ordinal),
    ];
}
