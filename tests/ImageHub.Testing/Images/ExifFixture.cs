using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Testing.Images;

/// <summary>An EXIF block as cameras write it: a TIFF structure without a prefix.</summary>
public sealed record ExifFixture
{
    private const ushort Ascii = 2;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;
    private const ushort Undefined = 7;

    public bool IsLittleEndian { get; init; }

    public int? Orientation { get; init; }

    public string? Make { get; init; }

    public string? Model { get; init; }

    public string? DateTime { get; init; }

    public string? DateTimeOriginal { get; init; }

    public string? OffsetTimeOriginal { get; init; }

    /// <summary>The latitude in degrees, north positive.</summary>
    public double? Latitude { get; init; }

    /// <summary>The longitude in degrees, east positive.</summary>
    public double? Longitude { get; init; }

    /// <summary>Whether to write a GPS directory that contains only its version, as a camera without a receiver does.</summary>
    public bool HasGpsVersionOnly { get; init; }

    /// <summary>The denominator of the rationals in the GPS directory.</summary>
    public uint Denominator { get; init; } = 1000;

    /// <summary>The JPEG thumbnail in IFD1.</summary>
    public byte[]? Thumbnail { get; init; }

    public byte[]? MakerNote { get; init; }

    /// <summary>Additional entries of IFD0.</summary>
    public IReadOnlyList<(ushort Tag, ushort Type, byte[] Content)> Further { get; init; } = [];

    /// <summary>Additional entries of the Exif directory.</summary>
    public IReadOnlyList<(ushort Tag, ushort Type, byte[] Content)> FurtherExif { get; init; } = [];

    /// <summary>Writes the TIFF structure.</summary>
    public byte[] ToBytes()
    {
        var bytes = new List<byte>([.. IsLittleEndian ? "II*\0"u8 : "MM\0*"u8, .. Number(8, 4)]);
        var exif = Entries((0x9003, DateTimeOriginal), (0x9011, OffsetTimeOriginal));
        if (MakerNote is not null)
        {
            exif.Add((0x927C, Undefined, MakerNote));
        }

        exif.AddRange(FurtherExif);

        var gps = new List<(ushort Tag, ushort Type, byte[] Content)>();
        if (HasGpsVersionOnly || Latitude is not null)
        {
            gps.Add((0, 1, [2, 3, 0, 0]));
        }

        if (Latitude is { } latitude && Longitude is { } longitude)
        {
            gps.Add((1, Ascii, [(byte)(latitude < 0 ? 'S' : 'N'), 0]));
            gps.Add((2, Rational, Degrees(latitude)));
            gps.Add((3, Ascii, [(byte)(longitude < 0 ? 'W' : 'E'), 0]));
            gps.Add((4, Rational, Degrees(longitude)));
        }

        var main = Entries((0x010F, Make), (0x0110, Model), (0x0132, DateTime));
        main.AddRange(Further);
        if (Orientation is { } orientation)
        {
            main.Add((0x0112, Short, Number((uint)orientation, 2)));
        }

        // IFD0 comes first and points to data after it, so its own length must be known.
        var pointers = (exif.Count > 0 ? 1 : 0) + (gps.Count > 0 ? 1 : 0);
        var mainStart = bytes.Count;
        var mainLength = 2 + ((main.Count + pointers) * 12) + 4 + main.Sum(entry => entry.Content.Length > 4 ? (entry.Content.Length + 1) & ~1 : 0);
        var at = (uint)(mainStart + mainLength);
        var behind = new List<byte>();
        foreach (var (tag, entries) in new[] { ((ushort)0x8769, exif), ((ushort)0x8825, gps) })
        {
            if (entries.Count > 0)
            {
                main.Add((tag, Long, Number(at + (uint)behind.Count, 4)));
                behind.AddRange(Directory(entries, at + (uint)behind.Count, next: 0));
            }
        }

        var next = Thumbnail is null ? 0 : at + (uint)behind.Count;
        if (Thumbnail is not null)
        {
            const int Length = 2 + (3 * 12) + 4;
            List<(ushort Tag, ushort Type, byte[] Content)> thumbnail =
                [(0x0103, Short, Number(6, 2)), (0x0201, Long, Number(next + Length, 4)), (0x0202, Long, Number((uint)Thumbnail.Length, 4))];
            behind.AddRange(Directory(thumbnail, next, next: 0));
            behind.AddRange(Thumbnail);
        }

        bytes.AddRange(Directory(main, (uint)mainStart, next));
        bytes.AddRange(behind);
        return [.. bytes];
    }

    private static List<(ushort Tag, ushort Type, byte[] Content)> Entries(params (ushort Tag, string? Text)[] texts) =>
        [.. texts.Where(text => text.Text is not null).Select(text => (text.Tag, Ascii, Encoding.UTF8.GetBytes(text.Text + "\0")))];

    private List<byte> Directory(List<(ushort Tag, ushort Type, byte[] Content)> entries, uint start, uint next)
    {
        var sorted = entries.OrderBy(entry => entry.Tag).ToList();
        var directory = new List<byte>(Number((uint)sorted.Count, 2));
        var values = new List<byte>();
        var valuesAt = start + 2 + ((uint)sorted.Count * 12) + 4;
        foreach (var (tag, type, content) in sorted)
        {
            var size = type switch { Short => 2, Long => 4, Rational or 10 => 8, _ => 1 };
            directory.AddRange([.. Number(tag, 2), .. Number(type, 2), .. Number((uint)(content.Length / size), 4)]);
            if (content.Length <= 4)
            {
                directory.AddRange([.. content, .. new byte[4 - content.Length]]);
            }
            else
            {
                directory.AddRange(Number(valuesAt + (uint)values.Count, 4));
                values.AddRange([.. content, .. new byte[content.Length & 1]]);
            }
        }

        return [.. directory, .. Number(next, 4), .. values];
    }

    private byte[] Degrees(double degrees)
    {
        var thousandths = (long)Math.Round(Math.Abs(degrees) * 3_600_000);
        return
        [
            .. Number((uint)(thousandths / 3_600_000) * Denominator, 4), .. Number(Denominator, 4),
            .. Number((uint)(thousandths / 60_000 % 60) * Denominator, 4), .. Number(Denominator, 4),
            .. Number((uint)(thousandths % 60_000 * Denominator / 1000), 4), .. Number(Denominator, 4),
        ];
    }

    private byte[] Number(uint number, int length)
    {
        var bytes = new byte[4];
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
            return bytes[..length];
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes[^length..];
    }
}
