using System.Buffers.Binary;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Finds a track's samples (the frames of an image sequence) through the track's tables (ISO/IEC 14496-12 8.6 and 8.7).</summary>
internal static class IsoSamples
{
    private const int MaxTableLength = 4 * 1024 * 1024;

    /// <summary>Whether a track's handler is for pictures (8.4.3); other tracks may contain a location for each second.</summary>
    internal static bool IsOfPictures(ByteSource file, ByteRange track)
    {
        var handler = Find(file, Find(file, track, "mdia"), "hdlr").Start + 8;
        return file.Has(handler, "pict"u8) || file.Has(handler, "vide"u8) || file.Has(handler, "auxv"u8);
    }

    /// <summary>Reads the ranges of the samples, one range for each chunk.</summary>
    internal static IEnumerable<ByteRange> Read(ByteSource file, ByteRange track)
    {
        var tables = Find(file, Find(file, Find(file, track, "mdia"), "minf"), "stbl");
        var (narrow, wide) = (Table("stco"), Table("co64"));
        var (runs, sizes) = (Table("stsc"), Table("stsz"));
        var (offsets, width) = narrow.Length > 0 ? (narrow, 4) : (wide, 8);
        var (run, sample, fixedSize) = (0L, 0L, Number(sizes, 4));
        for (var chunk = 0L; 8 + ((chunk + 1) * width) <= offsets.Length; chunk++)
        {
            // A run of equal chunks is described by the number of its first chunk, counted from 1, and the number of samples in each chunk.
            while (8 + ((run + 2) * 12) <= runs.Length && Number(runs, 8 + ((run + 1) * 12)) <= chunk + 1)
            {
                run++;
            }

            var count = Number(runs, 12 + (run * 12));
            var length = fixedSize * count;
            for (var last = sample + count; fixedSize == 0 && sample < last && 12 + ((sample + 1) * 4) <= sizes.Length; sample++)
            {
                length += Number(sizes, 12 + (sample * 4));
            }

            var start = Math.Min(Number(offsets, 8 + (chunk * width), width), file.Length);
            yield return new ByteRange(start, Math.Min(start + length, file.Length));
        }

        byte[] Table(string type) => Find(file, tables, type) is var range && range.Length > 0 ? file.Take(range.Start, (int)Math.Min(range.Length, MaxTableLength)) : [];
    }

    private static ByteRange Find(ByteSource file, ByteRange within, string type) => IsoBox.Read(file, within).FirstOrDefault(box => box.Type == type).Content;

    private static long Number(byte[] table, long at, int width = 4) =>
        at + width > table.Length ? 0
        : width == 4 ? BinaryPrimitives.ReadUInt32BigEndian(table.AsSpan((int)at))
        : (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(table.AsSpan((int)at)), long.MaxValue / 8);
}
