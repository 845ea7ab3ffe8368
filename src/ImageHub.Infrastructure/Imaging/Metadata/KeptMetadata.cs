namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The blocks of metadata of one picture, and what of them may stay.</summary>
internal sealed class KeptMetadata
{
    // Whatever a file repeats, readers look at the first ones.
    private const int MaxBlocks = 4;

    private readonly List<ByteSource> exif = [];
    private readonly List<ByteSource> xmp = [];
    private readonly List<ByteSource> iptc = [];
    private readonly List<ByteRange> places = [];
    private bool? isClean;
    private XmpPacket? packet;

    /// <summary>EXIF blocks, in the file's order.</summary>
    internal IReadOnlyList<ByteSource> Exif => exif;

    /// <summary>XMP packets, in the file's order.</summary>
    internal IReadOnlyList<ByteSource> Xmp => xmp;

    /// <summary>Whether the blocks may stay as they are: one of each kind at most, and nothing in them that is not on the list.</summary>
    internal bool IsClean => isClean ??=
        exif.Count <= 1 && xmp.Count <= 1 && iptc.Count == 0 && places.Count == exif.Count + xmp.Count
        && exif.TrueForAll(block => ExifBlock.Read(block, ExifList.Kept) is { IsClean: true, IsEmpty: false })
        && xmp.TrueForAll(block => XmpPacket.Read(block).IsClean);

    /// <summary>Whether there is one XMP packet, which may stay as it is.</summary>
    internal bool HasCleanXmp => xmp.Count == 1 && iptc.Count == 0 && ReadXmp().IsClean;

    /// <summary>Where the blocks stand that may stay as they are.</summary>
    internal IReadOnlyList<ByteRange> CleanPlaces => IsClean ? places : [];

    /// <param name="block">A TIFF structure, perhaps behind a name.</param>
    /// <param name="place">Where it stands with all that is around it.</param>
    internal void AddExif(ByteSource block, ByteRange place) => Add(exif, block, place);

    /// <param name="block">The packet.</param>
    /// <param name="place">The same; null where it cannot stay as it is, whatever it says.</param>
    internal void AddXmp(ByteSource block, ByteRange? place) => Add(xmp, block, place);

    /// <param name="datasets">Bare IPTC-IIM datasets.</param>
    internal void AddIptc(ByteSource datasets) => Add(iptc, datasets, null);

    /// <summary>A TIFF structure with what may stay of the first EXIF block; null when that is nothing, or the blocks stay as they are.</summary>
    internal byte[]? MakeExif() => IsClean || exif.Count == 0 ? null : WriteExif();

    /// <summary>An XMP packet with who made the picture and what may be done with it; null when nothing says so, or the blocks stay as they are.</summary>
    internal byte[]? MakeXmp() => IsClean ? null : ReadXmp().WriteRights();

    /// <summary>As <see cref="MakeExif"/>, but in any case.</summary>
    internal byte[]? WriteExif() => exif.Count == 0 ? null : ExifBlock.Read(exif[0], ExifList.Kept)?.Write();

    /// <summary>The first XMP packet, with what IPTC says besides.</summary>
    internal XmpPacket ReadXmp()
    {
        if (packet is null)
        {
            packet = xmp.Count > 0 ? XmpPacket.Read(xmp[0]) : new XmpPacket();
            iptc.ForEach(datasets => IptcRights.Read(datasets, packet));
        }

        return packet;
    }

    private void Add(List<ByteSource> blocks, ByteSource block, ByteRange? place)
    {
        if (blocks.Count < MaxBlocks)
        {
            blocks.Add(block);
            places.AddRange(place is { } range ? [range] : []);
        }
    }
}
