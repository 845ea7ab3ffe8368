using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// The marker structure of a JPEG (ITU-T T.81 annex B). The decoder fills what is missing with grey or zeros and says
/// little about it: a file whose second half was never transferred, but allocated, decodes without a word.
/// </summary>
/// <param name="IsProgressive">Whether the decoder must hold all coefficients until the end.</param>
/// <param name="IsIntact">Whether all scans are free of foreign markers and the image ends with its end marker.</param>
/// <param name="HasOddHeader">
/// Whether the decoder warns of header fields that do no harm. Phones write such files, so its warnings cannot be
/// taken for damage then.
/// </param>
internal readonly record struct JpegStructure(bool IsProgressive, bool IsIntact, bool HasOddHeader)
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte App0 = 0xE0;
    private const byte App14 = 0xEE;

    /// <summary>Walks the file up to the end of its first image. What follows, such as further pictures or a film, is not looked at.</summary>
    internal static JpegStructure Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024);
        var structure = default(JpegStructure);
        if (file.ReadByte() != 0xFF || file.ReadByte() != 0xD8)
        {
            return structure;
        }

        Span<byte> length = stackalloc byte[2];
        var marker = ReadMarker(file);
        while (marker is not null and not EndOfImage)
        {
            if (file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length)
            {
                return structure;
            }

            var next = file.Position + BinaryPrimitives.ReadUInt16BigEndian(length) - length.Length;
            structure = structure with
            {
                IsProgressive = structure.IsProgressive || IsProgressiveFrame(marker.Value),
                HasOddHeader = structure.HasOddHeader || IsOdd(marker.Value, file, next, structure.IsProgressive),
            };
            file.Position = next;
            marker = marker == StartOfScan ? ReadScan(file) : ReadMarker(file);
        }

        return structure with { IsIntact = marker == EndOfImage };
    }

    /// <summary>Reads the header only, up to the frame.</summary>
    internal static bool ReadIsProgressive(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> segment = stackalloc byte[4];
        for (var at = 2L; RandomAccess.Read(file, segment, at) == segment.Length && segment[0] == 0xFF;)
        {
            if (segment[1] == 0xFF)
            {
                at++;
            }
            else if (segment[1] is 0xC0 or 0xC1 or StartOfScan or EndOfImage || IsProgressiveFrame(segment[1]))
            {
                return IsProgressiveFrame(segment[1]);
            }
            else
            {
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
            }
        }

        return false;
    }

    // SOF2, SOF6, SOF10, SOF14.
    private static bool IsProgressiveFrame(byte marker) => marker is 0xC2 or 0xC6 or 0xCA or 0xCE;

    // Decoders skip garbage between segments, so this does too.
    private static byte? ReadMarker(FileStream file)
    {
        for (var previous = 0; file.ReadByte() is var value && value >= 0; previous = value)
        {
            if (previous == 0xFF && value is not 0 and not 0xFF)
            {
                return (byte)value;
            }
        }

        return null;
    }

    // Within a scan 0xFF is followed by a stuffed zero, a fill byte or the next restart marker; anything else ends it.
    private static byte? ReadScan(FileStream file)
    {
        var buffer = new byte[64 * 1024];
        var restart = 0;
        var isMarker = false;
        while (file.Read(buffer) is var read && read > 0)
        {
            for (var at = 0; at < read; at++)
            {
                if (!isMarker)
                {
                    var found = buffer.AsSpan(at, read - at).IndexOf((byte)0xFF);
                    if (found < 0)
                    {
                        break;
                    }

                    at += found;
                    isMarker = true;
                    continue;
                }

                var value = buffer[at];
                isMarker = value == 0xFF;
                if (value is 0 or 0xFF)
                {
                    continue;
                }

                if (value == 0xD0 + restart)
                {
                    restart = (restart + 1) % 8;
                    continue;
                }

                file.Position -= read - at - 1;
                return MayFollowScan(value) ? value : null;
            }
        }

        return null;
    }

    // DHT, DAC, EOI, SOS, DQT, DNL, DRI, APPn, COM.
    private static bool MayFollowScan(byte marker) => marker is 0xC4 or 0xCC or (>= EndOfImage and <= 0xDD) or (>= App0 and <= 0xEF) or 0xFE;

    private static bool IsOdd(byte marker, FileStream file, long end, bool isProgressive)
    {
        if (marker is not (StartOfScan or App0 or App14) || end - file.Position is <= 0 or > 128)
        {
            return false;
        }

        Span<byte> content = stackalloc byte[(int)(end - file.Position)];
        content = content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        return marker switch
        {
            // In a sequential scan: the first coefficient is 0, the last 63, nothing is approximated.
            StartOfScan => !isProgressive && content is not [.., 0, 63, 0],
            App0 => content is [(byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, not (1 or 2), ..],
            _ => content is [(byte)'A', (byte)'d', (byte)'o', (byte)'b', (byte)'e', _, _, _, _, _, _, > 2, ..],
        };
    }
}
