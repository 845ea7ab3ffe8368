using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Backups;

/// <summary>Writes and reads files together with their checksums.</summary>
public static class HashedFile
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>Writes a private file, without flushing it to disk.</summary>
    /// <returns>The size and SHA-256, and the CRC-32.</returns>
    public static async Task<(BackupFile File, uint Crc32)> WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        await using var file = PrivateFile.Create(path, FileOptions.Asynchronous);
        return await CopyAsync(content, file, cancellationToken);
    }

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<BackupFile> ReadAsync(Stream content, CancellationToken cancellationToken) => (await CopyAsync(content, Stream.Null, cancellationToken)).File;

    private static async Task<(BackupFile File, uint Crc32)> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var crc32 = new Crc32();
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var bytes = 0L;
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                crc32.Append(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                bytes += read;
            }

            return (new BackupFile(bytes, Convert.ToHexStringLower(hash.GetHashAndReset())), crc32.GetCurrentHashAsUInt32());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
