using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Images;

namespace ImageHub.Testing.Images;

/// <summary>Captions as common programs write them.</summary>
public static class CaptionFixtures
{
    private const string Namespaces =
        "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:lr='http://ns.adobe.com/lightroom/1.0/' "
        + "xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/' "
        + "xmlns:Iptc4xmpCore='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'";

    private const ushort Ascii = 2;

    /// <summary>The caption that most samples have. Samples differ if their program cannot write a field or writes another value into it.</summary>
    public static Caption Full { get; } = new()
    {
        Title = "Fährhafen",
        Description = "Ferries at dusk,\nseen from the quay",
        Tags = ["harbour", "Zürich"],
        Rating = 4,
        Creator = "Ada Example",
        Copyright = "© Ada Example",
    };

    /// <summary>The names of the programs.</summary>
    public static IReadOnlyList<string> Programs { get; } =
    [
        "Lightroom Classic", "Capture One", "darktable", "digiKam", "Photo Mechanic", "Apple Photos", "Windows Explorer", "Bridge", "Picasa", "GIMP", "Photoshop before XMP",
    ];

    /// <summary>A JPEG with metadata as a program writes it, and the expected caption.</summary>
    public static (byte[] File, Caption Caption) Make(string program, int seed)
    {
        var bare = MetadataFixtures.Bare(TestImages.Jpeg(64, 48, seed));
        return program switch
        {
            "Lightroom Classic" => (
                With(
                    bare,
                    Packet(
                        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:title>"
                        + "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator>"
                        + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© Ada Example</rdf:li></rdf:Alt></dc:rights>"
                        + "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Ferries at dusk,&#xA;seen from the quay</rdf:li></rdf:Alt></dc:description>"
                        + "<dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Zürich</rdf:li></rdf:Bag></dc:subject>"
                        + "<lr:hierarchicalSubject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Places|Switzerland|Zürich</rdf:li></rdf:Bag></lr:hierarchicalSubject>",
                        "xmp:Rating='4' xmp:CreatorTool='Adobe Photoshop Lightroom Classic 13.2' photoshop:City='Zürich' photoshop:DateCreated='2024-05-17T18:30:05'"),
                    FullIptc(),
                    exif: FullExif()),
                Full),
            "Capture One" => (
                With(
                    bare,
                    Packet(
                        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:title>"
                        + "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Ferries at dusk,&#xD;&#xA;seen from the quay</rdf:li></rdf:Alt></dc:description>"
                        + "<dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Zürich</rdf:li></rdf:Bag></dc:subject>"
                        + "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator><xmp:Rating>4</xmp:Rating><xmp:Label>Green</xmp:Label>"
                        + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© Ada Example</rdf:li></rdf:Alt></dc:rights>"),
                    exif: new ExifFixture { Further = [Text(0x8298, "Copyright of the camera")] }),
                Full),
            "darktable" => (
                With(
                    bare,
                    Packet(
                        "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator>"
                        + "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">Fährhafen</rdf:li></rdf:Alt></dc:title>"
                        + "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">Ferries at dusk,\nseen from the quay</rdf:li></rdf:Alt></dc:description>"
                        + "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">© Ada Example</rdf:li></rdf:Alt></dc:rights>"
                        + "<dc:subject><rdf:Seq><rdf:li>harbour</rdf:li></rdf:Seq></dc:subject>"
                        + "<lr:hierarchicalSubject><rdf:Seq><rdf:li>harbour</rdf:li><rdf:li>places|Zürich</rdf:li></rdf:Seq></lr:hierarchicalSubject>"
                        + "<darktable:history xmlns:darktable='http://darktable.sf.net/'><rdf:Seq><rdf:li darktable:num='0' darktable:operation='rawprepare'/></rdf:Seq></darktable:history>",
                        "xmp:Rating=\"4\" exif:DateTimeOriginal=\"2024:05:17 18:30:05.000\"")),
                Full),
            "digiKam" => (
                With(
                    bare,
                    Packet(
                        "<digiKam:TagsList xmlns:digiKam='http://www.digikam.org/ns/1.0/'><rdf:Seq><rdf:li>Places/Zürich</rdf:li></rdf:Seq></digiKam:TagsList>"
                        + "<dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Zürich</rdf:li></rdf:Bag></dc:subject>"
                        + "<dc:title><rdf:Alt><rdf:li xml:lang='de-DE'>Hafen</rdf:li><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:title>"
                        + "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Ferries at dusk,\nseen from the quay</rdf:li><rdf:li xml:lang='fr'>Des ferries</rdf:li></rdf:Alt></dc:description>"
                        + "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator>"
                        + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© Ada Example</rdf:li></rdf:Alt></dc:rights>",
                        "xmp:Rating='4' MicrosoftPhoto:Rating='75' tiff:ImageDescription='Ferries' xmlns:MicrosoftPhoto='http://ns.microsoft.com/photo/1.0/'")),
                Full),
            "Photo Mechanic" => (
                With(
                    bare,
                    Packet(
                        "<xmp:Rating>4</xmp:Rating><photoshop:City>Zürich</photoshop:City>",
                        "photomechanic:Tagged='True' xmlns:photomechanic='http://ns.camerabits.com/photomechanic/1.0/'"),
                    FullIptc()),
                Full),
            "Apple Photos" => (
                With(
                    bare,
                    Packet(
                        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Ferries at dusk,\nseen from the quay</rdf:li></rdf:Alt></dc:description>"
                        + "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:title>"
                        + "<dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Zürich</rdf:li></rdf:Bag></dc:subject>"),
                    FullIptc(),
                    exif: new ExifFixture { Further = [Text(0x010E, "SONY DSC")] }),
                Full with { Rating = null }),
            "Windows Explorer" => (
                With(
                    bare,
                    Packet(
                        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:title></rdf:Description>"
                        + $"<rdf:Description rdf:about='uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b' {Namespaces}><dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:description></rdf:Description>"
                        + $"<rdf:Description rdf:about='uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b' {Namespaces}><dc:subject><rdf:Bag xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:li>harbour</rdf:li><rdf:li>Zürich</rdf:li></rdf:Bag></dc:subject></rdf:Description>"
                        + $"<rdf:Description rdf:about='uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b' {Namespaces}><xmp:Rating>4</xmp:Rating><dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator>"),
                    exif: new ExifFixture { Further = [Text(0x8298, "© Ada Example"), (0x9C9B, 1, Encoding.Unicode.GetBytes("Fährhafen\0"))] }),
                Full with { Description = "Fährhafen" }),
            "Bridge" => (
                With(
                    bare,
                    Packet(
                        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Fährhafen</rdf:li></rdf:Alt></dc:title>"
                        + "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Ferries at dusk,&#xA;seen from the quay</rdf:li></rdf:Alt></dc:description>"
                        + "<dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Zürich</rdf:li></rdf:Bag></dc:subject>"
                        + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© Ada Example</rdf:li></rdf:Alt></dc:rights>"
                        + "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator><xmp:Rating>4</xmp:Rating>"),
                    Datasets((5, "An older title")),
                    digest: Digest(Datasets((5, "An older title")))),
                Full),
            "Picasa" => (
                With(bare, xmp: null, Datasets((120, "Ferries at dusk,\nseen from the quay"), (25, "harbour"), (25, "Zürich")), exif: new ExifFixture { Further = [Text(0x0131, "Picasa")] }),
                new Caption { Description = Full.Description, Tags = Full.Tags }),
            "GIMP" => (
                With(
                    bare,
                    Packet(
                        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">Fährhafen</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator>",
                        "xmp:Rating=\"4\" xmp:CreatorTool=\"GIMP 2.10\""),
                    exif: new ExifFixture { Further = [Text(0x010E, "Created with GIMP")] }),
                new Caption { Title = Full.Title, Creator = Full.Creator, Rating = 4 }),
            "Photoshop before XMP" => (
                With(bare, Packet("<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>An older title</rdf:li></rdf:Alt></dc:title>", "xmp:Rating='4'"), FullIptc(), digest: new byte[16]),
                Full),
            _ => throw new ArgumentOutOfRangeException(nameof(program), program, "There is no sample of that program."),
        };
    }

    /// <summary>An XMP packet with the given properties.</summary>
    /// <param name="elements">Elements in the description.</param>
    /// <param name="attributes">Attributes of the description.</param>
    public static byte[] Packet(string elements, string attributes = "") => Encoding.UTF8.GetBytes(
        "<?xpacket begin='\uFEFF' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='XMP Core 6.0.0'>\n"
        + $"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<rdf:Description rdf:about='' {Namespaces} {attributes}>{elements}</rdf:Description>\n</rdf:RDF></x:xmpmeta>\n"
        + "<?xpacket end='w'?>");

    /// <summary>IPTC-IIM datasets of record 2, which contains captions, in UTF-8.</summary>
    public static byte[] Datasets(params (byte Number, string Text)[] datasets) => [.. datasets.SelectMany(dataset => MetadataFixtures.Iptc(dataset.Number, dataset.Text))];

    /// <summary>The digest that Photoshop stores beside IPTC-IIM datasets.</summary>
    public static byte[] Digest(byte[] datasets)
    {
#pragma warning disable CA5351 // The format prescribes MD5.
        return MD5.HashData(datasets);
#pragma warning restore CA5351
    }

    /// <summary>A JPEG with metadata.</summary>
    /// <param name="jpeg">The JPEG without metadata.</param>
    /// <param name="xmp">The XMP packet, or null.</param>
    /// <param name="iptc">The IPTC-IIM datasets, or null.</param>
    /// <param name="digest">The digest of the datasets in Photoshop's resources, or null.</param>
    /// <param name="exif">The EXIF block, or null.</param>
    public static byte[] With(byte[] jpeg, byte[]? xmp = null, byte[]? iptc = null, byte[]? digest = null, ExifFixture? exif = null)
    {
        if (iptc is not null)
        {
            jpeg = TestImages.WithSegment(jpeg, 0xED, [.. "Photoshop 3.0\0"u8, .. Resource(0x03ED, new byte[16]), .. Resource(0x0404, iptc), .. digest is null ? [] : Resource(0x0425, digest)]);
        }

        jpeg = xmp is null ? jpeg : MetadataFixtures.WithXmpSegment(jpeg, xmp);
        return exif is null ? jpeg : TestImages.WithExif(jpeg, exif.ToBytes());
    }

    /// <summary>An image resource of Photoshop.</summary>
    public static byte[] Resource(ushort id, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. "8BIM"u8, (byte)(id >> 8), (byte)id, 0, 0, .. length, .. content, .. new byte[content.Length & 1]];
    }

    /// <summary>An EXIF text.</summary>
    public static (ushort Tag, ushort Type, byte[] Content) Text(ushort tag, string text) => (tag, Ascii, Encoding.UTF8.GetBytes(text + "\0"));

    private static byte[] FullIptc() =>
    [
        0x1C, 1, 90, 0, 3, 0x1B, (byte)'%', (byte)'G',
        .. Datasets((5, Full.Title!), (25, "harbour"), (25, "Zürich"), (80, Full.Creator!), (90, "Zürich"), (101, "Switzerland"), (116, Full.Copyright!), (120, "Ferries at dusk,\rseen from the quay")),
    ];

    private static ExifFixture FullExif() => new() { Further = [Text(0x010E, "Ferries at dusk"), Text(0x013B, "Ada Example"), Text(0x8298, "© Ada Example")] };
}
