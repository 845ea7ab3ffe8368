using System.Buffers.Binary;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

/// <summary>Tests that run alone, because they measure the processor time or the allocations of the whole process. Other processes on the machine change neither.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection(typeof(MeasuredAlone))]
public sealed class HostileMetadataTests : CleaningTest
{
    private const int Rounds = 300;

    public static TheoryData<ImageFormat> Formats => [.. Enum.GetValues<ImageFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Damaged_files_neither_hang_nor_throw_anything_but_a_problem(ImageFormat format)
    {
        var whole = Fixture(format);
        var random = new Random(20_240_517);
        var begun = Environment.CpuUsage.TotalTime;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = Damage(whole, random);

            try
            {
                (await ReadAsync(damaged, format)).Camera?.Length.ShouldBeLessThanOrEqualTo(100);
                var published = await CleanAsync(damaged, format) ?? damaged;
                if (await ReadAsync(published, format) is { Location: not null })
                {
                    Assert.Fail($"Round {round} leaves a location.");
                }
            }
            catch (ProblemException problem)
            {
                problem.Problem.ShouldBe(Problems.CorruptImage);
            }
        }

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(8)] // the first directory
    [InlineData(60)] // in the middle of its values
    public async Task A_circular_chain_of_directories_ends(int next)
    {
        var exif = MetadataFixtures.PlainExif().ToBytes();
        var entries = BinaryPrimitives.ReadUInt16BigEndian(exif.AsSpan(8));
        BinaryPrimitives.WriteInt32BigEndian(exif.AsSpan(10 + (entries * 12)), next);

        (await ReadAsync(TestImages.WithExif(TestImages.Jpeg(16, 16), exif), ImageFormat.Jpeg)).Camera.ShouldBe("Canon EOS 6D");
    }

    [Fact]
    public async Task Parsing_of_subdirectories_with_shared_entries_soon_stops()
    {
        // Each of the 4,900 entries claims 1,000 subdirectories, whose list of offsets starts at the entry itself.
        var exif = new byte[60_000];
        "MM\0*"u8.CopyTo(exif);
        BinaryPrimitives.WriteInt32BigEndian(exif.AsSpan(4), 8);
        BinaryPrimitives.WriteInt16BigEndian(exif.AsSpan(8), 4900);
        for (var at = 10; at + 14 < exif.Length; at += 12)
        {
            BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(at), 0x014A);
            BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(at + 2), 4);
            BinaryPrimitives.WriteInt32BigEndian(exif.AsSpan(at + 4), 1000);
            BinaryPrimitives.WriteInt32BigEndian(exif.AsSpan(at + 8), at);
        }

        var begun = Environment.CpuUsage.TotalTime;

        (await CleanAsync(TestImages.WithExif(MetadataFixtures.Bare(TestImages.Jpeg(16, 16)), exif), ImageFormat.Jpeg)).ShouldNotBeNull();

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Parsing_of_items_that_all_span_the_whole_file_soon_stops()
    {
        var avif = IsoFixture.WithItems(
            TestImages.Avif(64, 48), [.. Enumerable.Repeat(("mime", "application/rdf+xml", new byte[1]), 900), ("mime", "application/rdf+xml", new byte[4 * 1024 * 1024])]);

        // Set each item's length in iloc to 0, which means that the item reaches to the end of the file.
        var iloc = avif.AsSpan().IndexOf("iloc"u8);
        for (var at = iloc; at < iloc + (900 * 14); at++)
        {
            if (avif.AsSpan(at).StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1, 0]) && avif.AsSpan(at + 6).StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1]))
            {
                BinaryPrimitives.WriteInt32BigEndian(avif.AsSpan(at + 6), 0);
            }
        }

        var begun = Environment.CpuUsage.TotalTime;

        await CleanAsync(avif, ImageFormat.Avif, isRead: false);

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Many_small_scans_are_walked_quickly()
    {
        byte[] scan = [0xFF, 0xDA, 0, 2, 0xFF, 0xDB, 0, 2];
        var begun = Environment.CpuUsage.TotalTime;

        await CleanAsync([0xFF, 0xD8, .. Enumerable.Repeat(scan, 2_000_000).SelectMany(bytes => bytes), 0xFF, 0xD9], ImageFormat.Jpeg, isRead: false);

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_file_of_many_empty_blocks_is_cleaned_quickly()
    {
        var chunk = TestImages.WithChunk(new byte[33], "eXIf", [])[33..];
        var png = MetadataFixtures.BarePng(TestImages.Png(16, 16));
        var begun = Environment.CpuUsage.TotalTime;

        (await CleanAsync([.. png[..33], .. Enumerable.Repeat(chunk, 200_000).SelectMany(bytes => bytes), .. png[33..]], ImageFormat.Png)).ShouldNotBeNull().ShouldBeBytes(png);

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task An_endless_number_of_parts_is_refused()
    {
        var png = TestImages.Png(16, 16);
        byte[] pair = [.. TestImages.WithChunk(new byte[33], "IDAT", [])[33..], .. TestImages.WithChunk(new byte[33], "caNv", [])[33..]];

        var problem = await Should.ThrowAsync<ProblemException>(() =>
            CleanAsync([.. png[..33], .. Enumerable.Repeat(pair, 110_000).SelectMany(bytes => bytes), .. png[33..]], ImageFormat.Png));

        problem.Problem.ShouldBe(Problems.CorruptImage);
    }

    [Fact]
    public async Task Nested_boxes_do_not_overflow_the_stack()
    {
        var nested = Enumerable.Repeat(IsoFixture.Box("moov", [])[..8], 500_000).SelectMany((box, index) =>
        {
            BinaryPrimitives.WriteInt32BigEndian(box, (500_000 - index) * 8);
            return box.ToArray();
        });

        await CleanAsync([.. TestImages.Avif(64, 48), .. nested], ImageFormat.Avif, isRead: false);
    }

    [Fact]
    public async Task Parsing_of_pages_with_shared_strips_soon_stops()
    {
        var tiff = new TiffFixture { Pages = 400, Further = [] }.ToBytes();

        // Each page claims 40,000 strips. The lists of the strips' offsets and lengths all start at offset 8.
        for (var at = 8; at + 12 < tiff.Length; at++)
        {
            if (BitConverter.ToUInt16(tiff, at) is 273 or 279 && BitConverter.ToUInt16(tiff, at + 2) == 4)
            {
                BitConverter.TryWriteBytes(tiff.AsSpan(at + 4), 40_000);
                BitConverter.TryWriteBytes(tiff.AsSpan(at + 8), 8);
            }
        }

        var begun = Environment.CpuUsage.TotalTime;
        try
        {
            await CleanAsync(tiff, ImageFormat.Tiff, isRead: false);
        }
        catch (ProblemException problem)
        {
            problem.Problem.ShouldBe(Problems.CorruptImage);
        }

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    /// <summary>A rename would write the item's type beyond the end of the file.</summary>
    [Fact]
    public async Task An_item_whose_description_the_end_of_the_file_cuts_off_is_not_renamed()
    {
        var handler = IsoFixture.Box("hdlr", [0, 0, 0, 0, 0, 0, 0, 0, .. "pict"u8, .. new byte[13]]);
        var place = IsoFixture.Box("iloc", [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 8]);
        var types = IsoFixture.Box("iinf", [0, 0, 0, 0, 0, 1, .. IsoFixture.Box("infe", [2, 0, 0, 0, 0, 1])]);
        byte[] file = [.. IsoFixture.Box("ftyp", [.. "avif"u8, 0, 0, 0, 0, .. "avif"u8]), .. IsoFixture.Box("meta", [0, 0, 0, 0, .. handler, .. place, .. types])];

        (await CleanAsync(file, ImageFormat.Avif)).ShouldBeNull();
    }

    /// <summary>A truncated value would be written with a count of 0, which readers report as damage.</summary>
    [Fact]
    public void A_number_that_the_end_of_the_block_cuts_off_is_removed()
    {
        byte[] block =
        [
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 0x01, 0x1A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 38, 0x01, 0x1B, 0, 5, 0, 0, 0, 1, 0, 0, 0, 46, 0, 0, 0, 0,
            0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0, 72, 0, 0, 0,
        ];

        var written = ExifBlock.Read(new MemoryBytes(block), ExifList.Kept)!.Write()!;

        var read = ExifBlock.Read(new MemoryBytes(written), ExifList.Kept)!;
        (read.IsClean, read.Find(0x011A).Length, read.Find(0x011B).Length).ShouldBe((true, 8, 0));
    }

    [Fact]
    public async Task XMP_with_entities_is_removed_without_expanding_them()
    {
        var packet = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><x>&b;</x>"u8.ToArray();
        var bare = MetadataFixtures.Bare(TestImages.Jpeg(16, 16));
        var jpeg = MetadataFixtures.WithXmpSegment(bare, packet);

        (await ReadAsync(jpeg, ImageFormat.Jpeg)).ShouldBe(new ImageMetadata(null, null, null, null));
        (await CleanAsync(jpeg, ImageFormat.Jpeg)).ShouldNotBeNull().ShouldBeBytes(bare);
    }

    [Fact]
    public async Task A_large_file_costs_no_more_memory_than_a_small_one()
    {
        byte[] large = [.. MetadataFixtures.Embed(ImageFormat.Png, MetadataFixtures.GeotaggedExif())[..^12], .. Chunks(40), .. TestImages.Png(16, 16)[^12..]];
        await CleanAsync(large, ImageFormat.Png, isRead: false);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await CleanAsync(large, ImageFormat.Png, isRead: false);

        // The test's own write hardly counts, because the file's bytes are already in memory.
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(4_000_000);

        static IEnumerable<byte> Chunks(int megabytes) => TestImages.WithChunk(new byte[33], "IDAT", new byte[megabytes * 1024 * 1024])[33..];
    }

    private static byte[] Fixture(ImageFormat format)
    {
        var exif = MetadataFixtures.GeotaggedExif(6) with { Thumbnail = MetadataFixtures.Bare(TestImages.Jpeg(16, 16)), MakerNote = new byte[40] };
        byte[] item = [0, 0, 0, 0, .. exif.ToBytes()];
        return format switch
        {
            ImageFormat.Jpeg =>
            [
                .. TestImages.WithSegment(
                    MetadataFixtures.WithExtendedXmp(
                        MetadataFixtures.WithXmpSegment(MetadataFixtures.Embed(format, exif), MetadataFixtures.GeotaggedXmp), MetadataFixtures.PlainXmp, 200),
                    0xED,
                    MetadataFixtures.Photoshop(0x0404, MetadataFixtures.Iptc(90, "Paris"))),
                .. MetadataFixtures.Embed(format, exif),
            ],
            ImageFormat.Png => MetadataFixtures.WithRawProfile(
                MetadataFixtures.WithXmpText(MetadataFixtures.Embed(format, exif), MetadataFixtures.GeotaggedXmp, isCompressed: true), "exif", exif.ToBytes()),
            ImageFormat.WebP => MetadataFixtures.Embed(format, exif),
            ImageFormat.Gif => MetadataFixtures.WithXmpExtension(TestImages.Gif(64, 48), MetadataFixtures.GeotaggedXmp),
            ImageFormat.Tiff => new TiffFixture { Pages = 2, HasGps = true, Xmp = MetadataFixtures.GeotaggedXmp, Iptc = MetadataFixtures.Iptc(90, "Paris") }.ToBytes(),
            _ => IsoFixture.WithItems(TestImages.Avif(64, 48), ("Exif", "", item), ("mime", "application/rdf+xml", MetadataFixtures.GeotaggedXmp)),
        };
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var damaged = whole.ToArray();
        for (var count = random.Next(1, 12); count > 0; count--)
        {
            // Half of the changes are near the start, where most formats have their structure.
            var at = random.Next(random.Next(2) == 0 ? Math.Min(600, damaged.Length) : damaged.Length);
            damaged[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
        }

        return random.Next(4) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }
}
