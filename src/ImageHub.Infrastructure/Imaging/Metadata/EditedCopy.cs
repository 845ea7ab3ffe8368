namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A range of a file and what stands there afterwards.</summary>
/// <param name="Range">What is replaced; empty to insert.</param>
/// <param name="Content">The bytes instead.</param>
/// <param name="Padding">What fills the rest of the range, where everything behind must stay in its place.</param>
internal sealed record Edit(ByteRange Range, byte[] Content, byte? Padding = null)
{
    /// <summary>Drops a range.</summary>
    internal static Edit Drop(ByteRange range) => new(range, []);

    /// <summary>Puts zeros in a range.</summary>
    internal static Edit Blank(ByteRange range) => new(range, [], Padding: 0);

    /// <summary>By how many bytes the file grows.</summary>
    internal long Growth => Padding is null ? Content.Length - Range.Length : 0;

    /// <summary>Whether something else stands there.</summary>
    internal bool Changes(ByteSource file) =>
        Growth != 0
        || !file.Take(Range.Start, Content.Length).AsSpan().SequenceEqual(Content)
        || (Padding is { } padding && !file.IsFilled(Range with { Start = Range.Start + Content.Length }, padding));
}

/// <summary>A copy of a file with some ranges edited; all else is as it was, byte for byte.</summary>
/// <param name="keep">Takes the next range that is as it was.</param>
/// <param name="write">Takes the next bytes that are new.</param>
internal sealed class EditedCopy(Action<ByteRange> keep, WriteBytes write)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Makes it, from its start to its end.</summary>
    /// <param name="length">Of the file.</param>
    /// <param name="edits">In any order, without overlaps.</param>
    internal void Make(long length, IEnumerable<Edit> edits)
    {
        var at = 0L;
        foreach (var edit in edits.OrderBy(edit => edit.Range.Start).ThenBy(edit => edit.Range.End))
        {
            if (edit.Range.Start < at)
            {
                throw new ArgumentException($"The edit at {edit.Range.Start} overlaps the one before, which ends at {at}.", nameof(edits));
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
