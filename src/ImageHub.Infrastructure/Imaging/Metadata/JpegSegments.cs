using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A part of a JPEG: a marker segment (ITU-T T.81 B.1.1.4), a bare marker, or the coded data after a scan header.</summary>
/// <param name="Marker">The second byte of the marker; 0 for coded data.</param>
/// <param name="Range">The whole part.</param>
/// <param name="Content">The content after marker and length.</param>
/// <param name="IsIntact">Whether the restart markers in the coded data are in order and the next marker may follow coded data.</param>
internal readonly record struct JpegSegment(byte Marker, ByteRange Range, ByteRange Content, bool IsIntact = true);

/// <summary>Walks through the parts of a JPEG, up to the end of its first image.</summary>
/// <param name="file">The file.</param>
internal sealed class JpegSegments(ByteSource file)
{
    internal const byte CodedData = 0;
    internal const byte StartOfImage = 0xD8;
    internal const byte EndOfImage = 0xD9;
    internal const byte StartOfScan = 0xDA;

    // Most markers are found in the first window. Coded data is searched with growing windows.
    private const int FirstWindow = 128;

    private readonly byte[] buffer = new byte[32 * 1024];

    /// <summary>Whether a JPEG starts at the offset.</summary>
    internal static bool StartsAt(ByteSource file, long offset) => file.Has(offset, [0xFF, StartOfImage, 0xFF]);

    /// <summary>Reads the parts in a range that starts with a start-of-image marker. Skips bytes between and after the parts.</summary>
    internal IEnumerable<JpegSegment> Read(ByteRange within)
    {
        yield return Bare(StartOfImage, within.Start);
        var at = within.Start + 2;
        while (FindMarker(at, within.End, isScan: false) is { } marker)
        {
            if (marker.Code == EndOfImage)
            {
                yield return Bare(EndOfImage, marker.Start);
                yield break;
            }

            if (marker.Start + 4 > within.End)
            {
                yield break;
            }

            at = Math.Min(marker.Start + 2 + Math.Max(ReadLength(marker.Start + 2), 2), within.End);
            yield return new JpegSegment(marker.Code, new ByteRange(marker.Start, at), new ByteRange(marker.Start + 4, at));
            if (marker.Code == StartOfScan)
            {
                var next = FindMarker(at, within.End, isScan: true);
                var coded = new ByteRange(at, next?.Start ?? within.End);
                yield return new JpegSegment(CodedData, coded, coded, next is { MayFollowScan: true });
                at = coded.End;
            }
        }
    }

    private static JpegSegment Bare(byte marker, long at) => new(marker, ByteRange.FromLength(at, 2), ByteRange.FromLength(at + 2, 0));

    // The length includes its own bytes.
    private int ReadLength(long at)
    {
        Span<byte> length = stackalloc byte[2];
        return file.TryRead(at, length) ? BinaryPrimitives.ReadUInt16BigEndian(length) : 0;
    }

    // Skips garbage between segments, as decoders do. In coded data, stuffed zeros, fill bytes and restart markers are part of the data.
    private (byte Code, long Start, bool MayFollowScan)? FindMarker(long from, long end, bool isScan)
    {
        var (isMarker, isIntact, restart, size) = (false, true, 0, FirstWindow);
        for (var at = from; at < end && file.Read(at, buffer.AsSpan(0, (int)Math.Min(size, end - at))) is var read && read > 0; at += read)
        {
            size = Math.Min(size * 4, buffer.Length);
            var window = buffer.AsSpan(0, read);
            for (var index = 0; index < read; index++)
            {
                if (!isMarker)
                {
                    var found = window[index..].IndexOf((byte)0xFF);
                    if (found < 0)
                    {
                        break;
                    }

                    index += found;
                    isMarker = true;
                    continue;
                }

                var code = window[index];
                isMarker = code == 0xFF;
                switch (code)
                {
                    case 0 or 0xFF:
                        break;
                    case >= 0xD0 and <= 0xD7:
                        isIntact &= code == 0xD0 + restart;
                        restart = (restart + 1) % 8;
                        break;
                    case 0x01 or StartOfImage when !isScan:
                        break;
                    default:
                        return (code, at + index - 1, isIntact && MayFollowScan(code));
                }
            }
        }

        return null;
    }

    // DHT, DAC, EOI, SOS, DQT, DNL, DRI, APPn, COM.
    private static bool MayFollowScan(byte marker) => marker is 0xC4 or 0xCC or (>= EndOfImage and <= 0xDD) or (>= 0xE0 and <= 0xEF) or 0xFE;
}
