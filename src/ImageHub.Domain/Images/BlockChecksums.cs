using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Domain.Images;

/// <summary>
/// The CRC-32 of each block of an image's objects, so that a range is verified before it is sent. Renditions of a single block are omitted, because
/// the rendition's CRC-32 covers that block.
/// </summary>
public static class BlockChecksums
{
    /// <summary>The size of a block in bytes; an object's last block may be shorter.</summary>
    public const int BlockSize = 256 * 1024;

    /// <summary>Whether an object of this size has more than one block.</summary>
    public static bool AreNeeded(long bytes) => bytes > BlockSize;

    /// <summary>
    /// Whether the row must contain block checksums: true for objects of several blocks, and for all originals, whose rows have no other CRC-32.
    /// </summary>
    public static bool AreNeeded(ImageVariant variant, long bytes) => variant == ImageVariant.Original || AreNeeded(bytes);

    /// <summary>Finds the checksums of a variant.</summary>
    /// <param name="stored">The row's value.</param>
    /// <param name="variant">The variant.</param>
    /// <returns>One checksum per block, in order; null if the row has none.</returns>
    public static uint[]? Find(byte[] stored, ImageVariant variant) => Read(stored).GetValueOrDefault(variant.Name);

    /// <summary>Adds checksums, or replaces a variant's existing ones.</summary>
    /// <param name="stored">The row's value.</param>
    /// <param name="added">The checksums by variant.</param>
    /// <returns>
    /// The new value for the row: for each variant its length-prefixed name, the number of blocks and their checksums, little-endian.
    /// </returns>
    public static byte[] Add(byte[] stored, IReadOnlyDictionary<ImageVariant, uint[]> added)
    {
        var all = Read(stored);
        foreach (var (variant, blocks) in added)
        {
            all[variant.Name] = blocks;
        }

        using var written = new MemoryStream();
        using var writer = new BinaryWriter(written, Encoding.ASCII);
        foreach (var (name, blocks) in all)
        {
            writer.Write(name);
            writer.Write(blocks.Length);
            foreach (var block in blocks)
            {
                writer.Write(block);
            }
        }

        return written.ToArray();
    }

    private static SortedDictionary<string, uint[]> Read(byte[] stored)
    {
        var all = new SortedDictionary<string, uint[]>(StringComparer.Ordinal);
        for (var rest = stored.AsSpan(); !rest.IsEmpty;)
        {
            var nameLength = rest[0];
            var name = Encoding.ASCII.GetString(rest.Slice(1, nameLength));
            var blocks = new uint[BinaryPrimitives.ReadInt32LittleEndian(rest[(1 + nameLength)..])];
            rest = rest[(1 + nameLength + sizeof(int))..];
            for (var block = 0; block < blocks.Length; block++)
            {
                blocks[block] = BinaryPrimitives.ReadUInt32LittleEndian(rest[(block * sizeof(uint))..]);
            }

            rest = rest[(blocks.Length * sizeof(uint))..];
            all[name] = blocks;
        }

        return all;
    }
}
