using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads creator, credit and copyright from IPTC-IIM (version 4.2), an older format still in use.</summary>
internal static class IptcRights
{
    private const byte ByLine = 80;
    private const byte CreditLine = 110;
    private const byte CopyrightNotice = 116;
    private const int MaxDatasets = 1_000;
    private const int MaxFound = 64;

    /// <summary>Finds the datasets among Photoshop's image resources; empty if there are none.</summary>
    /// <param name="resources">
    /// Each resource has a signature, an id, a padded name, a length and padded content (Adobe Photoshop file formats, "Image resource blocks").
    /// </param>
    internal static ByteSource FindIn(ByteSource resources)
    {
        Span<byte> head = stackalloc byte[7];
        Span<byte> length = stackalloc byte[4];
        for (var at = 0L; resources.TryRead(at, head) && head.StartsWith("8BIM"u8);)
        {
            at += 6 + ((head[6] + 2) & ~1);
            if (!resources.TryRead(at, length))
            {
                break;
            }

            long contentLength = BinaryPrimitives.ReadUInt32BigEndian(length);
            if (head[4..6] is [4, 4])
            {
                return resources.Slice(at + length.Length, contentLength);
            }

            at += length.Length + contentLength + (contentLength & 1);
        }

        return ByteSource.Empty;
    }

    /// <summary>Adds the datasets' values to a packet if it lacks them.</summary>
    /// <param name="datasets">
    /// Each dataset has a marker, record and dataset numbers, a length and a value (1.6). Reading stops at a dataset of more than 32,767 bytes, whose length
    /// has another format.
    /// </param>
    /// <param name="packet">The packet.</param>
    internal static void Read(ByteSource datasets, XmpPacket packet)
    {
        var found = new List<(byte Dataset, string Text)>();
        Span<byte> head = stackalloc byte[5];
        for (var (at, count) = (0L, 0); count < MaxDatasets && found.Count < MaxFound && datasets.TryRead(at, head) && head[0] == 0x1C; count++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[3..]);
            if (length > short.MaxValue)
            {
                break;
            }

            if (head[1] == 2 && head[2] is ByLine or CreditLine or CopyrightNotice)
            {
                found.Add((head[2], Decode(datasets.Take(at + head.Length, length))));
            }

            at += head.Length + length;
        }

        packet.AddMissing(XmpPacket.Creator, "Seq", Find(ByLine));
        packet.AddMissing(XmpPacket.Credit, null, Find(CreditLine));
        packet.AddMissing(XmpPacket.Copyright, "Alt", [.. Find(CopyrightNotice).Take(1)]);

        string[] Find(byte dataset) => [.. found.Where(entry => entry.Dataset == dataset && !string.IsNullOrWhiteSpace(entry.Text)).Select(entry => entry.Text)];
    }

    // Ignores the dataset that names the character set: valid UTF-8 is read as UTF-8, other text as Latin-1.
    private static string Decode(byte[] text) => System.Text.Unicode.Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text);
}
