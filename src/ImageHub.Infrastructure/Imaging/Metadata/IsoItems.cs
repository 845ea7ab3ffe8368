using System.Buffers.Binary;
using System.Text;
using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>An item of a meta box.</summary>
/// <param name="Id">The item's number.</param>
/// <param name="Type">
/// Four letters (ISO/IEC 23008-12: <c>Exif</c>, <c>mime</c>, <c>av01</c>, <c>hvc1</c>, <c>grid</c> …); empty if no entry states it.
/// </param>
/// <param name="TypeAt">The offset of the type; -1 if no entry states the type.</param>
/// <param name="ContentType">The content type of a <c>mime</c> item.</param>
/// <param name="IsEncoded">Whether the content is compressed.</param>
/// <param name="Extents">The ranges of the item's bytes in the file; empty if the item has no bytes of its own.</param>
/// <param name="IsDerived">Whether the item has no bytes of its own, because it is derived from other items.</param>
internal sealed record IsoItem(long Id, string Type, long TypeAt, string ContentType, bool IsEncoded, IReadOnlyList<ByteRange> Extents, bool IsDerived);

/// <summary>Reads items: their types (<c>iinf</c>, ISO/IEC 14496-12 8.11.6) and locations (<c>iloc</c>, 8.11.3).</summary>
internal sealed class IsoItems
{
    private const int MaxItems = 100_000;
    private const int MaxExtents = 200_000;
    private const int MaxTextLength = 256;

    private readonly ByteSource file;
    private readonly Dictionary<uint, (string Type, long TypeAt, string ContentType, bool IsEncoded)> types = [];
    private readonly Dictionary<uint, (List<ByteRange> Extents, int Method)> places = [];
    private int extentCount;

    private IsoItems(ByteSource file) => this.file = file;

    /// <param name="file">The file.</param>
    /// <param name="children">The boxes in the meta box.</param>
    /// <exception cref="ProblemException">The number of items or extents is implausible.</exception>
    internal static IEnumerable<IsoItem> Read(ByteSource file, IReadOnlyList<IsoBox> children)
    {
        var items = new IsoItems(file);
        var data = children.Where(box => box.Type == "idat").Select(box => box.Content).FirstOrDefault();
        foreach (var box in children)
        {
            switch (box.Type)
            {
                case "iinf":
                    items.ReadTypes(box.Content);
                    break;
                case "iloc":
                    items.ReadPlaces(new Cursor(file, box.Content), data);
                    break;
                default:
                    break;
            }
        }

        foreach (var (id, place) in items.places)
        {
            var (type, typeAt, contentType, isEncoded) = items.types.GetValueOrDefault(id, ("", -1, "", false));

            // If the item is derived from other items, its offsets are not file offsets.
            yield return new IsoItem(id, type, typeAt, contentType, isEncoded, place.Method > 1 ? [] : place.Extents, place.Method > 1);
        }
    }

    private void ReadTypes(ByteRange content)
    {
        var cursor = new Cursor(file, content);
        var version = cursor.Next(1);
        _ = cursor.Next(3);
        _ = cursor.Next(version == 0 ? 2 : 4);
        foreach (var entry in IsoBox.Read(file, content with { Start = cursor.At }).Where(box => box.Type == "infe"))
        {
            ReadType(new Cursor(file, entry.Content));
        }
    }

    // Entries of versions 0 and 1 are skipped: they have no type, and no decodable format uses them.
    private void ReadType(Cursor cursor)
    {
        var version = cursor.Next(1);
        _ = cursor.Next(3);
        if (version is not (2 or 3))
        {
            return;
        }

        var id = (uint)cursor.Next(version == 2 ? 2 : 4);
        _ = cursor.Next(2);
        var typeAt = cursor.At;
        if (typeAt + 4 > cursor.End)
        {
            // The entry ends before its type. Changing the type would change bytes outside the entry, so the item counts as an item without a type.
            return;
        }

        var type = Encoding.Latin1.GetString(file.Take(typeAt, 4));
        _ = cursor.Next(4);
        var texts = Encoding.Latin1.GetString(file.Take(cursor.At, (int)Math.Clamp(cursor.End - cursor.At, 0, 3 * MaxTextLength))).Split('\0');
        Count(types.Count, MaxItems);
        types[id] = (type, typeAt, texts.ElementAtOrDefault(1) ?? "", type == "mime" && !string.IsNullOrEmpty(texts.ElementAtOrDefault(2)));
    }

    private void ReadPlaces(Cursor cursor, ByteRange data)
    {
        var version = cursor.Next(1);
        _ = cursor.Next(3);
        var sizes = (int)cursor.Next(2);
        var (offsetSize, lengthSize, baseSize, indexSize) = (sizes >> 12, (sizes >> 8) & 0xF, (sizes >> 4) & 0xF, version is 1 or 2 ? sizes & 0xF : 0);
        var count = cursor.Next(version < 2 ? 2 : 4);
        for (var item = 0L; item < count && cursor.At < cursor.End; item++)
        {
            var id = (uint)cursor.Next(version < 2 ? 2 : 4);
            var method = version is 1 or 2 ? (int)cursor.Next(2) & 0xF : 0;
            _ = cursor.Next(2);
            var start = cursor.Next(baseSize) + (method == 1 ? data.Start : 0);
            var extents = cursor.Next(2);
            Count(places.Count, MaxItems);
            var ranges = new List<ByteRange>();
            for (var extent = 0L; extent < extents && cursor.At < cursor.End; extent++)
            {
                Count(++extentCount, MaxExtents);
                _ = cursor.Next(indexSize);
                var from = Math.Min(start + cursor.Next(offsetSize), file.Length);
                var length = cursor.Next(lengthSize);
                var end = method == 1 ? data.End : file.Length;

                // A length of zero means the rest of the file or box.
                var range = new ByteRange(from, Math.Max(from, length == 0 ? end : Math.Min(from + length, end)));
                if (range.Length > 0)
                {
                    ranges.Add(range);
                }
            }

            places[id] = (ranges, method);
        }
    }

    private static void Count(int count, int most)
    {
        if (count >= most)
        {
            throw new ProblemException(Problems.CorruptImage, $"The image lists more than {most} items.");
        }
    }

    // Reads consecutive numbers. A number beyond the end is 0.
    private sealed class Cursor(ByteSource file, ByteRange content)
    {
        internal long At { get; private set; } = content.Start;

        internal long End => content.End;

        internal long Next(int size)
        {
            Span<byte> bytes = stackalloc byte[8];
            bytes.Clear();
            if (size > 0 && size <= 8 && At + size <= content.End)
            {
                _ = file.TryRead(At, bytes[^size..]);
            }

            At += size;
            return (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(bytes), long.MaxValue / 8);
        }
    }
}
