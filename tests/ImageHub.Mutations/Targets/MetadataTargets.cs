using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.Mutations.Targets;

/// <summary>The parsers of metadata blocks and sidecars. Cleaned EXIF and XMP blocks and written sidecars are read again.</summary>
internal static class MetadataTargets
{
    private static readonly IReadOnlyList<byte[]> XmlTokens =
    [
        [.. "<rdf:RDF"u8], [.. "</rdf:RDF>"u8], [.. "<rdf:Description "u8], [.. "</rdf:Description>"u8], [.. "<rdf:li>"u8], [.. "</rdf:li>"u8], [.. "<rdf:Seq>"u8], [.. "</rdf:Seq>"u8],
        [.. "<rdf:Alt>"u8], [.. "</rdf:Alt>"u8], [.. "<dc:title>"u8], [.. "</dc:title>"u8], [.. "<dc:creator>"u8], [.. "<rdf:value>"u8], [.. " xml:lang='x-default'"u8], [.. " rdf:about=''"u8],
        [.. " xmlns:a='b'"u8], [.. "<!DOCTYPE a [<!ENTITY b 'c'>]>"u8], [.. "&lt;"u8], [.. "&#0;"u8], [.. "&#xD800;"u8], [.. "&#x10FFFF;"u8], [.. "<![CDATA["u8], [.. "]]>"u8], [.. "<!--"u8], [.. "-->"u8],
        [.. "<?xpacket end='w'?>"u8], [.. "<?xml version='1.0' encoding='utf-16'?>"u8], [.. "<?xml version='1.1'?>"u8], [.. "<?xml version='1.0' encoding='utf-7'?>"u8], [0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80],
        [.. "exif:GPSLatitude='48,51.498N'"u8], [.. "exif:GPSLongitude='2,17.67E'"u8], [.. "exif:DateTimeOriginal='2024-05-17T18:30:05+02:00'"u8], [.. "xmp:Rating='5'"u8], [.. "hdrgm:Version='1.0'"u8],
        [.. " xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' hdrgm:GainMapMax='2.5'"u8], [.. "\0"u8],
    ];

    private static readonly IReadOnlyList<byte[]> JsonTokens =
    [
        [.. "\"description\":"u8], [.. "\"photoTakenTime\":"u8], [.. "\"geoData\":"u8], [.. "\"latitude\":"u8], [.. "\"timestamp\":"u8], [.. "\"title\":"u8], [.. "null"u8], [.. "true"u8], [.. "{"u8], [.. "}"u8],
        [.. "["u8], [.. "]"u8], [.. "\"\\ud800\""u8], [.. "\"\\u0000\""u8], [.. "1e999"u8], [.. "-0"u8], [.. "1e-999"u8], [.. ","u8], [.. "/*"u8], [.. "\\"u8], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF],
    ];

    private static readonly Sidecars Sidecars = new();

    public static IEnumerable<Target> Create()
    {
        byte[][] packets =
        [
            MetadataFixtures.RightsXmp, MetadataFixtures.RightsAndPlaceXmp, MetadataFixtures.GeotaggedXmp, MetadataFixtures.PlainXmp,
            CaptionFixtures.Packet(
                "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Harbour</rdf:li></rdf:Alt></dc:title><dc:subject><rdf:Bag><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Bag></dc:subject>",
                "xmp:Rating='4' exif:DateTimeOriginal='2024-05-17T18:30:05'"),
        ];
        var datasets = CaptionFixtures.Datasets((5, "Harbour"), (25, "boat"), (25, "Zürich"), (80, "Ada Example"), (110, "Agence"), (116, "© Ada"), (120, "Ferries at dusk"));

        yield return new Target("exif", ParseExif)
        {
            Seeds =
            [
                MetadataFixtures.FullExif(6).ToBytes(), MetadataFixtures.ExposedExif().ToBytes(), (MetadataFixtures.GeotaggedExif(3) with { IsLittleEndian = true, Thumbnail = [0xFF, 0xD8, 0xFF, 0xD9] }).ToBytes(),
                [.. "Exif\0\0"u8, .. MetadataFixtures.PlainExif().ToBytes()],
            ],
            Tokens = [[0x87, 0x69], [0x69, 0x87], [0x88, 0x25], [0x25, 0x88], [1, 0x12], [0x12, 1], [0x82, 0x98], [0x90, 3], [0, 2], [2, 0], [0, 5], [0, 10], [0, 129], [.. "MM\0*"u8], [.. "II*\0"u8], [.. "II+\0"u8]],
        };
        yield return new Target("xmp", ParseXmp) { Seeds = packets, Tokens = XmlTokens };
        yield return new Target("iptc", ParseIptc)
        {
            Seeds =
            [
                datasets, [0x1C, 1, 90, 0, 3, 0x1B, (byte)'%', (byte)'G', .. datasets],
                [.. CaptionFixtures.Resource(0x03ED, new byte[16]), .. CaptionFixtures.Resource(0x0404, datasets), .. CaptionFixtures.Resource(0x0425, CaptionFixtures.Digest(datasets))],
            ],
            Tokens = [[0x1C, 2, 5], [0x1C, 2, 25], [0x1C, 2, 80], [0x1C, 1, 90], [.. "8BIM"u8], [4, 4], [4, 0x25], [0x80, 0], [0x7F, 0xFF]],
        };
        yield return new Target("sidecar-xmp", packet => Rewrite(Sidecars.ReadXmp(packet)), Problems.InvalidSidecar) { Seeds = packets, Tokens = XmlTokens };
        yield return new Target("sidecar-takeout", json => Rewrite(Sidecars.ReadTakeout(json)), Problems.InvalidSidecar)
        {
            Seeds =
            [
                [.. """{"title":"a.jpg","description":"Ferries at dusk","photoTakenTime":{"timestamp":"1715963405","formatted":"17 May 2024"},"geoData":{"latitude":48.8583,"longitude":2.2945,"altitude":1.0}}"""u8],
                [.. """{"description":"","geoData":{"latitude":0.0,"longitude":0.0}}"""u8], [.. """{"photoTakenTime":{"timestamp":-62135596800}}"""u8],
            ],
            Tokens = JsonTokens,
        };
        yield return new Target("album-title", json => _ = AlbumTitle.Read(json))
        {
            Seeds = [[.. """{"title":"Harbour","description":"","access":"protected"}"""u8], [.. """{"title":"\u00e9\ud83d\ude00"}"""u8]],
            Tokens = JsonTokens,
        };
    }

    private static void ParseExif(byte[] block)
    {
        foreach (var list in (ExifList[])[ExifList.Kept, ExifList.Facts])
        {
            if (ExifBlock.Read(new MemoryBytes(block), list) is not { } read)
            {
                continue;
            }

            if (read.Write() is { } written)
            {
                WrongResultException.ThrowUnless(ExifBlock.Read(new MemoryBytes(written), list) is { IsClean: true, IsEmpty: false }, "The written block is not clean.");
            }

            WrongResultException.ThrowUnless(read.Rotate(90).Write() is not null, "A rotated block is empty.");
        }
    }

    private static void ParseXmp(byte[] packet)
    {
        var read = XmpPacket.Read(new MemoryBytes(packet));
        _ = (read.HasGainMap, read.DescribesGainMap, read.WriteAnnouncement(1_000), read.WriteGainMap());
        if (read.WriteRights() is { } written)
        {
            WrongResultException.ThrowUnless(XmpPacket.Read(new MemoryBytes(written)).IsClean, "The written packet is not clean.");
        }

        var facts = XmpFacts.Read(new MemoryBytes(packet));
        _ = (EmbeddedCaption.Combine([facts.Caption]), facts.Location, facts.NamesRating, facts.TakenTimes.Select(TakenTime.Read).ToList());
    }

    private static void ParseIptc(byte[] block)
    {
        var resources = new MemoryBytes(block);
        foreach (var datasets in (ByteSource[])[resources, PhotoshopResources.Find(resources, PhotoshopResources.Iptc)])
        {
            _ = EmbeddedCaption.Combine([IptcCaption.Read(datasets)]);
            _ = IptcCaption.IsNewerThanXmp(datasets, PhotoshopResources.Find(resources, PhotoshopResources.IptcDigest));
            var packet = new XmpPacket();
            IptcRights.Read(datasets, packet);
            _ = packet.WriteRights();
        }
    }

    // The server stores the values of a sidecar, and writes them as XMP on request.
    private static void Rewrite(Sidecar read)
    {
        try
        {
            _ = Sidecars.ReadXmp(Sidecars.Write(read));
        }
        catch (ProblemException problem)
        {
            throw new WrongResultException($"The written sidecar cannot be read: {problem.Message}");
        }
    }
}
