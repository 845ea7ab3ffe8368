using System.Buffers.Binary;

namespace ImageHub.Domain.Images;

/// <summary>A copy of a rendition in a format that gives a smaller file, with the same width and height.</summary>
/// <param name="Variant">One of <see cref="ImageVariant.Alternates"/>.</param>
/// <param name="Bytes">The object's size.</param>
/// <param name="Crc32">The object's CRC-32.</param>
public sealed record Alternate(ImageVariant Variant, long Bytes, uint Crc32)
{
    // The variant's index, the size and the checksum, little-endian.
    private const int Size = 1 + 4 + 4;

    /// <summary>The object's media type.</summary>
    public string ContentType => Variant.Format!.Value.MediaType();

    /// <summary>Decodes an image's alternates from its row.</summary>
    /// <param name="stored">The stored value; null if no alternates have been made yet.</param>
    public static IReadOnlyList<Alternate> Read(byte[]? stored)
    {
        if (stored is null or [])
        {
            return [];
        }

        var alternates = new Alternate[stored.Length / Size];
        for (var number = 0; number < alternates.Length; number++)
        {
            var one = stored.AsSpan(number * Size, Size);
            alternates[number] = new(ImageVariant.Alternates[one[0]], BinaryPrimitives.ReadUInt32LittleEndian(one[1..]), BinaryPrimitives.ReadUInt32LittleEndian(one[5..]));
        }

        return alternates;
    }

    /// <summary>Encodes alternates for a row.</summary>
    public static byte[] Write(IReadOnlyList<Alternate> alternates)
    {
        var stored = new byte[alternates.Count * Size];
        for (var number = 0; number < alternates.Count; number++)
        {
            var one = stored.AsSpan(number * Size, Size);
            one[0] = (byte)ImageVariant.Alternates.Index().Single(place => place.Item == alternates[number].Variant).Index;
            BinaryPrimitives.WriteUInt32LittleEndian(one[1..], checked((uint)alternates[number].Bytes));
            BinaryPrimitives.WriteUInt32LittleEndian(one[5..], alternates[number].Crc32);
        }

        return stored;
    }
}
