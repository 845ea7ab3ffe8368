using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Photoshop's image resources (Adobe Photoshop file formats, "Image resource blocks").</summary>
internal static class PhotoshopResources
{
    /// <summary>The resource with the IPTC-IIM datasets.</summary>
    internal const ushort Iptc = 0x0404;

    /// <summary>
    /// The resource with the MD5 of the datasets at the time when XMP was last synchronized with them (Metadata Working Group guidelines 2.0, 3.2).
    /// </summary>
    internal const ushort IptcDigest = 0x0425;

    /// <summary>Finds the content of the first resource with an id; empty if there is none.</summary>
    /// <param name="resources">Each resource has a signature, an id, a padded name, a length and padded content.</param>
    /// <param name="id">The id.</param>
    internal static ByteSource Find(ByteSource resources, ushort id)
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
            if (BinaryPrimitives.ReadUInt16BigEndian(head[4..]) == id)
            {
                return resources.Slice(at + length.Length, contentLength);
            }

            at += length.Length + contentLength + (contentLength & 1);
        }

        return ByteSource.Empty;
    }
}
