using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ImageHub.Domain.Images;

namespace ImageHub.Testing.Images;

/// <summary>Metadata blocks (EXIF, XMP and IPTC), and files that contain them.</summary>
public static class MetadataFixtures
{
    /// <summary>EXIF with the location 48.8583° N, 2.2945° E.</summary>
    public static ExifFixture GeotaggedExif(int? orientation = null) => new()
    {
        Make = "Canon",
        Model = "Canon EOS 6D",
        DateTimeOriginal = "2024:05:17 18:30:05",
        OffsetTimeOriginal = "+02:00",
        Orientation = orientation,
        Latitude = 48.8583,
        Longitude = 2.2945,
    };

    /// <summary>EXIF with 35 mm, f/5.6, 1/250 s, ISO 100 and a lens.</summary>
    public static ExifFixture ExposedExif() => PlainExif() with
    {
        FurtherExif =
        [
            (0x829A, 5, Rational(1, 250).Content), (0x829D, 5, Rational(56, 10).Content), (0x8827, 3, [0, 100]), (0x920A, 5, Rational(35, 1).Content),
            (0xA434, 2, Encoding.UTF8.GetBytes("EF24-105mm f/4L IS USM\0")),
        ],
    };

    /// <summary>An EXIF rational, in big-endian order.</summary>
    public static (ushort Type, byte[] Content) Rational(uint numerator, uint denominator)
    {
        var content = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(content, numerator);
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(4), denominator);
        return (5, content);
    }

    /// <summary>EXIF with a camera, a time and a UTC offset, without a location.</summary>
    public static ExifFixture PlainExif(int? orientation = null) => GeotaggedExif(orientation) with { Latitude = null, Longitude = null };

    /// <summary>A small picture with the given EXIF block.</summary>
    public static byte[] Embed(ImageFormat format, ExifFixture exif) => format switch
    {
        ImageFormat.Jpeg => TestImages.WithExif(Bare(TestImages.Jpeg(64, 48)), exif.ToBytes()),
        ImageFormat.Png => TestImages.WithChunk(BarePng(TestImages.Png(64, 48)), "eXIf", exif.ToBytes()),
        ImageFormat.WebP => WithChunks(Simple(TestImages.WebP(64, 48)), 64, 48, 0x08, ("EXIF", exif.ToBytes())),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no fixture of that format."),
    };

    /// <summary>An XMP packet with the given properties, written as attributes.</summary>
    public static byte[] Xmp(string properties) => Encoding.UTF8.GetBytes(
        "<?xpacket begin='\uFEFF' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        + "<rdf:Description rdf:about='' xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
        + "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:Iptc4xmpCore='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/' "
        + "xmlns:xmpNote='http://ns.adobe.com/xmp/note/' " + properties + "/></rdf:RDF></x:xmpmeta><?xpacket end='w'?>");

    /// <summary>An XMP packet with a location.</summary>
    public static byte[] GeotaggedXmp { get; } = Xmp("exif:GPSLatitude='48,51.498N' exif:GPSLongitude='2,17.67E' xmp:Rating='3'");

    /// <summary>An XMP packet without a location.</summary>
    public static byte[] PlainXmp { get; } = Xmp("xmp:Rating='3' xmp:CreatorTool='A location-free tool'");

    /// <summary>An XMP packet with properties about authorship and licensing.</summary>
    public static byte[] RightsXmp { get; } = Encoding.UTF8.GetBytes(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        + "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
        + "xmlns:xmpRights='http://ns.adobe.com/xap/1.0/rights/' xmlns:cc='http://creativecommons.org/ns#' photoshop:Credit='Agence Example' xmpRights:Marked='True' "
        + "xmpRights:WebStatement='https://example.com/licence'>"
        + "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li><rdf:li>Bo &amp; Co</rdf:li></rdf:Seq></dc:creator>"
        + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© Ada Example</rdf:li><rdf:li xml:lang='fr'>Tous droits</rdf:li></rdf:Alt></dc:rights>"
        + "<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang='x-default'>Ask first</rdf:li></rdf:Alt></xmpRights:UsageTerms>"
        + "<cc:license rdf:resource='https://creativecommons.org/licenses/by/4.0/'/>"
        + "</rdf:Description></rdf:RDF></x:xmpmeta>");

    /// <summary><see cref="RightsXmp"/> with a place name added.</summary>
    public static byte[] RightsAndPlaceXmp { get; } = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(RightsXmp).Replace(
        "photoshop:Credit", "photoshop:City='Canaryville' photoshop:Credit", StringComparison.Ordinal));

    /// <summary>An EXIF block with a location, and with the most common tags that cleaning preserves.</summary>
    public static ExifFixture FullExif(int? orientation = null) => GeotaggedExif(orientation) with
    {
        Further =
        [
            (0x0131, 2, [.. "Studio 3\0"u8]), (0x013B, 2, [.. "Ada Example\0"u8]), (0x8298, 2, [.. "(c) Ada Example\0"u8]),
            (0x011A, 5, [0, 0, 1, 44, 0, 0, 0, 1]), (0x011B, 5, [0, 0, 1, 44, 0, 0, 0, 1]), (0x0128, 3, [0, 2]),
        ],
        FurtherExif =
        [
            (0x829A, 5, [0, 0, 0, 1, 0, 0, 0, 250]), (0x829D, 5, [0, 0, 0, 28, 0, 0, 0, 10]), (0x8827, 3, [0, 200]), (0x9204, 10, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3]),
            (0x920A, 5, [0, 0, 0, 50, 0, 0, 0, 1]), (0xA434, 2, [.. "EF50mm f/1.8\0"u8]), (0x9000, 7, [.. "0232"u8]),
        ],
    };

    /// <summary>A JPEG followed by a gain map, as phones write it (Ultra HDR 1.1), with an index of the two pictures.</summary>
    /// <param name="main">The main picture, without XMP.</param>
    /// <param name="gainMap">The gain map, without XMP.</param>
    public static byte[] UltraHdr(byte[] main, byte[] gainMap)
    {
        const string Head = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
            + "xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' hdrgm:Version='1.0' ";
        var map = WithXmpSegment(gainMap, Encoding.UTF8.GetBytes(
            Head + "hdrgm:GainMapMax='2.5' hdrgm:HDRCapacityMax='2.5' hdrgm:BaseRenditionIsHDR='False'>"
            + "<hdrgm:Gamma><rdf:Seq><rdf:li>1</rdf:li><rdf:li>1.1</rdf:li><rdf:li>1.2</rdf:li></rdf:Seq></hdrgm:Gamma></rdf:Description></rdf:RDF></x:xmpmeta>"));
        var announced = WithXmpSegment(main, Encoding.UTF8.GetBytes(
            Head + "xmlns:Container='http://ns.google.com/photos/1.0/container/' xmlns:Item='http://ns.google.com/photos/1.0/container/item/'>"
            + "<Container:Directory><rdf:Seq><rdf:li rdf:parseType='Resource'><Container:Item Item:Semantic='Primary' Item:Mime='image/jpeg'/></rdf:li>"
            + $"<rdf:li rdf:parseType='Resource'><Container:Item Item:Semantic='GainMap' Item:Mime='image/jpeg' Item:Length='{map.Length}'/></rdf:li></rdf:Seq></Container:Directory>"
            + "</rdf:Description></rdf:RDF></x:xmpmeta>"));
        var length = announced.Length + 90;
        byte[] index =
        [
            .. "MPF\0MM\0*"u8, 0, 0, 0, 8, 0, 3, 0xB0, 0, 0, 7, 0, 0, 0, 4, .. "0100"u8, 0xB0, 1, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0xB0, 2, 0, 7, 0, 0, 0, 32, 0, 0, 0, 50, 0, 0, 0, 0,
            0, 3, 0, 0, .. Number(length), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Number(map.Length), .. Number(length - 10), 0, 0, 0, 0,
        ];
        return [.. TestImages.WithSegment(announced, 0xE2, index), .. map];

        static byte[] Number(int number)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            return bytes;
        }
    }

    /// <summary>An IPTC dataset of record 2.</summary>
    public static byte[] Iptc(byte dataset, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        return [0x1C, 2, dataset, (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }

    /// <summary>Removes APP1 from the JPEG, because libvips writes its own EXIF.</summary>
    public static byte[] Bare(byte[] jpeg)
    {
        var bare = new List<byte>(jpeg[..2]);
        var at = 2;
        while (jpeg[at + 1] is not 0xDA)
        {
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
            bare.AddRange(jpeg[at + 1] == 0xE1 ? [] : jpeg[at..end]);
            at = end;
        }

        return [.. bare, .. jpeg[at..]];
    }

    /// <summary>Removes eXIf from the PNG, because libvips writes its own EXIF.</summary>
    public static byte[] BarePng(byte[] png)
    {
        var bare = new List<byte>(png[..8]);
        for (var at = 8; at < png.Length;)
        {
            var end = at + 12 + BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            bare.AddRange(png.AsSpan(at + 4, 4).SequenceEqual("eXIf"u8) ? [] : png[at..end]);
            at = end;
        }

        return [.. bare];
    }

    /// <summary>The content of an APP13 segment with one image resource.</summary>
    public static byte[] Photoshop(ushort id, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. "Photoshop 3.0\0"u8, .. "8BIM"u8, (byte)(id >> 8), (byte)id, 0, 0, .. length, .. content, .. new byte[content.Length & 1]];
    }

    public static byte[] WithXmpSegment(byte[] jpeg, byte[] packet) => TestImages.WithSegment(jpeg, 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. packet]);

    /// <summary>Adds the packet, split into segments of extended XMP.</summary>
    public static byte[] WithExtendedXmp(byte[] jpeg, byte[] packet, int partLength)
    {
        var header = new byte[8];
        for (var at = 0; at < packet.Length; at += partLength)
        {
            BinaryPrimitives.WriteInt32BigEndian(header, packet.Length);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), at);
            jpeg = TestImages.WithSegment(
                jpeg,
                0xE1,
                [.. "http://ns.adobe.com/xmp/extension/\0"u8, .. "0123456789ABCDEF0123456789ABCDEF"u8, .. header, .. packet[at..Math.Min(at + partLength, packet.Length)]]);
        }

        return jpeg;
    }

    public static byte[] WithXmpText(byte[] png, byte[] packet, bool isCompressed = false) => TestImages.WithChunk(
        png, "iTXt", [.. "XML:com.adobe.xmp\0"u8, (byte)(isCompressed ? 1 : 0), 0, 0, 0, .. isCompressed ? Deflate(packet) : packet]);

    /// <summary>Adds a profile to the PNG as ImageMagick writes it.</summary>
    public static byte[] WithRawProfile(byte[] png, string name, byte[] profile)
    {
        var text = Encoding.ASCII.GetBytes($"\n{name}\n{profile.Length,8}\n{Convert.ToHexStringLower(profile)}\n");
        return TestImages.WithChunk(png, "zTXt", [.. Encoding.ASCII.GetBytes("Raw profile type " + name), 0, 0, .. Deflate(text)]);
    }

    public static byte[] Deflate(byte[] content)
    {
        using var deflated = new MemoryStream();
        using (var stream = new ZLibStream(deflated, CompressionLevel.SmallestSize))
        {
            stream.Write(content);
        }

        return deflated.ToArray();
    }

    /// <summary>Converts the WebP to the simple format, because libvips writes its own EXIF.</summary>
    public static byte[] Simple(byte[] webP)
    {
        var at = Math.Max(webP.AsSpan().IndexOf("VP8 "u8), webP.AsSpan().IndexOf("VP8L"u8));
        var end = at + 8 + ((BinaryPrimitives.ReadInt32LittleEndian(webP.AsSpan(at + 4)) + 1) & ~1);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, end - at + 4);
        return [.. "RIFF"u8, .. length, .. "WEBP"u8, .. webP[at..end]];
    }

    /// <summary>Converts the WebP to the extended format and adds chunks after the pixels.</summary>
    /// <param name="webp">A simple WebP.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="flags">The flags of VP8X.</param>
    /// <param name="chunks">The names and contents of the chunks.</param>
    public static byte[] WithChunks(byte[] webp, int width, int height, byte flags, params (string Name, byte[] Content)[] chunks)
    {
        var pixels = webp[12..];
        byte[] body =
        [
            .. Chunk("VP8X", [flags, 0, 0, 0, .. Size(width), .. Size(height)]),
            .. pixels,
            .. chunks.SelectMany(chunk => Chunk(chunk.Name, chunk.Content)),
        ];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length + 4);
        return [.. "RIFF"u8, .. length, .. "WEBP"u8, .. body];

        static byte[] Size(int pixels) => [(byte)(pixels - 1), (byte)((pixels - 1) >> 8), (byte)((pixels - 1) >> 16)];

        static byte[] Chunk(string name, byte[] content)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            return [.. Encoding.ASCII.GetBytes(name), .. length, .. content, .. new byte[content.Length & 1]];
        }
    }

    /// <summary>Inserts an XMP packet before the GIF's trailer (XMP part 3, 1.1.2).</summary>
    public static byte[] WithXmpExtension(byte[] gif, byte[] packet)
    {
        byte[] magic = [1, .. Enumerable.Range(0, 256).Select(number => (byte)(255 - number)), 0];
        return [.. gif[..^1], 0x21, 0xFF, 11, .. "XMP DataXMP"u8, .. packet, .. magic, gif[^1]];
    }
}
