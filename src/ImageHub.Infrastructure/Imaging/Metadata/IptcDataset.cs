using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A dataset of IPTC-IIM (version 4.2), an older format still in use.</summary>
/// <param name="Record">The record's number: 1 for the envelope, 2 for the caption.</param>
/// <param name="Number">The dataset's number in the record.</param>
/// <param name="Value">The value.</param>
internal readonly record struct IptcDataset(byte Record, byte Number, ByteSource Value)
{
    private const int MaxDatasets = 1_000;

    /// <summary>Reads the datasets of a block, up to the first invalid one and at most <see cref="MaxDatasets"/>.</summary>
    /// <param name="block">
    /// Each dataset has a marker, record and dataset numbers, a length and a value (1.6). Reading stops at a dataset of more than 32,767 bytes, whose length
    /// has another format.
    /// </param>
    internal static IEnumerable<IptcDataset> Read(ByteSource block)
    {
        var head = new byte[5];
        for (var (at, count) = (0L, 0); count < MaxDatasets && block.TryRead(at, head) && head[0] == 0x1C; count++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(3));
            if (length > short.MaxValue)
            {
                yield break;
            }

            yield return new IptcDataset(head[1], head[2], block.Slice(at + head.Length, length));
            at += head.Length + length;
        }
    }
}
