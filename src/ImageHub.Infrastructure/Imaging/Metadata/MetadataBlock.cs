using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>What a block of metadata holds.</summary>
internal enum BlockKind
{
    /// <summary>A TIFF structure (EXIF 3.0), perhaps behind the six bytes <c>Exif\0\0</c>.</summary>
    Exif,

    /// <summary>An XMP packet, or the joined parts of an extended one (XMP part 3, 1.1.3.1).</summary>
    Xmp,

    /// <summary>Photoshop image resources.</summary>
    Photoshop,

    /// <summary>Bare IPTC-IIM datasets.</summary>
    Iptc,

    /// <summary>Something that says by itself where the picture was taken.</summary>
    Location,

    /// <summary>The text of an ImageMagick profile in a PNG: a length and hexadecimal digits.</summary>
    RawProfile,

    /// <summary>A comment, or what another application put there; judged by the words in it.</summary>
    Other,

    /// <summary>What follows the image's end: further pictures, films.</summary>
    Trailer,
}

/// <summary>A block of metadata.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Ranges">What to drop or blank: the block with everything around it.</param>
/// <param name="Content">What to judge.</param>
/// <param name="IsDeflated">Whether the content is a zlib stream.</param>
internal sealed record MetadataBlock(BlockKind Kind, IReadOnlyList<ByteRange> Ranges, ByteSource Content, bool IsDeflated = false)
{
    internal MetadataBlock(BlockKind kind, ByteRange range, ByteSource content, bool isDeflated = false)
        : this(kind, [range], content, isDeflated)
    {
    }

    /// <summary>Whether it goes together with the others as soon as one of them carries the location.</summary>
    internal bool IsStandard => Kind is BlockKind.Exif or BlockKind.Xmp or BlockKind.Photoshop or BlockKind.Iptc or BlockKind.Location or BlockKind.RawProfile;
}

/// <summary>A file as the blocks of metadata in it.</summary>
internal abstract class ImageContainer
{
    // Far beyond what cameras and editors write; a file of nothing but empty blocks would fill the memory otherwise.
    private const int MaxBlocks = 10_000;

    private readonly List<MetadataBlock> blocks = [];
    private int count;

    /// <summary>All of them, in the file's order.</summary>
    internal IReadOnlyList<MetadataBlock> Blocks => blocks;

    /// <summary>The edits that take the location out: all standard blocks go, and of the others those that carry it.</summary>
    internal abstract IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying);

    /// <summary>What goes, as ranges.</summary>
    protected IEnumerable<ByteRange> RangesToDrop(IReadOnlySet<MetadataBlock> carrying) =>
        ByteRange.Union(blocks.Where(block => block.IsStandard || carrying.Contains(block)).SelectMany(block => block.Ranges));

    /// <summary>The orientation to keep (EXIF 3.0, tag 274): that of the first EXIF block; 1 when there is none.</summary>
    protected int FindOrientation() =>
        blocks.Find(block => block is { Kind: BlockKind.Exif, IsDeflated: false }) is { } exif ? ExifBlock.ReadOrientation(exif.Content) : 1;

    /// <summary>Puts something where the first EXIF block is dropped, in front of what is dropped together with it.</summary>
    protected Edit InsertForExif(IReadOnlyList<ByteRange> dropped, byte[] content)
    {
        var place = blocks.Find(block => block.Kind == BlockKind.Exif)!.Ranges[0].Start;
        return new Edit(ByteRange.FromLength(dropped.First(range => range.Start <= place && place < range.End).Start, 0), content);
    }

    /// <exception cref="ProblemException">There are more than any program writes.</exception>
    protected void Add(MetadataBlock block)
    {
        CountBlock();
        blocks.Add(block);
    }

    /// <summary>Counts a part of a block that is added later.</summary>
    /// <exception cref="ProblemException">There are more than any program writes.</exception>
    protected void CountBlock()
    {
        if (++count > MaxBlocks)
        {
            throw new ProblemException(Problems.CorruptImage, $"The image has more than {MaxBlocks} blocks of metadata.");
        }
    }
}
