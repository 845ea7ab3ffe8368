using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads a caption from IPTC-IIM.</summary>
internal static class IptcCaption
{
    internal const byte ByLine = 80;
    internal const byte CopyrightNotice = 116;
    private const byte ObjectName = 5;
    private const byte Keyword = 25;
    private const byte Description = 120;
    private const byte CharacterSet = 90;
    private const int MaxBlockLength = 1024 * 1024;

    private static readonly HashSet<byte> Used = [ObjectName, Keyword, ByLine, CopyrightNotice, Description];

    // ISO 2022: ESC % G selects UTF-8 (IIM 1:90).
    private static ReadOnlySpan<byte> Utf8 => [0x1B, (byte)'%', (byte)'G'];

    /// <summary>Reads the caption's texts. They are decoded, but neither cleaned nor cut.</summary>
    internal static Caption Read(ByteSource block)
    {
        var isUtf8 = false;
        var found = new List<(byte Number, byte[] Text)>();
        foreach (var dataset in IptcDataset.Read(block))
        {
            if (dataset is { Record: 1, Number: CharacterSet })
            {
                isUtf8 = dataset.Value.Has(0, Utf8);
            }
            else if (dataset.Record == 2 && Used.Contains(dataset.Number))
            {
                found.Add((dataset.Number, dataset.Value.Take(0, short.MaxValue)));
            }
        }

        return new Caption
        {
            Title = Find(ObjectName).FirstOrDefault(),
            Description = Find(Description).FirstOrDefault(),
            Tags = [.. Find(Keyword)],
            Creator = CaptionText.Join(Find(ByLine)),
            Copyright = Find(CopyrightNotice).FirstOrDefault(),
        };

        // A program may have cut UTF-8 within a character; only that character is lost.
        IEnumerable<string> Find(byte number) => found.Where(dataset => dataset.Number == number)
            .Select(dataset => isUtf8 ? Encoding.UTF8.GetString(dataset.Text).Replace("\uFFFD", "", StringComparison.Ordinal) : IptcRights.Decode(dataset.Text))
            .Where(text => !string.IsNullOrWhiteSpace(text));
    }

    /// <summary>
    /// Whether a program that does not know XMP has changed the datasets after XMP was written: their MD5 differs from the stored one (Metadata Working Group
    /// guidelines 2.0, 3.2). False if there is no stored MD5, or if the block is empty or larger than 1 MiB.
    /// </summary>
    internal static bool IsNewerThanXmp(ByteSource block, ByteSource digest)
    {
        var stored = digest.Take(0, MD5.HashSizeInBytes);
        if (stored.Length < MD5.HashSizeInBytes || block.Length is 0 or > MaxBlockLength)
        {
            return false;
        }

        // A TIFF pads the block with zeros. Programs compute the digest with or without them.
        var bytes = block.Take(0, MaxBlockLength);
        return !IsDigest(bytes) && !IsDigest(bytes.AsSpan().TrimEnd((byte)0));

        bool IsDigest(ReadOnlySpan<byte> datasets)
        {
#pragma warning disable CA5351 // The format prescribes MD5. It detects changes by other programs, and protects nothing.
            return MD5.HashData(datasets).AsSpan().SequenceEqual(stored);
#pragma warning restore CA5351
        }
    }
}
