using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class CameraFactsTests : CleaningTest
{
    public static TheoryData<ImageFormat> Formats => [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_container_yields_the_same_facts(ImageFormat format)
    {
        foreach (var isLittleEndian in new[] { true, false })
        {
            var facts = await ReadAsync(MetadataFixtures.Embed(format, MetadataFixtures.GeotaggedExif() with { IsLittleEndian = isLittleEndian }), format);

            facts.TakenAt.ShouldBe(new DateTime(2024, 5, 17, 18, 30, 5));
            facts.TakenAt!.Value.Kind.ShouldBe(DateTimeKind.Unspecified);
            facts.TakenAtOffset.ShouldBe(TimeSpan.FromHours(2));
            facts.Camera.ShouldBe("Canon EOS 6D");
            facts.Location!.Latitude.ShouldBe(48.8583, 0.0001);
            facts.Location.Longitude.ShouldBe(2.2945, 0.0001);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task The_exposure_is_read(ImageFormat format)
    {
        var facts = await ReadAsync(MetadataFixtures.Embed(format, MetadataFixtures.ExposedExif()), format);

        facts.Exposure.ShouldBe(new Exposure("EF24-105mm f/4L IS USM", 35, 5.6, 0.004, 100));
        facts.Camera.ShouldBe("Canon EOS 6D");
    }

    [Theory]
    [InlineData(ExifTag.FocalLength, 35u, 0u)]
    [InlineData(ExifTag.FNumber, 0u, 0u)]
    [InlineData(ExifTag.ExposureTime, 0u, 1u)]
    [InlineData(ExifTag.FNumber, 4_000_000_000u, 1u)]
    public async Task An_invalid_number_is_ignored(ushort tag, uint numerator, uint denominator) =>
        (await ReadExposureAsync((tag, MetadataFixtures.Rational(numerator, denominator)))).ShouldBeNull();

    [Theory]
    [InlineData("----")]
    [InlineData("0.0 mm f/0.0")]
    [InlineData(" \u0001")]
    public async Task A_lens_without_a_name_is_ignored(string lens) =>
        (await ReadExposureAsync((ExifTag.LensModel, (2, Encoding.UTF8.GetBytes(lens + "\0"))))).ShouldBeNull();

    [Fact]
    public async Task A_long_lens_name_is_shortened() =>
        (await ReadExposureAsync((ExifTag.LensModel, (2, Encoding.UTF8.GetBytes(new string('y', 500) + "\0")))))!.Lens!.Length.ShouldBe(Exposure.MaxLensLength);

    [Fact]
    public async Task A_sensitivity_too_high_for_its_field_is_read_from_another_field() =>
        (await ReadExposureAsync((ExifTag.Sensitivity, (3, [0xFF, 0xFF])), (ExifTag.RecommendedExposureIndex, (4, [0, 1, 0x90, 0]))))!.Iso.ShouldBe(102_400);

    [Fact]
    public async Task The_first_of_two_sensitivities_is_read() =>
        (await ReadExposureAsync((ExifTag.Sensitivity, (3, [0, 100, 0, 200]))))!.Iso.ShouldBe(100);

    [Fact]
    public async Task A_long_exposure_and_an_unusual_fraction_are_read_unchanged()
    {
        (await ReadExposureAsync((ExifTag.ExposureTime, MetadataFixtures.Rational(301, 10))))!.Seconds.ShouldBe(30.1);
        (await ReadExposureAsync((ExifTag.ExposureTime, MetadataFixtures.Rational(1, 121))))!.Seconds.ShouldBe(0.008264463);
    }

    [Fact]
    public async Task South_and_west_are_negative()
    {
        var facts = await ReadAsync(MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif() with { Latitude = -33.5, Longitude = -70.25 }), ImageFormat.Jpeg);

        facts.Location!.Latitude.ShouldBe(-33.5, 0.0001);
        facts.Location.Longitude.ShouldBe(-70.25, 0.0001);
    }

    [Theory]
    [InlineData(0u, 2.0)]
    [InlineData(1000u, 200.0)]
    public async Task Invalid_degrees_yield_no_location(uint denominator, double longitude)
    {
        var exif = MetadataFixtures.GeotaggedExif() with { Denominator = denominator, Longitude = longitude };

        (await ReadAsync(MetadataFixtures.Embed(ImageFormat.Jpeg, exif), ImageFormat.Jpeg)).Location.ShouldBeNull();
    }

    [Theory]
    [InlineData("0000:00:00 00:00:00")]
    [InlineData("9999:99:99 99:99:99")]
    [InlineData("9999:12:31 23:59:59")]
    [InlineData("    :  :     :  :  ")]
    [InlineData("")]
    public async Task An_invalid_date_is_ignored(string date) =>
        (await ReadAsync(MetadataFixtures.Embed(ImageFormat.Jpeg, new ExifFixture { DateTimeOriginal = date }), ImageFormat.Jpeg)).TakenAt.ShouldBeNull();

    [Fact]
    public async Task The_time_of_the_last_change_is_read_when_no_other_time_exists() =>
        (await ReadAsync(MetadataFixtures.Embed(ImageFormat.Jpeg, new ExifFixture { DateTime = "2001:02:03 04:05:06", DateTimeOriginal = "0000:00:00 00:00:00" }), ImageFormat.Jpeg))
            .TakenAt.ShouldBe(new DateTime(2001, 2, 3, 4, 5, 6));

    [Theory]
    [InlineData("-03:30", -210)]
    [InlineData("+14:00", 840)]
    [InlineData("Z", 0)]
    [InlineData("+14:01", null)]
    [InlineData("+99:00", null)]
    [InlineData("   :  ", null)]
    public async Task The_UTC_offset_is_read_if_valid(string offset, int? minutes) =>
        (await ReadAsync(MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.PlainExif() with { OffsetTimeOriginal = offset }), ImageFormat.Jpeg))
            .TakenAtOffset.ShouldBe(minutes is null ? null : TimeSpan.FromMinutes(minutes.Value));

    [Theory]
    [InlineData("Canon", "Canon EOS 6D", "Canon EOS 6D")]
    [InlineData("NIKON CORPORATION", "NIKON D90", "NIKON D90")]
    [InlineData("FUJIFILM", "X-T5", "FUJIFILM X-T5")]
    [InlineData("Apple\0\0", "iPhone 15 ", "Apple iPhone 15")]
    [InlineData("Sony\u0007", "A\u0000B", "Sony A")]
    [InlineData("Leica", null, "Leica")]
    [InlineData(null, "M10", "M10")]
    [InlineData(null, "\u0001 ", null)]
    [InlineData(null, null, null)]
    public void A_camera_name_does_not_repeat_its_make(string? make, string? model, string? name) => CameraFacts.NameCamera(make, model).ShouldBe(name);

    [Fact]
    public void A_long_camera_name_is_shortened() => CameraFacts.NameCamera("x", new string('y', 500))!.Length.ShouldBe(CameraFacts.MaxCameraLength);

    [Fact]
    public async Task The_location_is_read_from_XMP_when_EXIF_has_none()
    {
        var jpeg = MetadataFixtures.WithXmpSegment(MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.PlainExif()), MetadataFixtures.GeotaggedXmp);

        var facts = await ReadAsync(jpeg, ImageFormat.Jpeg);

        facts.Camera.ShouldBe("Canon EOS 6D");
        facts.Location!.Latitude.ShouldBe(48.8583, 0.0001);
        facts.Location.Longitude.ShouldBe(2.2945, 0.0001);
    }

    [Fact]
    public async Task Huge_counts_and_many_entries_cause_no_failure()
    {
        // 4,000 entries claim the same 32,768 bytes each.
        var exif = new ExifFixture { Make = "Loop", Further = [.. Enumerable.Range(0x2000, 4000).Select(tag => ((ushort)tag, (ushort)7, new byte[4]))] }.ToBytes();
        for (var at = 10; at + 12 < 4000 * 12; at += 12)
        {
            exif.AsSpan(at + 4, 4).Clear();
            exif[at + 6] = 0x80;
        }

        var facts = await ReadAsync(TestImages.WithExif(MetadataFixtures.Bare(TestImages.Jpeg(16, 16)), exif), ImageFormat.Jpeg);

        facts.ShouldNotBeNull();
    }

    /// <summary>Reads the exposure from big-endian entries of the Exif directory.</summary>
    private async Task<Exposure?> ReadExposureAsync(params (ushort Tag, (ushort Type, byte[] Content) Value)[] entries)
    {
        var exif = new ExifFixture { Make = "Canon", FurtherExif = [.. entries.Select(entry => (entry.Tag, entry.Value.Type, entry.Value.Content))] };
        return (await ReadAsync(MetadataFixtures.Embed(ImageFormat.Jpeg, exif), ImageFormat.Jpeg)).Exposure;
    }
}
