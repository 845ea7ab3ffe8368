using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Finds the parts to keep in an AVIF or HEIC (ISO/IEC 14496-12, ISO/IEC 23008-12). Removed parts are overwritten with zeros, so that other parts keep their
/// offsets, which count from the file's start. Bytes after the last valid box are cut off.
/// </summary>
internal sealed class IsoWalker : ImageWalker
{
    private const int MaxBoxes = 1_000;
    private const int MaxReferences = 10_000;
    private const string Rdf = "application/rdf+xml";

    // The length of the field with the offset of an Exif item's TIFF header.
    private const int OffsetLength = 4;

    // XMP part 3, 1.2.1.
    private static readonly byte[] XmpBox = Convert.FromHexString("BE7ACFCB97A942E89C71999491E3AFAC");

    // The boxes that contain other boxes, each with its parent box.
    private static readonly HashSet<(string Parent, string Type)> Containers =
        [("", "moov"), ("moov", "trak"), ("trak", "mdia"), ("mdia", "minf"), ("minf", "stbl"), ("meta", "iprp"), ("iprp", "ipco")];

    private static readonly HashSet<string> Structure = new(StringComparer.Ordinal)
    {
        // The parts of an image and their locations.
        "ftyp", "hdlr", "pitm", "iinf", "iloc", "iref", "grpl", "dinf", "ipma",

        // Properties of items (ISO/IEC 23008-12 6.5, AV1 in ISOBMFF, MIAF): size, channels, decoders, colours, shape, rotation, role, light,
        // layers.
        "ispe", "pixi", "av1C", "hvcC", "lhvC", "avcC", "vvcC", "colr", "pasp", "clap", "irot", "imir", "auxC", "clli", "mdcv", "cclv", "amve", "ndwt", "reve",
        "lsel", "a1op", "a1lx", "oinf", "tols", "rloc",

        // An image sequence and its sample tables.
        "mvhd", "mvex", "tkhd", "tref", "edts", "mdhd", "vmhd", "nmhd", "stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stco", "co64", "stss", "sdtp", "sbgp", "sgpd", "subs",
    };

    // Coded and derived pictures.
    private static readonly HashSet<string> Pictures = new(StringComparer.Ordinal) { "av01", "hvc1", "hev1", "hvc2", "lhv1", "avc1", "vvc1", "grid", "iovl", "iden", "tmap" };

    private readonly List<(IsoItem Item, ByteSource Content)> metadataItems = [];

    internal IsoWalker(ByteSource file)
        : base(file)
    {
        if (!file.Has(4, "ftyp"u8))
        {
            throw Corrupt("The file does not start with an ftyp box, as every AVIF and HEIC does.");
        }

        var end = KeepBoxes(new ByteRange(0, file.Length), "");
        Rewrite(Edit.Drop(new ByteRange(end, file.Length)));
        foreach (var (item, content) in metadataItems)
        {
            KeepMetadata(item, content);
        }
    }

    protected override IEnumerable<Edit> MakeEdits() => ZeroRest();

    /// <returns>The end of the last box.</returns>
    private long KeepBoxes(ByteRange within, string parent)
    {
        var end = within.Start;
        foreach (var box in IsoBox.Read(File, within))
        {
            end = box.Range.End;
            switch (box.Type)
            {
                case "meta" when parent.Length == 0:
                    KeepMeta(box);
                    break;

                // Keeps only the header here. The content is kept where the samples or items refer to it.
                case "mdat" or "idat":
                    Keep(box.Header);
                    break;
                case "moof":
                    throw Corrupt("The image is a fragmented sequence, which is not supported.");
                case "trak" when !IsoSamples.IsOfPictures(File, box.Content):
                    Free(box);
                    break;
                case var type when Containers.Contains((parent, type)):
                    Keep(box.Header);
                    KeepBoxes(box.Content, type);
                    foreach (var chunk in type == "trak" ? IsoSamples.Read(File, box.Content) : [])
                    {
                        Keep(chunk);
                    }

                    break;
                case var type when Structure.Contains(type):
                    Keep(box.Range);
                    break;
                default:
                    if (box.Type == "uuid" && File.Has(box.Content.Start, XmpBox))
                    {
                        Metadata.AddXmp(File.Slice(box.Content.Start + XmpBox.Length, box.Content.Length - XmpBox.Length), null);
                    }

                    Free(box);
                    break;
            }
        }

        return end;
    }

    // Turns a box into a free box of the same length, so that offsets and the indexes of item properties remain valid. A box of more than 4 GiB gets the
    // largest length that fits in 32 bits.
    private void Free(IsoBox box)
    {
        byte[] header = [0, 0, 0, 0, .. "free"u8];
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)Math.Min(box.Range.Length, uint.MaxValue));
        Rewrite(new Edit(ByteRange.FromLength(box.Range.Start, header.Length), header));
    }

    private void KeepMeta(IsoBox meta)
    {
        // A version and flags precede the boxes.
        var content = meta.Content with { Start = Math.Min(meta.Content.Start + 4, meta.Content.End) };
        Keep(meta.Range with { End = content.Start });
        var children = IsoBox.Read(File, content).Take(MaxBoxes + 1).ToList();
        if (children.Count > MaxBoxes)
        {
            throw Corrupt($"The image's items are described by more than {MaxBoxes} boxes.");
        }

        KeepBoxes(content, "meta");
        var previews = FindPreviews(children);
        foreach (var item in IsoItems.Read(File, children))
        {
            if (Pictures.Contains(item.Type) && !previews.Contains(item.Id))
            {
                foreach (var extent in item.Extents)
                {
                    Keep(extent);
                }

                continue;
            }

            // Overlapping extents could make an item larger than the file. Such an item is read as empty.
            ByteSource bytes = item.Extents.Sum(extent => extent.Length) <= File.Length
                ? new JoinedBytes([.. item.Extents.Select(extent => File.Slice(extent.Start, extent.Length))])
                : ByteSource.Empty;
            switch (item)
            {
                case { Type: "Exif" }:
                    Metadata.AddExif(SkipOffset(bytes), default);
                    AddFirst(item, SkipOffset(bytes));
                    break;
                case { Type: "mime", ContentType: Rdf, IsEncoded: false }:
                    Metadata.AddXmp(bytes, null);
                    AddFirst(item, bytes);
                    break;
                default:
                    Disown(item);
                    break;
            }
        }
    }

    private void AddFirst(IsoItem item, ByteSource content)
    {
        if (metadataItems.TrueForAll(other => other.Item.Type != item.Type))
        {
            metadataItems.Add((item, content));
        }
        else
        {
            Disown(item);
        }
    }

    // Changes the item's type to one that readers ignore.
    private void Disown(IsoItem item)
    {
        if (item.TypeAt >= 0)
        {
            Rewrite(new Edit(ByteRange.FromLength(item.TypeAt, 4), "skip"u8.ToArray()));
        }
    }

    private void KeepMetadata(IsoItem item, ByteSource content)
    {
        var (clean, padding) = item.Type == "Exif" ? (CleanExif(item, content), (byte)0) : (CleanXmp(content), (byte)' ');
        var isAlone = item.Extents.Count == 1 && !item.IsDerived && ByteRange.Except(item.Extents, Kept).Sum(range => range.Length) == item.Extents[0].Length;
        if (clean is null || !isAlone || clean.Length > item.Extents[0].Length)
        {
            Disown(item);
        }
        else if (clean.Length == 0)
        {
            Keep(item.Extents[0]);
        }
        else
        {
            Rewrite(new Edit(item.Extents[0], clean, padding));
            Keep(item.Extents[0]);
        }
    }

    // Returns the clean content, an empty array to keep the content unchanged, or null to remove the item. Readers skip the bytes between the field of the
    // offset and the block, but these could be private data.
    private static byte[]? CleanExif(IsoItem item, ByteSource block) => ExifBlock.Read(block, ExifList.Kept) switch
    {
        { IsClean: true, IsEmpty: false } when item.Extents.Sum(extent => extent.Length) == OffsetLength + block.Length => [],
        { } exif when exif.Write() is { } structure => [0, 0, 0, 6, .. "Exif\0\0"u8, .. structure],
        _ => null,
    };

    private static byte[]? CleanXmp(ByteSource packet) => XmpPacket.Read(packet) switch
    {
        { IsClean: true } => [],
        var xmp => xmp.WriteRights(),
    };

    // A thmb reference leads from a preview to its image. It starts with the id of the preview (ISO/IEC 14496-12 8.11.12).
    private HashSet<long> FindPreviews(IEnumerable<IsoBox> children)
    {
        var references = children.FirstOrDefault(box => box.Type == "iref").Content;
        var size = File.Slice(references.Start, references.Length).Has(0, [0]) ? 2 : 4;
        return [.. IsoBox.Read(File, references with { Start = Math.Min(references.Start + 4, references.End) }).Where(box => box.Type == "thmb").Take(MaxReferences)
            .Select(box => size == 2
                ? (long)BinaryPrimitives.ReadUInt16BigEndian([.. File.Take(box.Content.Start, size), 0, 0])
                : BinaryPrimitives.ReadUInt32BigEndian([.. File.Take(box.Content.Start, size), 0, 0, 0, 0]))];
    }

    // The content starts with a field of four bytes: the offset of the TIFF header, counted from the end of the field (ISO/IEC 23008-12 A.2.1). If Exif\0\0
    // follows the field, the offset is ignored, and the result starts at Exif\0\0. Otherwise the result starts at the TIFF header.
    private static ByteSource SkipOffset(ByteSource content)
    {
        Span<byte> offset = stackalloc byte[OffsetLength];
        return !content.TryRead(0, offset) ? ByteSource.Empty
            : content.Has(OffsetLength, "Exif\0\0"u8) ? content.Slice(OffsetLength)
            : content.Slice(OffsetLength + (long)BinaryPrimitives.ReadUInt32BigEndian(offset));
    }
}
