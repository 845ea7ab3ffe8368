namespace ImageHub.Application.Storage;

/// <summary>A read-only, forward-only, asynchronous stream.</summary>
public abstract class ForwardStream : Stream
{
    private const string OnlyForward = "This stream can only be read from start to end.";

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException(OnlyForward);

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException(OnlyForward);
        set => throw new NotSupportedException(OnlyForward);
    }

    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream can only be read asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(OnlyForward);

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException(OnlyForward);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(OnlyForward);
}
