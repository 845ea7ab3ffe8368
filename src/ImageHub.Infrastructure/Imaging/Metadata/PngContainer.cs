using System.Buffers.Binary;
using System.Text;
using ImageHub.Application.Archives;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The chunks of a PNG (PNG third edition, 5 and 11) and what follows its end.</summary>
internal sealed class PngContainer : ImageContainer
{
    private const int SignatureLength = 8;

    // Length and type in front, the checksum behind.
    private const int FrameLength = 12;
    private const int HeaderChunkEnd = SignatureLength + FrameLength + 13;
    private const int MaxKeywordLength = 79;
    private const string XmpKeyword = "XML:com.adobe.xmp";
    private const string RawProfileKeyword = "Raw profile type ";

    // What decides how the image looks, and what holds numbers only.
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT", "tIME",
        "acTL", "fcTL", "fdAT", "oFFs", "pCAL", "sCAL", "gIFg", "gIFx", "sTER", "vpAg", "mDCv", "cLLi", "CgBI",
    };

    private PngContainer(ByteSource file)
    {
        Span<byte> head = stackalloc byte[8];
        for (var at = (long)SignatureLength; file.TryRead(at, head);)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = Encoding.Latin1.GetString(head[4..]);
            var chunk = new ByteRange(at, Math.Min(at + FrameLength + length, file.Length));
            ReadChunk(type, chunk, file.Slice(at + head.Length, length));
            at = chunk.End;
            if (type == "IEND" && at < file.Length)
            {
                Add(new MetadataBlock(BlockKind.Trailer, new ByteRange(at, file.Length), file.Slice(at)));
                break;
            }
        }
    }

    /// <param name="file">Starts with the signature.</param>
    internal static PngContainer Read(ByteSource file) => new(file);

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying)
    {
        var orientation = FindOrientation();
        if (orientation != 1)
        {
            yield return new Edit(ByteRange.FromLength(HeaderChunkEnd, 0), ToChunk("eXIf"u8, ExifBlock.WithOrientation(orientation)));
        }

        foreach (var range in RangesToDrop(carrying))
        {
            yield return Edit.Drop(range);
        }
    }

    private static byte[] ToChunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.Append(0, chunk.AsSpan(4, chunk.Length - 8)));
        return chunk;
    }

    private void ReadChunk(string type, ByteRange chunk, ByteSource content)
    {
        switch (type)
        {
            case "eXIf":
                Add(new MetadataBlock(BlockKind.Exif, chunk, content));
                break;

            // A proposal of before eXIf: a zero, the length, a zlib stream.
            case "zxIf":
                Add(new MetadataBlock(BlockKind.Exif, chunk, content.Slice(5), isDeflated: true));
                break;
            case "tEXt" or "zTXt" or "iTXt":
                ReadText(type, chunk, content);
                break;

            // The case of the first letter says whether a decoder may skip the chunk.
            case var _ when !Harmless.Contains(type) && char.IsAsciiLetterLower(type[0]):
                Add(new MetadataBlock(BlockKind.Other, chunk, content));
                break;
            default:
                break;
        }
    }

    private void ReadText(string type, ByteRange chunk, ByteSource content)
    {
        var start = content.Take(0, MaxKeywordLength + 3);
        var keywordLength = start.AsSpan().IndexOf((byte)0);
        if (keywordLength < 0)
        {
            Add(new MetadataBlock(BlockKind.Other, chunk, content));
            return;
        }

        var keyword = Encoding.Latin1.GetString(start, 0, keywordLength);
        var (text, isDeflated) = type switch
        {
            "tEXt" => (content.Slice(keywordLength + 1), false),
            "zTXt" => (content.Slice(keywordLength + 2), true),
            _ => (SkipLanguage(content, keywordLength + 3), start.Length > keywordLength + 1 && start[keywordLength + 1] == 1),
        };
        var kind = keyword switch
        {
            XmpKeyword => BlockKind.Xmp,
            _ when keyword.StartsWith(RawProfileKeyword, StringComparison.OrdinalIgnoreCase) => BlockKind.RawProfile,

            // ImageMagick writes single properties so.
            _ when keyword.Contains("gps", StringComparison.OrdinalIgnoreCase) || keyword.Contains("location", StringComparison.OrdinalIgnoreCase)
                || keyword.Contains("latitude", StringComparison.OrdinalIgnoreCase) || keyword.Contains("longitude", StringComparison.OrdinalIgnoreCase)
                => BlockKind.Location,
            _ => BlockKind.Other,
        };
        if (keyword is not (RawProfileKeyword + "icc" or RawProfileKeyword + "icm"))
        {
            Add(new MetadataBlock(kind, chunk, text, isDeflated));
        }
    }

    // iTXt: a language tag and the translated keyword, each ended by a zero, come before the text.
    private static ByteSource SkipLanguage(ByteSource content, long from)
    {
        var language = content.IndexOf([0], from);
        var keyword = language < 0 ? -1 : content.IndexOf([0], language + 1);
        return keyword < 0 ? content : content.Slice(keyword + 1);
    }
}
