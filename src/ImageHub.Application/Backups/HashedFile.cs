using System.Buffers;
using System.Security.Cryptography;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Backups;

/// <summary>Writes and reads files together with their SHA-256.</summary>
public static class HashedFile
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>Writes a private file to disk.</summary>
    public static async Task<BackupFile> WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        await using var file = PrivateFile.Create(path, FileOptions.Asynchronous);
        var written = await CopyAsync(content, file, cancellationToken);
        file.Flush(flushToDisk: true);
        return written;
    }

    /// <summary>Reads a file; null if it is missing.</summary>
    public static async Task<BackupFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await CopyAsync(file, Stream.Null, cancellationToken);
    }

    private static async Task<BackupFile> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var bytes = 0L;
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                bytes += read;
            }

            return new BackupFile(bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
