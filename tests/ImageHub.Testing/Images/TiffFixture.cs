using System.Buffers.Binary;

namespace ImageHub.Testing.Images;

/// <summary>A grey TIFF of 16 × 16 pixels with metadata on every page. It is uncompressed unless it has a JPEG strip.</summary>
public sealed record TiffFixture
{
    private const int Side = 16;
    private const int Rows = 8;

    public bool IsLittleEndian { get; init; } = true;

    public bool IsBig { get; init; }

    public int Pages { get; init; } = 1;

    public byte[]? Xmp { get; init; }

    public byte[]? Iptc { get; init; }

    /// <summary>Whether to write a GPS directory at 48° N, 2° E, and an Exif directory with a date.</summary>
    public bool HasGps { get; init; }

    /// <summary>Whether to write the tie point of a GeoTIFF.</summary>
    public bool HasTiePoint { get; init; }

    /// <summary>Additional entries of each page.</summary>
    public IReadOnlyList<(int Tag, int Type, byte[] Content)> Further { get; init; } = [];

    /// <summary>Entries of the Exif directory.</summary>
    public IReadOnlyList<(int Tag, int Type, byte[] Content)> Exif { get; init; } = [];

    /// <summary>A JPEG in its own directory, which the first page lists as a sub-directory.</summary>
    public byte[]? Preview { get; init; }

    /// <summary>A JPEG of the same size to store in one strip, instead of raw pixels.</summary>
    public byte[]? JpegStrip { get; init; }

    /// <summary>Whether the second page is marked as a reduced version of the first.</summary>
    public bool IsSecondPageReduced { get; init; }

    /// <summary>Whether the XMP entry points to the first strip.</summary>
    public bool IsXmpOverPixels { get; init; }

    public byte[] ToBytes()
    {
        var bytes = new List<byte>(IsLittleEndian ? "II"u8.ToArray() : "MM"u8.ToArray());
        bytes.AddRange(IsBig ? [.. Number(43, 2), .. Number(8, 2), .. Number(0, 2)] : Number(42, 2));
        var link = bytes.Count;
        bytes.AddRange(Number(0, IsBig ? 8 : 4));
        for (var page = 0; page < Pages; page++)
        {
            link = AddPage(bytes, link, page);
        }

        return [.. bytes];
    }

    private int AddPage(List<byte> bytes, int link, int page)
    {
        var strips = new List<int>();
        var rows = JpegStrip is null ? Rows : Side;
        for (var strip = 0; strip < Side / rows; strip++)
        {
            strips.Add(bytes.Count);
            bytes.AddRange(JpegStrip ?? Enumerable.Range(0, Side * Rows).Select(index => (byte)((index * 7) + page + strip)).ToArray());
        }

        var entries = new List<(int Tag, int Type, byte[] Content, int? At)>
        {
            (256, 3, Number(Side, 2), null),
            (257, 3, Number(Side, 2), null),
            (258, 3, Number(8, 2), null),
            (259, 3, Number(JpegStrip is null ? 1 : 7, 2), null),
            (262, 3, Number(1, 2), null),
            (273, 4, [.. strips.SelectMany(strip => Number(strip, 4))], null),
            (274, 3, Number(1, 2), null),
            (277, 3, Number(1, 2), null),
            (278, 3, Number(rows, 2), null),
            (279, 4, [.. strips.SelectMany(_ => Number(JpegStrip?.Length ?? Side * rows, 4))], null),
        };
        entries.AddRange(Further.Select(entry => (entry.Tag, entry.Type, entry.Content, (int?)null)));
        if (IsSecondPageReduced && page == 1)
        {
            entries.Insert(0, (254, 4, Number(1, 4), null));
        }

        if (Exif.Count > 0)
        {
            entries.Add((34665, 4, Number(AddDirectory(bytes, [.. Exif.Select(entry => (entry.Tag, entry.Type, entry.Content, (int?)null))]), 4), null));
        }

        if (Preview is not null && page == 0)
        {
            var preview = bytes.Count;
            bytes.AddRange(Preview);
            entries.Add((330, 4, Number(AddDirectory(bytes, [(254, 4, Number(1, 4), null), (513, 4, Number(preview, 4), null), (514, 4, Number(Preview.Length, 4), null)]), 4), null));
        }

        if (Xmp is not null)
        {
            entries.Add((700, 1, Xmp, IsXmpOverPixels ? strips[0] : null));
        }

        if (Iptc is not null)
        {
            entries.Add((33723, 7, Iptc, null));
        }

        if (HasTiePoint)
        {
            entries.Add((33922, 12, new byte[48], null));
        }

        if (HasGps)
        {
            entries.Add((34665, 4, Number(AddDirectory(bytes, [(0x9003, 2, [.. "2024:05:17 18:30:05\0"u8], null)]), 4), null));
            entries.Add((34853, 4, Number(AddDirectory(bytes, [(1, 2, [.. "N\0"u8], null), (2, 5, Degrees(48), null), (3, 2, [.. "E\0"u8], null), (4, 5, Degrees(2), null)]), 4), null));
        }

        var start = AddDirectory(bytes, [.. entries.OrderBy(entry => entry.Tag)]);
        var pointer = Number(start, IsBig ? 8 : 4);
        for (var index = 0; index < pointer.Length; index++)
        {
            bytes[link + index] = pointer[index];
        }

        return start + (IsBig ? 8 : 2) + (entries.Count * (IsBig ? 20 : 12));
    }

    private int AddDirectory(List<byte> bytes, List<(int Tag, int Type, byte[] Content, int? At)> entries)
    {
        var fieldSize = IsBig ? 8 : 4;
        var directory = new List<byte>(Number(entries.Count, IsBig ? 8 : 2));
        foreach (var (tag, type, content, at) in entries)
        {
            var size = type switch { 3 => 2, 4 => 4, 5 or 10 or 12 => 8, _ => 1 };
            directory.AddRange([.. Number(tag, 2), .. Number(type, 2), .. Number(content.Length / size, fieldSize)]);
            if (content.Length <= fieldSize)
            {
                directory.AddRange([.. content, .. new byte[fieldSize - content.Length]]);
                continue;
            }

            if (at is null && bytes.Count % 2 == 1)
            {
                bytes.Add(0);
            }

            directory.AddRange(Number(at ?? bytes.Count, fieldSize));
            bytes.AddRange(at is null ? content : []);
        }

        bytes.AddRange(new byte[bytes.Count % 2]);
        var start = bytes.Count;
        bytes.AddRange([.. directory, .. Number(0, fieldSize)]);
        return start;
    }

    private byte[] Degrees(int degrees) => [.. Number(degrees, 4), .. Number(1, 4), .. Number(0, 4), .. Number(1, 4), .. Number(0, 4), .. Number(1, 4)];

    private byte[] Number(int number, int size)
    {
        var bytes = new byte[8];
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            return bytes[..size];
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes[^size..];
    }
}
