using System.Buffers;
using System.IO.Hashing;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>
/// A seekable stream that verifies each block before returning any of its bytes. If the caller's buffer can take a whole block, the block is read directly into
/// it. Otherwise the stream buffers one block.
/// </summary>
/// <param name="content">The content.</param>
/// <param name="blocks">The CRC-32 of each block.</param>
/// <param name="damaged">Creates the exception for a corrupt block.</param>
/// <param name="whenWhole">Called when all blocks have been read in order.</param>
internal sealed class VerifiedStream(Stream content, IReadOnlyList<uint> blocks, Func<Exception> damaged, Action whenWhole) : Stream
{
    private byte[]? buffer;
    private int block = -1;
    private int reached;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => Length + offset,
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var wanted = (int)(position / BlockChecksums.BlockSize);
        var from = (int)(position % BlockChecksums.BlockSize);
        var length = (int)Math.Min(BlockChecksums.BlockSize, Length - position + from);
        if (wanted != block && from == 0 && buffer.Length >= length)
        {
            await LoadAsync(wanted, buffer[..length], cancellationToken);
            position += length;
            return length;
        }

        if (wanted != block)
        {
            this.buffer ??= ArrayPool<byte>.Shared.Rent(BlockChecksums.BlockSize);
            block = -1;
            await LoadAsync(wanted, this.buffer.AsMemory(0, length), cancellationToken);
            block = wanted;
        }

        var count = Math.Min(buffer.Length, length - from);
        this.buffer.AsSpan(from, count).CopyTo(buffer.Span);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Objects are read asynchronously.");

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("Objects are immutable.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Objects are immutable.");

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                (buffer, block) = (null, -1);
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads and verifies a whole block.</summary>
    private async ValueTask LoadAsync(int wanted, Memory<byte> target, CancellationToken cancellationToken)
    {
        content.Position = (long)wanted * BlockChecksums.BlockSize;
        await content.ReadExactlyAsync(target, cancellationToken);
        if (wanted >= blocks.Count || Crc32.HashToUInt32(target.Span) != blocks[wanted])
        {
            throw damaged();
        }

        if (wanted == reached && ++reached == blocks.Count)
        {
            whenWhole();
        }
    }
}
