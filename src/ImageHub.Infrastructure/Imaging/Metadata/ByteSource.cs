
namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A source of bytes that can be read at untrusted offsets: a read beyond the end returns no bytes and does not fail.</summary>
internal abstract class ByteSource
{
    /// <summary>An empty source.</summary>
    internal static readonly ByteSource Empty = new MemoryBytes(ReadOnlyMemory<byte>.Empty);

    /// <summary>The length in bytes.</summary>
    internal abstract long Length { get; }

    /// <summary>Reads from an offset; returns fewer bytes than requested only at the source's end.</summary>
    /// <param name="offset">At least 0; may be beyond the end.</param>
    /// <param name="buffer">The destination.</param>
    internal abstract int Read(long offset, Span<byte> buffer);

    /// <summary>Reads from an offset; returns whether the buffer was filled completely.</summary>
    internal bool TryRead(long offset, Span<byte> buffer) => offset >= 0 && Read(offset, buffer) == buffer.Length;

    /// <summary>Reads the bytes from an offset on, up to a maximum number.</summary>
    internal byte[] Take(long offset, int atMost)
    {
        var bytes = new byte[(int)Math.Clamp(Length - offset, 0, atMost)];
        var read = Read(offset, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Whether the source contains the bytes at an offset.</summary>
    internal bool Has(long offset, ReadOnlySpan<byte> bytes)
    {
        Span<byte> there = stackalloc byte[64];
        there = there[..bytes.Length];
        return TryRead(offset, there) && there.SequenceEqual(bytes);
    }

    /// <summary>Returns a part, clipped to the source.</summary>
    internal ByteSource Slice(long offset, long length)
    {
        var start = Math.Clamp(offset, 0, Length);
        return new Part(this, start, Math.Clamp(length, 0, Length - start));
    }

    /// <summary>Returns the part from an offset to the end.</summary>
    internal ByteSource Slice(long offset) => Slice(offset, Length);

    private sealed class Part : ByteSource
    {
        private readonly ByteSource whole;
        private readonly long start;

        internal Part(ByteSource whole, long start, long length) =>
            (this.whole, this.start, Length) = whole is Part part ? (part.whole, part.start + start, length) : (whole, start, length);

        internal override long Length { get; }

        internal override int Read(long offset, Span<byte> buffer) =>
            whole.Read(start + offset, buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)]);
    }
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
{
    internal override long Length => bytes.Length;

    internal override int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        bytes.Span.Slice(count == 0 ? 0 : (int)offset, count).CopyTo(buffer);
        return count;
    }
}

/// <summary>Concatenated parts, such as a packet in several segments.</summary>
internal sealed class JoinedBytes : ByteSource
{
    private readonly IReadOnlyList<ByteSource> parts;
    private readonly long[] starts;

    internal JoinedBytes(IReadOnlyList<ByteSource> parts)
    {
        this.parts = parts;
        starts = new long[parts.Count];
        for (var index = 0; index < parts.Count; index++)
        {
            starts[index] = Length;
            Length += parts[index].Length;
        }
    }

    internal override long Length { get; }

    internal override int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        var found = Array.BinarySearch(starts, offset);
        for (var index = found >= 0 ? found : ~found - 1; index >= 0 && index < parts.Count && total < buffer.Length; index++)
        {
            total += parts[index].Read(offset + total - starts[index], buffer[total..]);
        }

        return total;
    }
}
