using System.Buffers;
using Microsoft.Win32.SafeHandles;

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

/// <summary>Writes a copy of a file with some ranges edited; all else is copied byte for byte.</summary>
internal static class EditedCopy
{
    private const int BufferSize = 128 * 1024;

    /// <param name="source">The file.</param>
    /// <param name="edits">In any order, without overlaps.</param>
    /// <param name="write">Takes the copy, part by part.</param>
    internal static void Write(FileBytes source, IEnumerable<Edit> edits, WriteBytes write)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var at = 0L;
            foreach (var edit in edits.OrderBy(edit => edit.Range.Start).ThenBy(edit => edit.Range.End))
            {
                if (edit.Range.Start < at)
                {
                    throw new ArgumentException($"The edit at {edit.Range.Start} overlaps the one before, which ends at {at}.", nameof(edits));
                }

                Copy(source.Handle, new ByteRange(at, edit.Range.Start), write, buffer);
                write(edit.Content);
                if (edit.Padding is { } padding)
                {
                    Fill(padding, edit.Range.Length - edit.Content.Length, write, buffer);
                }

                at = edit.Range.End;
            }

            Copy(source.Handle, new ByteRange(at, source.Length), write, buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Copy(SafeFileHandle source, ByteRange range, WriteBytes write, byte[] buffer)
    {
        for (var at = range.Start; at < range.End;)
        {
            var read = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, range.End - at)), at);
            if (read == 0)
            {
                throw new EndOfStreamException("The file became shorter while it was copied.");
            }

            write(buffer.AsSpan(0, read));
            at += read;
        }
    }

    private static void Fill(byte padding, long length, WriteBytes write, byte[] buffer)
    {
        buffer.AsSpan().Fill(padding);
        for (var left = length; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, left));
            write(part);
            left -= part.Length;
        }
    }
}
