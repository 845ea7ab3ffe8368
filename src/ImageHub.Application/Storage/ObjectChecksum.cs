using System.Buffers;
using System.IO.Hashing;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>The CRC-32 of an object and of each of its blocks.</summary>
/// <param name="Crc32">The CRC-32 of the whole object.</param>
/// <param name="Blocks">The CRC-32 of each block of <see cref="BlockChecksums.BlockSize"/> bytes; the last block may be shorter.</param>
internal sealed record ObjectChecksum(uint Crc32, uint[] Blocks)
{
    /// <summary>Reads a file.</summary>
    public static async Task<ObjectChecksum> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await ComputeAsync(file, cancellationToken);
    }

    /// <summary>Reads a stream from its current position to its end.</summary>
    public static async Task<ObjectChecksum> ComputeAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockChecksums.BlockSize);
        try
        {
            var whole = new Crc32();
            var blocks = new List<uint>();
            int read;
            while ((read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockChecksums.BlockSize), BlockChecksums.BlockSize, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                var block = buffer.AsSpan(0, read);
                whole.Append(block);
                blocks.Add(System.IO.Hashing.Crc32.HashToUInt32(block));
            }

            return new ObjectChecksum(whole.GetCurrentHashAsUInt32(), [.. blocks]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Computes the block checksums that the row needs: for files of several blocks, and for originals, which have no CRC-32 in the row.</summary>
    public static async Task<Dictionary<ImageVariant, uint[]>> FindBlocksAsync(IEnumerable<(ImageVariant Variant, string Path)> files, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ImageVariant, uint[]>();
        foreach (var (variant, path) in files.Where(file => BlockChecksums.AreNeeded(file.Variant, new FileInfo(file.Path).Length)))
        {
            found[variant] = (await ComputeAsync(path, cancellationToken)).Blocks;
        }

        return found;
    }
}
