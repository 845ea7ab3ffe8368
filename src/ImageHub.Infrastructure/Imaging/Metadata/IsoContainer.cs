using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The boxes of an AVIF or HEIC (ISO/IEC 14496-12, ISO/IEC 23008-12). Offsets are from the file's start, so blocks are blanked in place.</summary>
internal sealed class IsoContainer : ImageContainer
{
    // XMP part 3, 1.2.1.
    private static readonly byte[] XmpBox = Convert.FromHexString("BE7ACFCB97A942E89C71999491E3AFAC");

    // What holds pixels, or says how to decode them.
    private static readonly HashSet<string> Structure = new(StringComparer.Ordinal) { "ftyp", "styp", "mdat", "moof", "mfra", "sidx", "pdin", "mvhd", "tkhd", "mdia", "edts", "tref", "iods", "mvex" };

    private readonly ByteSource file;
    private readonly List<ByteRange> kept = [];

    // Where the four letters of a block's item or box stand.
    private readonly Dictionary<MetadataBlock, long> typesAt = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<MetadataBlock> items = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<MetadataBlock> elsewhere = new(ReferenceEqualityComparer.Instance);

    private IsoContainer(ByteSource file)
    {
        this.file = file;
        var end = ReadBoxes(new ByteRange(0, file.Length));
        if (end < file.Length)
        {
            var rest = new ByteRange(end, file.Length);
            Add(new MetadataBlock(BlockKind.Trailer, rest, file.Slice(end)));
        }
    }

    /// <param name="file">Starts with a file type box.</param>
    internal static IsoContainer Read(ByteSource file) => new(file);

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying)
    {
        var taken = new List<ByteRange>(kept);
        foreach (var block in Blocks.Where(block => block.IsStandard || carrying.Contains(block)))
        {
            var free = ByteRange.Except(block.Ranges, taken).ToList();
            var isWhole = free.Sum(range => range.Length) == block.Ranges.Sum(range => range.Length) && !elsewhere.Contains(block);
            taken.AddRange(free);
            foreach (var range in free)
            {
                yield return isWhole && free.Count == 1 ? Blank(block, range) : Edit.Blank(range);
            }

            // An item whose bytes something else uses cannot be blanked, but nobody looks for one of that type.
            if (typesAt.TryGetValue(block, out var typeAt) && typeAt >= 0 && !(items.Contains(block) && isWhole))
            {
                yield return new Edit(ByteRange.FromLength(typeAt, 4), items.Contains(block) ? "skip"u8.ToArray() : "free"u8.ToArray());
            }
        }
    }

    // Readers expect something valid in an item that is there.
    private Edit Blank(MetadataBlock block, ByteRange range)
    {
        if (items.Contains(block) && block.Kind == BlockKind.Exif)
        {
            byte[] content = [0, 0, 0, 0, .. ExifBlock.WithOrientation(ExifBlock.ReadOrientation(block.Content))];
            return content.Length <= range.Length ? new Edit(range, content, Padding: 0) : Edit.Blank(range);
        }

        if (items.Contains(block) && block.Kind == BlockKind.Xmp)
        {
            byte[] content = [.. "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>"u8];
            return new Edit(range, content.Length <= range.Length ? content : [], Padding: (byte)' ');
        }

        return Edit.Blank(range);
    }

    private long ReadBoxes(ByteRange within)
    {
        var end = within.Start;
        foreach (var box in IsoBox.Read(file, within))
        {
            end = box.Range.End;
            switch (box.Type)
            {
                case "meta" when within.Start == 0:
                    ReadMeta(box);
                    break;
                case "moov" or "trak":
                    kept.Add(box.Range with { End = box.Content.Start });
                    ReadBoxes(box.Content);
                    break;
                case "uuid" when file.Has(box.Content.Start, XmpBox):
                    AddBox(box, BlockKind.Xmp, XmpBox.Length);
                    break;
                case "mdat":
                    kept.Add(box.Range with { End = box.Content.Start });
                    break;
                case var type when Structure.Contains(type):
                    kept.Add(box.Range);
                    break;
                default:
                    AddBox(box, BlockKind.Other, 0);
                    break;
            }
        }

        return end;
    }

    private void AddBox(IsoBox box, BlockKind kind, int nameLength)
    {
        kept.Add(box.Range with { End = box.Content.Start });
        var block = new MetadataBlock(kind, box.Content, file.Slice(box.Content.Start + nameLength, box.Content.Length - nameLength));
        Add(block);
        typesAt.Add(block, box.TypeAt);
    }

    private void ReadMeta(IsoBox meta)
    {
        // A version and flags come before the boxes.
        var children = IsoBox.Read(file, meta.Content with { Start = Math.Min(meta.Content.Start + 4, meta.Content.End) }).ToList();
        var data = children.Where(box => box.Type == "idat").Select(box => box.Content);
        kept.AddRange(ByteRange.Except([meta.Range], data));
        foreach (var item in IsoItems.Read(file, children))
        {
            var kind = item switch
            {
                { Type: "Exif" } => BlockKind.Exif,
                { Type: "mime", ContentType: "application/rdf+xml" } => BlockKind.Xmp,
                { Type: "mime" or "uri " or "jumb" } => BlockKind.Other,
                _ => (BlockKind?)null,
            };
            if (kind is null)
            {
                kept.AddRange(item.Extents);
                continue;
            }

            ByteSource content = new JoinedBytes([.. item.Extents.Select(extent => file.Slice(extent.Start, extent.Length))]);
            var block = new MetadataBlock(kind.Value, item.Extents, kind == BlockKind.Exif ? SkipOffset(content) : content, item.IsEncoded);
            Add(block);
            items.Add(block);
            typesAt.Add(block, item.TypeAt);
            if (item.IsElsewhere)
            {
                elsewhere.Add(block);
            }
        }
    }

    // ISO/IEC 23008-12 A.2.1: how many bytes lie between this number and the TIFF header.
    private static ByteSource SkipOffset(ByteSource content)
    {
        Span<byte> offset = stackalloc byte[4];
        return content.TryRead(0, offset) ? content.Slice(4 + (long)BinaryPrimitives.ReadUInt32BigEndian(offset)) : ByteSource.Empty;
    }
}
