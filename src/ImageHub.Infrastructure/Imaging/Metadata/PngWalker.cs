using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Finds the parts to keep in a PNG (PNG third edition, 5 and 11).</summary>
internal sealed class PngWalker : ImageWalker
{
    private const int SignatureLength = 8;

    // The length and type before a chunk's content, and the checksum after it.
    private const int FrameLength = 12;
    private const int HeaderChunkEnd = SignatureLength + FrameLength + 13;
    private const int MaxKeywordLength = 79;
    private const int MaxTextLength = 2_048;
    private const int MaxPacketLength = 1024 * 1024;
    private const string XmpKeyword = "XML:com.adobe.xmp";

    // The maximum sizes in bytes of the chunks that affect the image's appearance or state the resolution.
    private static readonly Dictionary<string, uint> Needed = new(StringComparer.Ordinal)
    {
        ["IHDR"] = 13, ["PLTE"] = 768, ["IDAT"] = int.MaxValue, ["IEND"] = 0, ["tRNS"] = 256, ["cHRM"] = 32, ["gAMA"] = 4, ["iCCP"] = int.MaxValue, ["sBIT"] = 4,
        ["sRGB"] = 1, ["cICP"] = 4, ["mDCV"] = 24, ["mDCv"] = 24, ["cLLI"] = 8, ["cLLi"] = 8, ["bKGD"] = 6, ["pHYs"] = 9, ["acTL"] = 8, ["fcTL"] = 26, ["fdAT"] = int.MaxValue,
    };

    // A subset of the specification's predefined keywords (11.3.3.1).
    private static readonly HashSet<string> KeptKeywords = new(StringComparer.Ordinal) { "Author", "Copyright", "Creation Time", "Software" };

    private readonly List<byte> texts = [];
    private readonly HashSet<string> keywords = new(StringComparer.Ordinal);

    internal PngWalker(ByteSource file, int rotation)
        : base(file, rotation)
    {
        Keep(new ByteRange(0, SignatureLength));
        var head = new byte[8];
        for (var at = (long)SignatureLength; file.TryRead(at, head);)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = Encoding.Latin1.GetString(head, 4, 4);
            var chunk = new ByteRange(at, Math.Min(at + FrameLength + length, file.Length));
            ReadChunk(type, chunk, file.Slice(at + head.Length, length));
            at = type == "IEND" ? file.Length : chunk.End;
        }

        KeepCleanMetadata();
    }

    protected override IEnumerable<Edit> MakeEdits() =>
        RemoveRest((Math.Min(HeaderChunkEnd, File.Length), [.. texts, .. ToChunk("eXIf", Metadata.MakeExif()), .. ToTextChunk(XmpKeyword, Metadata.MakeXmp())]));

    private static byte[] ToChunk(string type, byte[]? content)
    {
        if (content is null)
        {
            return [];
        }

        byte[] chunk = [0, 0, 0, 0, .. Encoding.Latin1.GetBytes(type), .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(chunk.AsSpan(4, chunk.Length - 8)));
        return chunk;
    }

    // The text is not compressed and has no language and no translated keyword.
    private static byte[] ToTextChunk(string keyword, byte[]? text) => text is null ? [] : ToChunk("iTXt", [.. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. text]);

    private void ReadChunk(string type, ByteRange chunk, ByteSource content)
    {
        switch (type)
        {
            case "eXIf":
                Metadata.AddExif(content, chunk);
                break;
            case "tEXt" or "zTXt" or "iTXt":
                ReadText(type, chunk, content);
                break;
            case var _ when Needed.TryGetValue(type, out var most) && content.Length <= most:
                Keep(chunk);
                break;
            default:
                break;
        }
    }

    private void ReadText(string type, ByteRange chunk, ByteSource content)
    {
        var start = content.Take(0, MaxKeywordLength + 3);
        var keywordLength = start.AsSpan().IndexOf((byte)0);
        var keyword = keywordLength < 0 ? "" : Encoding.Latin1.GetString(start, 0, keywordLength);
        var isXmp = keyword == XmpKeyword;
        if (!(isXmp || KeptKeywords.Contains(keyword)) || !keywords.Add(keyword) || ReadText(type, content.Slice(keywordLength + 1), isXmp ? MaxPacketLength : MaxTextLength) is not { } text)
        {
            return;
        }

        var clean = type == "iTXt" ? ToTextChunk(keyword, text) : ToChunk("tEXt", [.. Encoding.Latin1.GetBytes(keyword), 0, .. text]);
        var isPlain = clean.Length == chunk.Length && File.Take(chunk.Start, clean.Length).AsSpan().SequenceEqual(clean);
        if (isXmp)
        {
            Metadata.AddXmp(new MemoryBytes(text), isPlain ? chunk : null);
        }
        else if (isPlain)
        {
            Keep(chunk);
        }
        else
        {
            texts.AddRange(clean);
        }
    }

    /// <summary>Reads the text after a keyword; null if it is too long or damaged.</summary>
    private static byte[]? ReadText(string type, ByteSource content, int maxLength)
    {
        var isDeflated = type == "zTXt" || (type == "iTXt" && content.Has(0, [1]));
        var bytes = content.Take(0, maxLength + MaxTextLength);
        var from = type switch
        {
            "tEXt" => 0,
            "zTXt" => 1,

            // Two flags, followed by the zero-terminated language and translated keyword.
            _ => 2 + SkipText(bytes, 2) + SkipText(bytes, 2 + SkipText(bytes, 2)),
        };
        if (from > bytes.Length || content.Length > maxLength + MaxTextLength)
        {
            return null;
        }

        return isDeflated ? Inflate(bytes, from, maxLength) : bytes.Length - from <= maxLength ? bytes[from..] : null;
    }

    // The length of a text, including its terminating zero. If the zero is missing, a length beyond the end.
    private static int SkipText(byte[] bytes, int from)
    {
        var length = from < bytes.Length ? bytes.AsSpan(from).IndexOf((byte)0) : -1;
        return length < 0 ? bytes.Length + 1 : length + 1;
    }

    private static byte[]? Inflate(byte[] deflated, int from, int maxLength)
    {
        using var inflating = new ZLibStream(new MemoryStream(deflated, from, deflated.Length - from), CompressionMode.Decompress);
        var inflated = new byte[maxLength + 1];
        try
        {
            var length = inflating.ReadAtLeast(inflated, inflated.Length, throwOnEndOfStream: false);
            return length <= maxLength ? inflated[..length] : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return null;
        }
    }
}
