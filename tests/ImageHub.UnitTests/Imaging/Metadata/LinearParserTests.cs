using System.Buffers.Binary;
using System.Text;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

/// <summary>
/// Files that repeat, nest or share parts. The parsers' work must grow linearly: no parser reads more than 40 times the file's size plus 40 MB.
/// </summary>
[Collection(typeof(MeasuredAlone))]
public sealed class LinearParserTests
{
    private const string Rights = "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>";

    public static TheoryData<string, ImageFormat> Files => new()
    {
        { "pages that share a packet", ImageFormat.Tiff },
        { "pages that share datasets", ImageFormat.Tiff },
        { "entries that lead to the same directory", ImageFormat.Tiff },
        { "entries that lead to the same directory", ImageFormat.Jpeg },
        { "values that are padded with the same zeros", ImageFormat.Tiff },
        { "extents that repeat", ImageFormat.Avif },
        { "boxes without content", ImageFormat.Avif },
        { "chunks without content", ImageFormat.Png },
        { "chunks without content", ImageFormat.WebP },
        { "segments without content", ImageFormat.Jpeg },
        { "markers without a segment", ImageFormat.Jpeg },
        { "extensions without content", ImageFormat.Gif },
        { "zeros", ImageFormat.Gif },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_parser_reads_a_file_only_a_few_times(string file, ImageFormat format)
    {
        var content = new CountingBytes(Make(file, format));

        try
        {
            var walker = FileFormat.Find(format).Walk(content);
            _ = walker.FindEdits();
            var exif = walker.Metadata.Exif.Select(block => ExifBlock.Read(block, ExifList.Facts)).OfType<ExifBlock>().ToList();
            _ = exif.Select(block => block.Write()).ToList();
            _ = EmbeddedCaption.Read(walker.Metadata, walker.Metadata.Xmp.Select(XmpFacts.Read), exif);
        }
        catch (ProblemException problem)
        {
            problem.Problem.ShouldBe(Problems.CorruptImage);
        }

        content.Length.ShouldBeGreaterThan(50_000);
        content.Total.ShouldBeLessThan(40 * (content.Length + 1_000_000));
    }

    [Theory]
    [InlineData("<a>", "</a>")]
    [InlineData("<a xmlns:b='c'>", "</a>")]
    public void A_packet_nested_deeper_than_real_programs_write_yields_nothing(string open, string close)
    {
        var nested = Rights + string.Concat(Enumerable.Repeat(open, 40_000)) + string.Concat(Enumerable.Repeat(close, 40_000));

        XmpPacket.Read(Packet(nested)).WriteRights().ShouldBeNull();
        XmpFacts.Read(Packet(nested)).Caption.Creator.ShouldBeNull();
        XmpPacket.Read(Packet(Rights + "<a><b><c/></b></a>")).WriteRights().ShouldNotBeNull();
    }

    [Fact]
    public void A_packet_with_more_elements_or_attributes_than_real_programs_write_yields_nothing()
    {
        var ancestors = string.Concat(Enumerable.Range(0, 6_000).Select(number => $"<rdf:li>uuid:{number}</rdf:li>"));
        XmpPacket.Read(Packet(Rights + $"<photoshop:DocumentAncestors xmlns:photoshop='p'><rdf:Bag>{ancestors}</rdf:Bag></photoshop:DocumentAncestors>")).WriteRights().ShouldNotBeNull();

        XmpPacket.Read(Packet(Rights + string.Concat(Enumerable.Repeat("<a/>", 30_000)))).WriteRights().ShouldBeNull();
        XmpPacket.Read(Packet(Rights + "<a " + string.Concat(Enumerable.Range(0, 30_000).Select(number => $"b{number}='' ")) + "/>")).WriteRights().ShouldBeNull();
    }

    [Theory]
    [InlineData("<dc:title>", "</dc:title>")]
    [InlineData("<dc:title><rdf:Alt>", "</rdf:Alt></dc:title>")]
    [InlineData("<dc:subject><rdf:Bag>", "<rdf:li>x</rdf:li></rdf:Bag></dc:subject>")]
    public void Properties_that_repeat_are_read_in_linear_time(string open, string close)
    {
        var items = string.Concat(Enumerable.Repeat("<rdf:li> </rdf:li>", 20));
        var properties = string.Concat(Enumerable.Repeat(open + items + close, 2_000));
        var begun = Environment.CpuUsage.TotalTime;

        XmpFacts.Read(Packet(properties + Rights)).Caption.Creator.ShouldBe("Ada");

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_property_with_many_empty_items_is_searched_once_however_often_it_repeats()
    {
        var items = string.Concat(Enumerable.Repeat("<rdf:li/>", 60_000)) + "<rdf:li>Harbour</rdf:li>";
        var repeated = string.Concat(Enumerable.Repeat("<dc:title/>", 30_000));
        var begun = Environment.CpuUsage.TotalTime;

        XmpFacts.Read(Packet($"<dc:title><rdf:Alt>{items}</rdf:Alt></dc:title>{repeated}{Rights}")).Caption.Title.ShouldBe("Harbour");

        (Environment.CpuUsage.TotalTime - begun).ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("profiles", ImageFormat.Png)]
    [InlineData("boxes", ImageFormat.Avif)]
    [InlineData("boxes in meta", ImageFormat.Heic)]
    [InlineData("tracks with boxes", ImageFormat.Avif)]
    public void A_file_with_thousands_of_parts_is_refused_as_too_complex(string parts, ImageFormat format)
    {
        var path = Path.Combine(TemporaryFolders.Create(), "many");
        try
        {
            File.WriteAllBytes(path, MakeMany(parts));

            Should.Throw<ProblemException>(() => FileFormat.Find(format).ReadShape(path)).Problem.ShouldBe(Problems.TooComplex);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static byte[] MakeMany(string parts) => parts switch
    {
        "profiles" => TestImages.WithChunks(TestImages.Png(16, 16), Repeat(TestImages.Chunk("iCCP", []), 5_000)),
        "boxes" => [.. TestImages.Avif(16, 16), .. Repeat(IsoFixture.Box("free", []), 30_000)],
        "boxes in meta" => [.. TestImages.Avif(16, 16), .. IsoFixture.Box("meta", [0, 0, 0, 0, .. Repeat(IsoFixture.Box("free", []), 30_000)])],
        _ => [.. TestImages.Avif(16, 16), .. IsoFixture.Box("moov", Repeat(IsoFixture.Box("trak", Repeat(IsoFixture.Box("mdia", []), 100)), 300))],
    };

    private static byte[] Make(string file, ImageFormat format) => (file, format) switch
    {
        ("pages that share a packet", _) => Pages(700, pages: 900, sharedBytes: 900_000, filler: (byte)' '),
        ("pages that share datasets", _) => Pages(33_723, pages: 900, sharedBytes: 900_000, filler: 0x1C),
        ("entries that lead to the same directory", ImageFormat.Tiff) => Directories(4_000),
        ("entries that lead to the same directory", _) => TestImages.WithExif(TestImages.Jpeg(16, 16), [.. Directories(2_500)]),
        ("values that are padded with the same zeros", _) => Padded(2_000_000),
        ("extents that repeat", _) => RepeatedExtents(2_000_000, 20_000),
        ("boxes without content", _) => [.. TestImages.Avif(16, 16), .. Repeat([0, 0, 0, 8, .. "free"u8], 100_000)],
        ("chunks without content", ImageFormat.Png) => TestImages.WithChunks(TestImages.Png(16, 16), Repeat(TestImages.Chunk("teSt", []), 100_000)),
        ("chunks without content", _) => [.. TestImages.WebP(16, 16)[..4], 0, 0, 16, 0, .. TestImages.WebP(16, 16)[8..], .. Repeat([.. "teSt"u8, 0, 0, 0, 0], 100_000)],
        ("segments without content", _) => [0xFF, 0xD8, .. Repeat([0xFF, 0xE1, 0, 2], 200_000), .. TestImages.Jpeg(16, 16)[2..]],
        ("markers without a segment", _) => [0xFF, 0xD8, .. Repeat([0xFF, 0x01], 400_000), .. TestImages.Jpeg(16, 16)[2..]],
        ("extensions without content", _) => [.. TestImages.Gif(16, 16)[..^1], .. Repeat([0x21, 0xFE, 0], 200_000), 0x3B],
        _ => [.. TestImages.Gif(16, 16)[..^1], .. new byte[1_000_000], 0x3B],
    };

    private static byte[] Repeat(byte[] part, int times) => [.. Enumerable.Repeat(part, times).SelectMany(bytes => bytes)];

    private static MemoryBytes Packet(string properties) => new(Encoding.UTF8.GetBytes(
        $"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"));

    /// <summary>A TIFF in which each directory has one entry and all entries share one value.</summary>
    private static byte[] Pages(ushort tag, int pages, int sharedBytes, byte filler)
    {
        const int PageBytes = 2 + 12 + 4;
        var file = new byte[8 + (pages * PageBytes) + sharedBytes];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 8);
        var shared = 8 + (pages * PageBytes);
        file.AsSpan(shared).Fill(filler);
        for (var page = 0; page < pages; page++)
        {
            var at = file.AsSpan(8 + (page * PageBytes));
            BinaryPrimitives.WriteUInt16LittleEndian(at, 1);
            Entry(at[2..], tag, type: 1, sharedBytes, shared);
            BinaryPrimitives.WriteInt32LittleEndian(at[14..], page + 1 < pages ? 8 + ((page + 1) * PageBytes) : 0);
        }

        return file;
    }

    /// <summary>A directory whose entries all point to one second directory with the same number of entries.</summary>
    private static byte[] Directories(int entries)
    {
        var length = 2 + (entries * 12) + 4;
        var file = new byte[8 + (2 * length)];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 8);
        for (var directory = 0; directory < 2; directory++)
        {
            var at = file.AsSpan(8 + (directory * length));
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)entries);
            for (var entry = 0; entry < entries; entry++)
            {
                Entry(at[(2 + (entry * 12))..], directory == 0 ? (ushort)0x8769 : (ushort)0x9003, directory == 0 ? (ushort)4 : (ushort)2, directory == 0 ? 1 : 20, directory == 0 ? 8 + length : 0);
            }
        }

        return file;
    }

    /// <summary>A TIFF whose text entries share one value, which ends in zeros.</summary>
    private static byte[] Padded(int zeros)
    {
        ushort[] tags = [0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x0132];
        var file = new byte[8 + 2 + (tags.Length * 12) + 4 + zeros];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)tags.Length);
        var value = file.Length - zeros;
        "Text"u8.CopyTo(file.AsSpan(value));
        for (var tag = 0; tag < tags.Length; tag++)
        {
            Entry(file.AsSpan(10 + (tag * 12)), tags[tag], type: 2, zeros, value);
        }

        return file;
    }

    /// <summary>An AVIF with an EXIF item that repeats the same extent.</summary>
    private static byte[] RepeatedExtents(int zeros, int extents)
    {
        byte[] place = [0, 0, 0, 0, 0, 0, 0, 0, .. IsoFixture.Number(zeros, 4)];
        var iloc = IsoFixture.Box("iloc", [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, .. IsoFixture.Number(extents, 2), .. Repeat(place[4..], extents)]);
        var infe = IsoFixture.Box("infe", [2, 0, 0, 0, 0, 1, 0, 0, .. "Exif"u8, 0]);
        var iinf = IsoFixture.Box("iinf", [0, 0, 0, 0, 0, 1, .. infe]);
        var handler = IsoFixture.Box("hdlr", [0, 0, 0, 0, 0, 0, 0, 0, .. "pict"u8, .. new byte[13]]);
        var meta = IsoFixture.Box("meta", [0, 0, 0, 0, .. handler, .. iinf, .. iloc]);
        return [.. IsoFixture.Box("ftyp", [.. "avif"u8, 0, 0, 0, 0, .. "avif"u8]), .. meta, .. IsoFixture.Box("mdat", new byte[zeros])];
    }

    private static void Entry(Span<byte> at, ushort tag, ushort type, int count, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], type);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], count);
        BinaryPrimitives.WriteInt32LittleEndian(at[8..], value);
    }

    /// <summary>A byte source that counts the bytes that are read.</summary>
    private sealed class CountingBytes(byte[] bytes) : ByteSource
    {
        /// <summary>The number of bytes read, plus one for each read.</summary>
        public long Total { get; private set; }

        internal override long Length => bytes.Length;

        internal override int Read(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
            bytes.AsSpan(count == 0 ? 0 : (int)offset, count).CopyTo(buffer);
            Total += count + 1;
            return count;
        }
    }
}
