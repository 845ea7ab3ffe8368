using ImageHub.Application.Archives;

namespace ImageHub.Application.Storage;

/// <summary>A seekable stream that tells whether its bytes have a checksum, before it gives out the last of them. One that is not read from its beginning to its end tells nothing.</summary>
/// <param name="content">The bytes.</param>
/// <param name="crc32">Their checksum.</param>
/// <param name="whenRead">Told once they have all been read; what it throws, the read throws.</param>
internal sealed class ComparedStream(Stream content, uint crc32, Action<bool> whenRead) : Stream
{
    private uint read;

    /// <summary>How much has been read from the beginning without a gap.</summary>
    private long reached;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var position = content.Position;
        var count = await content.ReadAsync(buffer, cancellationToken);
        if (position == 0)
        {
            (read, reached) = (0, 0);
        }

        if (position == reached && count > 0)
        {
            read = Crc32.Append(read, buffer.Span[..count]);
            reached += count;
            if (reached == Length)
            {
                whenRead(read == crc32);
            }
        }

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
        }

        base.Dispose(disposing);
    }
}
