using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Walks through a file and names the parts to keep: those needed for decoding, and allowed metadata. Everything else is removed because it is
/// not named, including data in places that nobody thought of.
/// </summary>
/// <param name="file">The file.</param>
internal abstract class ImageWalker(ByteSource file)
{
    // Far more than cameras and editors write; otherwise a file of alternating parts could fill the memory.
    private const int MaxParts = 100_000;

    private readonly List<ByteRange> kept = [];
    private readonly List<Edit> rewritten = [];

    /// <summary>The metadata of the picture, or of the first page of several.</summary>
    internal KeptMetadata Metadata { get; } = new();

    /// <summary>The file.</summary>
    protected ByteSource File => file;

    /// <summary>The parts to keep unchanged, in the order named.</summary>
    protected IReadOnlyList<ByteRange> Kept => kept;

    /// <summary>The edits that clean the file; empty if it is clean.</summary>
    /// <exception cref="ProblemException">422 <c>corruptImage</c> if rewritten parts overlap others.</exception>
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

    /// <summary>The parts to remove and to rewrite.</summary>
    protected abstract IEnumerable<Edit> MakeEdits();

    /// <summary>Names a part to keep unchanged.</summary>
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

    /// <summary>Rewrites a part.</summary>
    protected void Rewrite(Edit edit)
    {
        rewritten.Add(edit);
        EnsureFew(rewritten.Count);
    }

    /// <summary>Keeps the blocks of metadata if all of them are clean.</summary>
    protected void KeepCleanMetadata()
    {
        foreach (var place in Metadata.CleanPlaces)
        {
            Keep(place);
        }
    }

    /// <summary>The rewritten parts, and the removal of the rest of the file.</summary>
    /// <param name="inserted">The new parts and their offsets.</param>
    protected IEnumerable<Edit> CloseUp(params (long At, byte[] Content)[] inserted)
    {
        var edits = Unnamed().Select(Edit.Drop).ToList();
        foreach (var (at, content) in inserted)
        {
            // Replacing old metadata with new is one edit, which may turn out to change nothing.
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

    /// <summary>The rewritten parts, and zeros in the rest of the file, for formats with offsets from the file's start.</summary>
    protected IEnumerable<Edit> BlankOut() => [.. rewritten, .. Unnamed().Select(Edit.Blank)];

    /// <summary>Creates a 422 with the given detail.</summary>
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
