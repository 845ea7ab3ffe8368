namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Collects the metadata blocks of one picture, and creates new blocks with only the values to keep.</summary>
/// <param name="rotation">The degrees by which to rotate the picture clockwise through its orientation tag.</param>
internal sealed class KeptMetadata(int rotation = 0)
{
    // The maximum number of blocks of each kind. Readers use only the first block of a kind.
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

    /// <summary>Blocks of IPTC-IIM datasets, in the file's order.</summary>
    internal IReadOnlyList<ByteSource> Iptc => iptc;

    /// <summary>The MD5 of the IPTC-IIM datasets, as stored in Photoshop's resources; empty if it is not stored.</summary>
    internal ByteSource IptcDigest { get; private set; } = ByteSource.Empty;

    /// <summary>
    /// Whether the blocks may stay unchanged: the picture is not rotated, and there is no IPTC-IIM and at most one EXIF block and one XMP packet, with only
    /// allowed values.
    /// </summary>
    internal bool IsClean => isClean ??=
        rotation == 0 && exif.Count <= 1 && xmp.Count <= 1 && iptc.Count == 0 && places.Count == exif.Count + xmp.Count
        && exif.TrueForAll(block => ExifBlock.Read(block, ExifList.Kept) is { IsClean: true, IsEmpty: false })
        && (xmp.Count == 0 || ReadXmp().IsClean);

    /// <summary>Whether there is exactly one XMP packet and it may stay unchanged.</summary>
    internal bool HasCleanXmp => xmp.Count == 1 && iptc.Count == 0 && ReadXmp().IsClean;

    /// <summary>The positions of all blocks if <see cref="IsClean"/>; otherwise empty.</summary>
    internal IReadOnlyList<ByteRange> CleanPlaces => IsClean ? places : [];

    /// <param name="block">A TIFF structure, optionally preceded by a name.</param>
    /// <param name="place">The block's range, including the surrounding structure.</param>
    internal void AddExif(ByteSource block, ByteRange place) => Add(exif, block, place);

    /// <param name="block">The packet.</param>
    /// <param name="place">The packet's range; null if the packet cannot stay unchanged.</param>
    internal void AddXmp(ByteSource block, ByteRange? place) => Add(xmp, block, place);

    /// <param name="datasets">Bare IPTC-IIM datasets.</param>
    internal void AddIptc(ByteSource datasets) => Add(iptc, datasets, null);

    /// <param name="resources">Photoshop's image resources.</param>
    internal void AddPhotoshop(ByteSource resources)
    {
        AddIptc(PhotoshopResources.Find(resources, PhotoshopResources.Iptc));
        IptcDigest = PhotoshopResources.Find(resources, PhotoshopResources.IptcDigest);
    }

    /// <summary>The degrees by which to rotate the picture clockwise through its orientation tag.</summary>
    internal int Rotation => rotation;

    /// <summary>Creates a TIFF structure with the allowed values of the first EXIF block; null if there are no values or the blocks stay unchanged.</summary>
    internal byte[]? MakeExif() => IsClean ? null : WriteExif();

    /// <summary>Creates an XMP packet with creator and rights; null if there are none or the blocks stay unchanged.</summary>
    internal byte[]? MakeXmp() => IsClean ? null : ReadXmp().WriteRights();

    /// <summary>Like <see cref="MakeExif"/>, but also if the blocks are clean.</summary>
    internal byte[]? WriteExif()
    {
        var block = exif.Count == 0 ? null : ExifBlock.Read(exif[0], ExifList.Kept);
        return rotation == 0 ? block?.Write() : (block ?? ExifBlock.Empty).Rotate(rotation).Write();
    }

    /// <summary>Reads the first XMP packet and adds missing values from IPTC.</summary>
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
