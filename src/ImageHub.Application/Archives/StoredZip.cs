using System.IO.Hashing;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Archives;

/// <summary>Computes the length of a ZIP before it is written.</summary>
internal sealed class ZipLength
{
    private readonly byte[] record = new byte[ZipFormat.MaxRecordBytes];
    private long files;
    private long position;
    private long directoryBytes;

    /// <summary>The size in bytes of a ZIP of the files added so far.</summary>
    public long Bytes => position + directoryBytes + ZipFormat.End(files, position, directoryBytes, record);

    /// <summary>Adds a file.</summary>
    public void Add(ArchivedFile file)
    {
        files++;
        directoryBytes += ZipFormat.CentralHeader(file, position, record);
        position += ZipFormat.LocalHeader(file, record) + file.Bytes;
    }
}

/// <summary>A seekable ZIP generated while reading, with one record in memory regardless of the number of files.</summary>
/// <param name="files">The files. They are enumerated more than once, and each enumeration must have the same result.</param>
/// <param name="length">The ZIP's size in bytes: <see cref="ZipLength"/>.</param>
/// <param name="open">Opens a file's bytes as a seekable stream when they are needed.</param>
/// <param name="ensureAllowed">Called before each read; throws if reading is no longer permitted.</param>
/// <remarks>
/// Reading throws <see cref="LostObjectException"/> if a file's bytes do not have the listed size and checksum. The bytes read before the exception are not a
/// valid archive. If a file is not read from its start, only its length is verified.
/// </remarks>
internal sealed class StoredZip(IEnumerable<ArchivedFile> files, long length, Func<ArchivedFile, Stream> open, Func<CancellationToken, ValueTask> ensureAllowed) : Stream
{
    private readonly byte[] record = new byte[ZipFormat.MaxRecordBytes];
    private IEnumerator<Part>? parts;
    private Part part;
    private long partStart;
    private Stream? content;
    private Crc32? crc;
    private long position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value != position)
            {
                Rewind();
            }

            position = value;
        }
    }

    /// <summary>
    /// Reads the ZIP. A file's first bytes are read together with its header. An unavailable store is then noticed before the response starts.
    /// </summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await ensureAllowed(cancellationToken);
        var filled = 0;
        var hasContent = false;
        while (!hasContent && filled < buffer.Length && await MoveAsync())
        {
            var at = position - partStart;
            int read;
            if (part.File is { } file)
            {
                read = await ReadContentAsync(file, at, buffer[filled..], cancellationToken);
                hasContent = true;
            }
            else
            {
                read = (int)Math.Min(part.Bytes - at, buffer.Length - filled);
                record.AsMemory((int)at, read).CopyTo(buffer[filled..]);
            }

            filled += read;
            position += read;
        }

        return filled;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Rewind();
        base.Dispose(disposing);
    }

    private void Rewind()
    {
        parts?.Dispose();
        content?.Dispose();
        (parts, part, partStart, content) = (null, default, 0, null);
    }

    /// <summary>Moves to the part at the position.</summary>
    /// <returns>Whether a part exists at the position.</returns>
    private async ValueTask<bool> MoveAsync()
    {
        parts ??= FindParts().GetEnumerator();
        while (position >= partStart + part.Bytes)
        {
            if (content is not null)
            {
                await content.DisposeAsync();
                content = null;
            }

            partStart += part.Bytes;
            part = default;
            if (!parts.MoveNext())
            {
                return false;
            }

            part = parts.Current;
        }

        return true;
    }

    private async ValueTask<int> ReadContentAsync(ArchivedFile file, long at, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            content = open(file);
            content.Position = at;
            crc = at == 0 ? new Crc32() : null;
        }

        var read = await content.ReadAsync(buffer[..(int)Math.Min(buffer.Length, file.Bytes - at)], cancellationToken);
        crc?.Append(buffer.Span[..read]);
        var isLast = at + read == file.Bytes;
        return read == 0 || (isLast && ((crc is not null && crc.GetCurrentHashAsUInt32() != file.Crc32) || await content.ReadAsync(new byte[1], cancellationToken) > 0)) ? throw new LostObjectException(file.Key) : read;
    }

    /// <summary>The parts of the ZIP in byte order. For parts without a file, <see cref="record"/> contains the bytes until the next part.</summary>
    private IEnumerable<Part> FindParts()
    {
        var (count, directory, directoryBytes, offset) = (0L, 0L, 0L, 0L);
        foreach (var file in files)
        {
            var header = ZipFormat.LocalHeader(file, record);
            yield return new Part(null, header);
            yield return new Part(file, file.Bytes);
            count++;
            directory += header + file.Bytes;
        }

        foreach (var file in files)
        {
            var header = ZipFormat.CentralHeader(file, offset, record);
            yield return new Part(null, header);
            directoryBytes += header;
            offset += ZipFormat.LocalHeader(file, record) + file.Bytes;
        }

        yield return new Part(null, ZipFormat.End(count, directory, directoryBytes, record));
    }

    /// <summary>A part of the ZIP: a file's content or a record.</summary>
    private readonly record struct Part(ArchivedFile? File, long Bytes);
}
