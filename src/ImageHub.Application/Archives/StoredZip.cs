using System.Buffers;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Archives;

/// <summary>How long a ZIP will be, before any of it is written.</summary>
internal sealed class ZipLength
{
    private readonly byte[] record = new byte[ZipFormat.MaxRecordBytes];
    private long files;
    private long position;
    private long directoryBytes;

    /// <summary>The size in bytes of an archive of the files added so far.</summary>
    public long Bytes => position + directoryBytes + ZipFormat.End(files, position, directoryBytes, record);

    /// <summary>Adds a file.</summary>
    public void Add(ArchivedFile file)
    {
        files++;
        directoryBytes += ZipFormat.CentralHeader(file, position, record);
        position += ZipFormat.LocalHeader(file, record) + file.Bytes;
    }
}

/// <summary>Writes a ZIP in the order of its bytes, with one buffer, however many files there are.</summary>
/// <param name="files">The files; read twice, and the same both times.</param>
/// <param name="open">Opens a file's bytes, when it is their turn.</param>
internal sealed class StoredZip(IEnumerable<ArchivedFile> files, Func<ArchivedFile, CancellationToken, ValueTask<Stream>> open)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes it. The first bytes of a file are read before anything is written of it.</summary>
    /// <exception cref="LostObjectException">A file's bytes are not those that its row tells of; what was written so far is no archive.</exception>
    public async Task WriteToAsync(Stream to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long directory = 0;
            foreach (var file in files)
            {
                directory += await WriteFileAsync(file, to, buffer, cancellationToken);
            }

            await WriteDirectoryAsync(directory, to, buffer, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<long> WriteFileAsync(ArchivedFile file, Stream to, byte[] buffer, CancellationToken cancellationToken)
    {
        await using var content = await open(file, cancellationToken);
        var header = ZipFormat.LocalHeader(file, buffer);
        var filled = header;
        uint crc = 0;
        long written = 0;
        int read;
        while ((read = await content.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
        {
            crc = Crc32.Append(crc, buffer.AsSpan(filled, read));
            written += read;
            await to.WriteAsync(buffer.AsMemory(0, filled + read), cancellationToken);
            filled = 0;
        }

        if (written != file.Bytes || crc != file.Crc32)
        {
            throw new LostObjectException(file.Key);
        }

        await to.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
        return header + file.Bytes;
    }

    private async Task WriteDirectoryAsync(long directory, Stream to, byte[] buffer, CancellationToken cancellationToken)
    {
        long count = 0;
        long position = 0;
        long directoryBytes = 0;
        var filled = 0;
        foreach (var file in files)
        {
            if (filled > BufferSize - (2 * ZipFormat.MaxRecordBytes))
            {
                await to.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
                filled = 0;
            }

            var header = ZipFormat.CentralHeader(file, position, buffer.AsSpan(filled));
            count++;
            filled += header;
            directoryBytes += header;
            position += ZipFormat.LocalHeader(file, buffer.AsSpan(filled)) + file.Bytes;
        }

        await to.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
        var end = ZipFormat.End(count, directory, directoryBytes, buffer);
        await to.WriteAsync(buffer.AsMemory(0, end), cancellationToken);
    }
}
