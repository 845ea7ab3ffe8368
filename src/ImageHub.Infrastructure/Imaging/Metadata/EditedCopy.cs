namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>An edit of a range of a file.</summary>
/// <param name="Range">The replaced range; empty to insert.</param>
/// <param name="Content">The new bytes.</param>
/// <param name="Padding">The byte that fills the rest of the range, so that later bytes keep their offsets; null to insert only the new bytes.</param>
internal sealed record Edit(ByteRange Range, byte[] Content, byte? Padding = null)
{
    /// <summary>Removes a range.</summary>
    internal static Edit Drop(ByteRange range) => new(range, []);

    /// <summary>Fills a range with zeros.</summary>
    internal static Edit Blank(ByteRange range) => new(range, [], Padding: 0);

    /// <summary>The change of the file's length, in bytes.</summary>
    internal long Growth => Padding is null ? Content.Length - Range.Length : 0;

    /// <summary>Whether the edit changes any byte.</summary>
    internal bool Changes(ByteSource file) =>
        Growth != 0
        || !file.Take(Range.Start, Content.Length).AsSpan().SequenceEqual(Content)
        || (Padding is { } padding && !file.IsFilled(Range with { Start = Range.Start + Content.Length }, padding));
}

/// <summary>A copy of a file with some ranges edited; all other bytes are unchanged.</summary>
/// <param name="keep">Called with each unchanged range.</param>
/// <param name="write">Called with each run of new bytes.</param>
internal sealed class EditedCopy(Action<ByteRange> keep, WriteBytes write)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Produces the copy from start to end.</summary>
    /// <param name="length">The file's length.</param>
    /// <param name="edits">The edits in any order, without overlaps.</param>
    internal void Make(long length, IEnumerable<Edit> edits)
    {
        var at = 0L;
        foreach (var edit in edits.OrderBy(edit => edit.Range.Start).ThenBy(edit => edit.Range.End))
        {
            if (edit.Range.Start < at)
            {
                throw new ArgumentException($"The edit at {edit.Range.Start} overlaps the previous edit, which ends at {at}.", nameof(edits));
            }

            Keep(new ByteRange(at, edit.Range.Start));
            write(edit.Content);
            if (edit.Padding is { } padding)
            {
                Fill(padding, edit.Range.Length - edit.Content.Length);
            }

            at = edit.Range.End;
        }

        Keep(new ByteRange(at, length));
    }

    private void Keep(ByteRange range)
    {
        if (range.Length > 0)
        {
            keep(range);
        }
    }

    private void Fill(byte padding, long length)
    {
        var buffer = new byte[Math.Min(BufferSize, length)];
        buffer.AsSpan().Fill(padding);
        for (var left = length; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, left));
            write(part);
            left -= part.Length;
        }
    }
}
