using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Walks through a file and names what stays: what decoding needs, and metadata that are on the list. Everything else
/// goes, because nobody has named it; a place to hide something that nobody thought of needs no line here.
/// </summary>
/// <param name="file">The file.</param>
internal abstract class ImageWalker(ByteSource file)
{
    // Far beyond what cameras and editors write; a file of alternating parts would fill the memory otherwise.
    private const int MaxParts = 100_000;

    private readonly List<ByteRange> kept = [];
    private readonly List<Edit> rewritten = [];

    /// <summary>The metadata of the picture, of the first page of several.</summary>
    internal KeptMetadata Metadata { get; } = new();

    /// <summary>The file.</summary>
    protected ByteSource File => file;

    /// <summary>What stays as it is, in the order named.</summary>
    protected IReadOnlyList<ByteRange> Kept => kept;

    /// <summary>Walks a file of that format.</summary>
    /// <exception cref="ProblemException">422 <c>corruptImage</c>: its structure cannot be followed.</exception>
    internal static ImageWalker Walk(ByteSource file, Domain.Images.ImageFormat format) => format switch
    {
        Domain.Images.ImageFormat.Jpeg => new JpegWalker(file),
        Domain.Images.ImageFormat.Png => new PngWalker(file),
        Domain.Images.ImageFormat.WebP => new WebPWalker(file),
        Domain.Images.ImageFormat.Gif => new GifWalker(file),
        Domain.Images.ImageFormat.Tiff => new TiffWalker(file),
        Domain.Images.ImageFormat.Avif or Domain.Images.ImageFormat.Heic => new IsoWalker(file),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such image format."),
    };

    /// <summary>What makes the file clean; nothing when it is.</summary>
    /// <exception cref="ProblemException">422 <c>corruptImage</c>: parts that are written anew overlap others.</exception>
    internal List<Edit> FindEdits()
    {
        var edits = MakeEdits().Where(edit => edit.Changes(file)).OrderBy(edit => edit.Range.Start).ThenBy(edit => edit.Range.End).ToList();
        for (var index = 1; index < edits.Count; index++)
        {
            if (edits[index].Range.Start < edits[index - 1].Range.End)
            {
                throw Corrupt("Parts of the image overlap that cannot.");
            }
        }

        return edits;
    }

    /// <summary>What goes, and what is written anew.</summary>
    protected abstract IEnumerable<Edit> MakeEdits();

    /// <summary>Names a part that stays as it is.</summary>
    protected void Keep(ByteRange part)
    {
        if (kept.Count > 0 && kept[^1].End == part.Start)
        {
            kept[^1] = kept[^1] with { End = Math.Max(part.Start, part.End) };
        }
        else if (part.Length > 0)
        {
            kept.Add(part);
            EnsureFew(kept.Count);
        }
    }

    /// <summary>Writes a part anew.</summary>
    protected void Rewrite(Edit edit)
    {
        rewritten.Add(edit);
        EnsureFew(rewritten.Count);
    }

    /// <summary>Names the blocks of metadata, where all of them may stay as they are.</summary>
    protected void KeepCleanMetadata()
    {
        foreach (var place in Metadata.CleanPlaces)
        {
            Keep(place);
        }
    }

    /// <summary>What is written anew, and what goes: the rest of the file, closed up.</summary>
    /// <param name="inserted">New parts, and where they stand.</param>
    protected IEnumerable<Edit> CloseUp(params (long At, byte[] Content)[] inserted)
    {
        var edits = Unnamed().Select(Edit.Drop).ToList();
        foreach (var (at, content) in inserted)
        {
            // Where old metadata make room for new ones it is one edit, which may turn out to change nothing.
            var place = edits.FindIndex(edit => edit.Range.Start == at);
            if (place >= 0)
            {
                edits[place] = edits[place] with { Content = content };
            }
            else if (content.Length > 0)
            {
                edits.Add(new Edit(ByteRange.FromLength(at, 0), content));
            }
        }

        return [.. rewritten, .. edits];
    }

    /// <summary>What is written anew, and zeros in the rest of the file: where offsets count from its start nothing may move.</summary>
    protected IEnumerable<Edit> BlankOut() => [.. rewritten, .. Unnamed().Select(Edit.Blank)];

    /// <summary>422 with that detail.</summary>
    protected static ProblemException Corrupt(string detail) => new(Problems.CorruptImage, detail);

    private static void EnsureFew(int parts)
    {
        if (parts > MaxParts)
        {
            throw Corrupt($"The image consists of more than {MaxParts} parts.");
        }
    }

    private IEnumerable<ByteRange> Unnamed() => ByteRange.Except([new ByteRange(0, file.Length)], [.. kept, .. rewritten.Select(edit => edit.Range)]);
}
