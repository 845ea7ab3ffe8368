using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Formats;

/// <summary>
/// The properties of a JPEG's markers that affect decoding. The decoder replaces missing data with grey or zeros, often without an error, for example if the
/// second half of a file was allocated but never transferred.
/// </summary>
/// <param name="IsProgressive">Whether the decoder must hold all coefficients until the end.</param>
/// <param name="IsIntact">Whether all scans are free of unexpected markers and the image has its end marker.</param>
/// <param name="HasOddHeader">
/// Whether the decoder warns about harmless header fields, as in files from some phones. Warnings then do not indicate damage.
/// </param>
/// <param name="Scans">The number of scans. Each scan of a progressive image traverses all coefficients.</param>
/// <param name="Components">The number of colour components, such as 4 for CMYK; 0 without a frame.</param>
/// <param name="MetadataBytes">The total size of application and comment segments, which decoders hold in memory, in bytes.</param>
internal readonly record struct JpegStructure(bool IsProgressive, bool IsIntact, bool HasOddHeader, int Scans, int Components, long MetadataBytes)
{
    private const byte App0 = 0xE0;
    private const byte App14 = 0xEE;

    /// <summary>The place of the number of components in a frame's header, after the precision, the height and the width (ITU-T T.81, B.2.2).</summary>
    private const int ComponentsAt = 5;

    /// <summary>Walks the file up to the end of its first image. Any data after it, such as further pictures or a video, is ignored.</summary>
    internal static JpegStructure Read(FileBytes file)
    {
        var structure = default(JpegStructure);
        foreach (var segment in Segments(file))
        {
            structure = new JpegStructure(
                structure.IsProgressive || IsProgressiveFrame(segment.Marker),
                segment.Marker == JpegSegments.EndOfImage,
                structure.HasOddHeader || IsOdd(segment.Marker, file.Take(segment.Content.Start, (int)Math.Min(segment.Content.Length, 129)), structure.IsProgressive),
                structure.Scans + (segment.Marker == JpegSegments.StartOfScan ? 1 : 0),
                Math.Max(structure.Components, IsFrame(segment.Marker) && file.Take(segment.Content.Start, ComponentsAt + 1) is { Length: > ComponentsAt } frame ? frame[ComponentsAt] : 0),
                structure.MetadataBytes + (segment.Marker is (>= App0 and <= 0xEF) or 0xFE ? segment.Content.Length : 0));
            if (!segment.IsIntact)
            {
                break;
            }
        }

        return structure;
    }

    private static IEnumerable<JpegSegment> Segments(FileBytes file) =>
        JpegSegments.StartsAt(file, 0) ? new JpegSegments(file).Read(new ByteRange(0, file.Length)) : [];

    // SOF0 to SOF15, without DHT, JPG and DAC.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // SOF2, SOF6, SOF10, SOF14.
    private static bool IsProgressiveFrame(byte marker) => marker is 0xC2 or 0xC6 or 0xCA or 0xCE;

    private static bool IsOdd(byte marker, byte[] content, bool isProgressive) => content.Length is > 0 and <= 128 && marker switch
    {
        // In a sequential scan, the first coefficient is 0, the last is 63, and the approximation is 0.
        JpegSegments.StartOfScan => !isProgressive && content is not [.., 0, 63, 0],
        App0 => content is [(byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, not (1 or 2), ..],
        App14 => content is [(byte)'A', (byte)'d', (byte)'o', (byte)'b', (byte)'e', _, _, _, _, _, _, > 2, ..],
        _ => false,
    };
}
