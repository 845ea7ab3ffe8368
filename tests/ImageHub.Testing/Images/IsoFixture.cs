using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Testing.Images;

/// <summary>Adds metadata items to an AVIF written by libvips.</summary>
public static class IsoFixture
{
    /// <summary>Adds items to the AVIF; their content goes into a media data box at the end.</summary>
    /// <param name="avif">An AVIF from libvips: the box <c>meta</c> contains <c>iinf</c> and <c>iloc</c>.</param>
    /// <param name="items">The type, the media type (for <c>mime</c>) and the content of each item.</param>
    /// <exception cref="InvalidDataException">An existing item is not located by offsets in the file.</exception>
    public static byte[] WithItems(byte[] avif, params (string Type, string MediaType, byte[] Content)[] items)
    {
        var boxes = Split(avif, 0, avif.Length).ToList();
        var meta = boxes.Single(box => box.Type == "meta");
        var children = Split(avif, meta.Start + 12, meta.End).ToList();

        // Two passes: the first yields the growth of the meta box, which shifts all bytes after it.
        var bare = Build(0);
        var growth = bare.Length - avif.Length - 8 - items.Sum(item => item.Content.Length);
        return Build(growth);

        byte[] Build(int shift)
        {
            var at = avif.Length + shift + 8;
            var places = new List<(int Start, int Length)>();
            foreach (var item in items)
            {
                places.Add((at, item.Content.Length));
                at += item.Content.Length;
            }

            var newMeta = Box("meta", [0, 0, 0, 0, .. children.SelectMany(child => child.Type switch
            {
                "iinf" => AddTypes(avif[child.Start..child.End]),
                "iloc" => AddPlaces(avif[child.Start..child.End], shift, places),
                _ => avif[child.Start..child.End],
            })]);
            return
            [
                .. boxes.SelectMany(box => box.Type == "meta" ? newMeta : avif[box.Start..box.End]),
                .. Box("mdat", [.. items.SelectMany(item => item.Content)]),
            ];
        }

        byte[] AddTypes(byte[] box)
        {
            // Version 0 has a two-byte count.
            var count = BinaryPrimitives.ReadUInt16BigEndian(box.AsSpan(12));
            var entries = items.Select((item, index) => Box(
                "infe",
                [2, 0, 0, 1, .. Number(100 + index, 2), 0, 0, .. Encoding.ASCII.GetBytes(item.Type), 0, .. item.Type == "mime" ? Encoding.ASCII.GetBytes(item.MediaType + "\0") : []]));
            return Box("iinf", [0, 0, 0, 0, .. Number(count + items.Length, 2), .. box[14..], .. entries.SelectMany(entry => entry)]);
        }

        byte[] AddPlaces(byte[] box, int shift, List<(int Start, int Length)> places)
        {
            // Written as version 0 with four-byte offsets and lengths.
            var version = box[8];
            var (sizes, count, cursor) = (BinaryPrimitives.ReadUInt16BigEndian(box.AsSpan(12)), BinaryPrimitives.ReadUInt16BigEndian(box.AsSpan(14)), 16);
            var entries = new List<byte>();
            for (var item = 0; item < count; item++)
            {
                var id = (int)Read(2);
                if (version > 0)
                {
                    Read(2).ShouldBeZero();
                }

                _ = Read(2);
                var start = Read((sizes >> 4) & 0xF);
                var extents = (int)Read(2);
                entries.AddRange([.. Number(id, 2), 0, 0, .. Number(extents, 2)]);
                for (var extent = 0; extent < extents; extent++)
                {
                    entries.AddRange([.. Number((int)(start + Read(sizes >> 12)) + shift, 4), .. Number((int)Read((sizes >> 8) & 0xF), 4)]);
                }
            }

            for (var index = 0; index < places.Count; index++)
            {
                entries.AddRange([.. Number(100 + index, 2), 0, 0, 0, 1, .. Number(places[index].Start, 4), .. Number(places[index].Length, 4)]);
            }

            return Box("iloc", [0, 0, 0, 0, 0x44, 0x00, .. Number(count + places.Count, 2), .. entries]);

            long Read(int size)
            {
                var number = 0L;
                for (var index = 0; index < size; index++)
                {
                    number = (number << 8) | box[cursor++];
                }

                return number;
            }
        }
    }

    /// <summary>Writes a box.</summary>
    public static byte[] Box(string type, byte[] content) => [.. Number(content.Length + 8, 4), .. Encoding.ASCII.GetBytes(type), .. content];

    private static void ShouldBeZero(this long number)
    {
        if (number != 0)
        {
            throw new InvalidDataException("This fixture knows items at offsets of the file only.");
        }
    }

    private static IEnumerable<(string Type, int Start, int End)> Split(byte[] bytes, int from, int to)
    {
        for (var at = from; at + 8 <= to;)
        {
            var end = at + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            yield return (Encoding.ASCII.GetString(bytes, at + 4, 4), at, end);
            at = end;
        }
    }

    /// <summary>Writes a number in big-endian order.</summary>
    public static byte[] Number(int number, int size)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes[^size..];
    }
}
