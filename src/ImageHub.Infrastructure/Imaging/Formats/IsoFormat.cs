using System.Buffers.Binary;
using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>A format whose files consist of boxes (ISO/IEC 14496-12 and 23008-12). AVIF and HEIC differ only in the codec.</summary>
internal sealed class IsoFormat : FileFormat
{
    /// <summary>AVIF (AV1).</summary>
    internal static readonly IsoFormat Avif = new(ImageFormat.Avif, ["avif", "avis"], bytesPerSample: 4, needsHevc: false);

    /// <summary>HEIC (HEVC).</summary>
    internal static readonly IsoFormat Heic = new(
        ImageFormat.Heic, ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"], bytesPerSample: 3, needsHevc: true);

    private static readonly byte[][] AlphaTypes = ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"u8.ToArray(), "urn:mpeg:hevc:2015:auxid:1"u8.ToArray()];

    private readonly string[] brands;
    private readonly int bytesPerSample;

    /// <param name="format">The identity.</param>
    /// <param name="brands">The brands that name the codec.</param>
    /// <param name="bytesPerSample">The memory that decoding needs for each decoded sample, in bytes.</param>
    /// <param name="needsHevc">Whether the codec is HEVC.</param>
    private IsoFormat(ImageFormat format, string[] brands, int bytesPerSample, bool needsHevc)
    {
        Format = format;
        NeedsHevc = needsHevc;
        this.brands = brands;
        this.bytesPerSample = bytesPerSample;
    }

    /// <inheritdoc />
    internal override ImageFormat Format { get; }

    /// <inheritdoc />
    internal override string Loader => "heif";

    /// <inheritdoc />
    internal override bool NeedsHevc { get; }

    /// <summary>
    /// ISO/IEC 14496-12, section 4.3: size, <c>ftyp</c>, major brand, minor version, compatible brands. The major brand can be general, such as <c>mif1</c>
    /// (any image), so the first brand that names a codec determines the format.
    /// </summary>
    internal override bool Matches(ReadOnlySpan<byte> start)
    {
        if (start is not [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..])
        {
            return false;
        }

        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(start), (uint)start.Length);
        for (var at = 8; at + 4 <= end; at = at == 8 ? 16 : at + 4)
        {
            var brand = Encoding.Latin1.GetString(start.Slice(at, 4));
            if (Avif.brands.Contains(brand, StringComparer.Ordinal) || Heic.brands.Contains(brand, StringComparer.Ordinal))
            {
                return brands.Contains(brand, StringComparer.Ordinal);
            }
        }

        return false;
    }

    /// <inheritdoc />
    internal override ImageWalker Walk(ByteSource file, int rotation = 0) => new IsoWalker(file);

    /// <summary>
    /// Reads the bits per channel from the pixel information (ISO/IEC 23008-12, 6.5.6) and the decoder's configuration (AV1 in ISOBMFF, 2.3.3), and detects
    /// alpha, which is decoded as an additional picture (ISO/IEC 23008-12, 6.5.8).
    /// </summary>
    protected override FileShape ReadShape(FileBytes file)
    {
        LimitBoxes(file);
        var start = file.Take(0, 1 << 20);
        var deepest = FindAll(start, "pixi"u8.ToArray()).Where(at => at + 9 < start.Length).Select(at => (int)start[at + 9])
            .Concat(FindAll(start, "av1C"u8.ToArray()).Where(at => at + 6 < start.Length && start[at + 4] == 0x81).Select(at => (start[at + 6] & 0x40) == 0 ? 8 : (start[at + 6] & 0x20) == 0 ? 10 : 12))
            .Append(8).Max();
        var hasAlpha = FindAll(start, "auxC"u8.ToArray()).Any(at => AlphaTypes.Any(type => start.AsSpan(Math.Min(at + 8, start.Length)).StartsWith(type)));
        return new FileShape((hasAlpha ? 4 : 3) * (deepest > 8 ? 2 : 1), true, file.Length, 0);
    }

    // The memory for the file, the planes, the interleaved samples, and copies between them. Alpha is decoded as a separate picture.
    /// <inheritdoc />
    protected override long EstimatePixels(int width, int height, FileShape shape) =>
        shape.BlockBytes + ((long)width * height * bytesPerSample * (shape.SampleBytes switch { <= 3 => 3, 4 => 6, <= 6 => 5, _ => 10 }));

    // Decoders read all boxes at every depth before they decode pixels.
    private static void LimitBoxes(FileBytes file)
    {
        var count = 0;
        var left = new Stack<ByteRange>([new ByteRange(0, file.Length)]);
        while (left.TryPop(out var within))
        {
            foreach (var box in IsoBox.Read(file, within))
            {
                FileShape.Limit(++count, FileShape.MaxBoxes, "boxes");
                var skipped = box.Type switch
                {
                    "moov" or "trak" or "mdia" or "minf" or "stbl" or "dinf" or "edts" or "udta" or "iprp" or "ipco" or "grpl" => 0,
                    "meta" or "iref" => 4,
                    "dref" or "stsd" => 8,
                    "iinf" => file.Has(box.Content.Start, [0]) ? 6 : 8,
                    _ => -1,
                };
                if (skipped >= 0)
                {
                    left.Push(box.Content with { Start = Math.Min(box.Content.Start + skipped, box.Content.End) });
                }
            }
        }
    }

    private static IEnumerable<int> FindAll(byte[] bytes, byte[] wanted)
    {
        for (var at = bytes.AsSpan().IndexOf(wanted); at >= 0;)
        {
            yield return at;
            var next = bytes.AsSpan(at + wanted.Length).IndexOf(wanted);
            at = next < 0 ? -1 : at + wanted.Length + next;
        }
    }
}
