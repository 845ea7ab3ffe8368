using System.Buffers;
using ImageHub.Application.Storage;
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
}

/// <summary>Writes a copy of a file with some ranges edited; all else is copied byte for byte.</summary>
internal static class EditedCopy
{
    private const int BufferSize = 128 * 1024;

    /// <param name="source">The file.</param>
    /// <param name="edits">In any order, without overlaps.</param>
    /// <param name="targetPath">Removed again when writing fails.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    internal static async Task WriteAsync(FileBytes source, IEnumerable<Edit> edits, string targetPath, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var target = PrivateFile.Create(targetPath, FileOptions.Asynchronous);
            var at = 0L;
            foreach (var edit in edits.OrderBy(edit => edit.Range.Start).ThenBy(edit => edit.Range.End))
            {
                if (edit.Range.Start < at)
                {
                    throw new ArgumentException($"The edit at {edit.Range.Start} overlaps the one before, which ends at {at}.", nameof(edits));
                }

                await CopyAsync(source.Handle, new ByteRange(at, edit.Range.Start), target, buffer, cancellationToken);
                await target.WriteAsync(edit.Content, cancellationToken);
                if (edit.Padding is { } padding)
                {
                    await FillAsync(padding, edit.Range.Length - edit.Content.Length, target, buffer, cancellationToken);
                }

                at = edit.Range.End;
            }

            await CopyAsync(source.Handle, new ByteRange(at, source.Length), target, buffer, cancellationToken);
        }
        catch
        {
            UnwrittenFile.Remove(targetPath);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task CopyAsync(SafeFileHandle source, ByteRange range, FileStream target, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var at = range.Start; at < range.End;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, range.End - at));
            var read = await RandomAccess.ReadAsync(source, part, at, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("The file became shorter while it was copied.");
            }

            await target.WriteAsync(part[..read], cancellationToken);
            at += read;
        }
    }

    private static async Task FillAsync(byte padding, long length, FileStream target, byte[] buffer, CancellationToken cancellationToken)
    {
        buffer.AsSpan().Fill(padding);
        for (var left = length; left > 0;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, left));
            await target.WriteAsync(part, cancellationToken);
            left -= part.Length;
        }
    }
}
