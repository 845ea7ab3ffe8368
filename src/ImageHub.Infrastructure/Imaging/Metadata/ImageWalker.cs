using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Walks through a file and finds the parts to keep: the parts needed for decoding, and allowed metadata. Everything else is removed, including data in
/// unexpected places.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="rotation">The degrees by which to rotate the picture clockwise through its orientation tag.</param>
internal abstract class ImageWalker(ByteSource file, int rotation = 0)
{
    // Far more parts than cameras and editors write. Without a limit, a malicious file could exhaust the memory.
    private const int MaxParts = 100_000;

    private readonly List<ByteRange> kept = [];
    private readonly List<Edit> rewritten = [];

    /// <summary>The metadata of the picture, or of the first page.</summary>
    internal KeptMetadata Metadata { get; } = new(rotation);

    /// <summary>The file.</summary>
    protected ByteSource File => file;

    /// <summary>The parts to keep unchanged, in the order in which they were found.</summary>
    protected IReadOnlyList<ByteRange> Kept => kept;

    /// <summary>The edits that clean the file; empty if it is clean.</summary>
    /// <exception cref="ProblemException">422 <c>corruptImage</c> if edits overlap.</exception>
    internal List<Edit> FindEdits()
    {
        var edits = MakeEdits().Where(edit => edit.Changes(file)).OrderBy(edit => edit.Range.Start).ThenBy(edit => edit.Range.End).ToList();
        for (var index = 1; index < edits.Count; index++)
        {
            if (edits[index].Range.Start < edits[index - 1].Range.End)
            {
                throw Corrupt("Parts of the image overlap.");
            }
        }

        return edits;
    }

    /// <summary>Creates the edits that remove and rewrite parts.</summary>
    protected abstract IEnumerable<Edit> MakeEdits();

    /// <summary>Marks a part to keep unchanged.</summary>
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

    /// <summary>Keeps the metadata blocks if all of them may stay unchanged (<see cref="KeptMetadata.IsClean"/>).</summary>
    protected void KeepCleanMetadata()
    {
        foreach (var place in Metadata.CleanPlaces)
        {
            Keep(place);
        }
    }

    /// <summary>Returns the edits that rewrite parts, insert new parts and remove the rest of the file.</summary>
    /// <param name="inserted">The new parts and their offsets.</param>
    protected IEnumerable<Edit> RemoveRest(params (long At, byte[] Content)[] inserted)
    {
        var edits = FindRest().Select(Edit.Drop).ToList();
        foreach (var (at, content) in inserted)
        {
            // Combines removal and insertion at the same offset, so that replacing metadata with equal metadata changes nothing.
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

    /// <summary>Returns the edits that rewrite parts and fill the rest of the file with zeros, for formats with absolute offsets.</summary>
    protected IEnumerable<Edit> ZeroRest() => [.. rewritten, .. FindRest().Select(Edit.Blank)];

    /// <summary>Creates a 422 problem with the given detail.</summary>
    protected static ProblemException Corrupt(string detail) => new(Problems.CorruptImage, detail);

    private static void EnsureFew(int parts)
    {
        if (parts > MaxParts)
        {
            throw Corrupt($"The image consists of more than {MaxParts} parts.");
        }
    }

    private IEnumerable<ByteRange> FindRest() => ByteRange.Except([new ByteRange(0, file.Length)], [.. kept, .. rewritten.Select(edit => edit.Range)]);
}
