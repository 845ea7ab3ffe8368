using ImageHub.Application.Errors;
using ImageHub.Application.Storage;

namespace ImageHub.Infrastructure.Storage;

/// <summary>
/// A seekable stream of an object of known length. The first read, and the first read after a seek, open the object at the current position. If a connection
/// breaks after it has transferred bytes, the read opens the object again. A file is not opened again.
/// </summary>
/// <param name="key">The object's key.</param>
/// <param name="length">The object's size in bytes.</param>
/// <param name="open">Opens the object from a position.</param>
internal sealed class ObjectStream(string key, long length, Func<long, CancellationToken, Task<Stream>> open) : Stream
{
    private Stream? inner;
    private long position;
    private long openedAt;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => length + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        if (target != position)
        {
            inner?.Dispose();
            inner = null;
            position = target;
        }

        return position;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        if (inner is null)
        {
            inner = await OpenAsync(cancellationToken);
            openedAt = position;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var wanted = (int)Math.Min(buffer.Length, length - position);
        try
        {
            // On Unix, an asynchronous read of a file blocks another thread of the pool. Reading on this thread costs the same time and saves two switches.
            var read = inner is FileStream file ? file.Read(buffer.Span[..wanted]) : await inner.ReadAsync(buffer[..wanted], cancellationToken);
            position += read;
            return read > 0 ? read : throw new LostObjectException(key);
        }
        catch (IOException) when (inner is not FileStream && position > openedAt)
        {
            await inner.DisposeAsync();
            inner = null;
            return await ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            // The disk or the connection has failed. This does not mean that the object is lost.
            throw Unreadable(exception);
        }
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
        if (inner is not null)
        {
            await inner.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StoreMetrics.MeasureAsync("open", () => open(position, cancellationToken));
        }
        catch (ProblemException exception) when (exception is not LostObjectException)
        {
            throw Unreadable(exception);
        }
    }

    private UnreadableObjectException Unreadable(Exception cause) => new(key, cause) { RetryAfter = TimeSpan.FromSeconds(30) };
}
