using System.Text;

namespace ImageHub.Testing.Images;

/// <summary>
/// A photo as phones write it (ISO/IEC 23008-12): a grid of 2 × 2 HEVC tiles that shows <see cref="TestPicture.Quadrants"/>. The tiles are 64 × 64 pixels and
/// were encoded with x265.
/// </summary>
public sealed record HeicFixture
{
    private const int TileSide = 64;
    private const int Grid = 5;

    private const string Parameters =
        "0103700000000000000000001ef000fcfdf8f800000f03200001001840010c01ffff03700000030090000003000003001eba0240210001002b420101037000000300900000" +
        "03000003001ea020810596ea4929ae6e04040c08000003000800000300084022000100074401c172b02240";

    private const string DeepParameters =
        "0104080000000000000000001ef000fcfdfafa00000f03200001001740010c01ffff0408000003009db800000300001eba0240210001002a4201010408000003009db80000" +
        "0300001ea0208104d96ea4929ae6e04040c0800000030080000003008422000100074401c172b02240";

    private static readonly string[] Tiles =
    [
        "0000001a2801af09e02139755ffffc373ffffc8b7721fc61b6741cc3d7e0",
        "000000192801af09e02336a23ef185a7fffcb8edfffda216414ffc58f8",
        "0000001a2801af09e02139755ffffe15ffef7fbb1dfffe78c4741cc3d7e0",
        "0000001a2801af09e02139755f5ffe0957ffffb73ff21ebf02741cc3d7e0",
    ];

    private static readonly string[] DeepTiles =
    [
        "0000001a2801af09e021397bcffffd3dbffffd461f21fcf8eb1d07372ff0",
        "000000192801af09e021397bcf5fcd5ffffe5b93fffef1d69d07372ff0",
        "0000001a2801af09e02336addffffd9f71e47f9ff8bfff7d3a41500473e0",
        "0000001a2801af09e021397bcf5ffe8f67ffffc4eedc87c8fac741cdcbfc",
    ];

    /// <summary>The width in pixels before rotation; more than one tile and at most two.</summary>
    public int Width { get; init; } = 120;

    /// <summary>The height, with the same limits as <see cref="Width"/>.</summary>
    public int Height { get; init; } = 100;

    /// <summary>Whether samples have ten bits instead of eight.</summary>
    public bool IsDeep { get; init; }

    /// <summary>The number of anti-clockwise 90° turns that make the picture upright.</summary>
    public int QuarterTurns { get; init; }

    /// <summary>Whether the picture must be mirrored left to right for display.</summary>
    public bool IsMirrored { get; init; }

    /// <summary>The ICC profile.</summary>
    public byte[]? Profile { get; init; }

    /// <summary>The type name of a small auxiliary picture, such as a depth map.</summary>
    public string? Auxiliary { get; init; }

    /// <summary>The Exif block.</summary>
    public byte[]? Exif { get; init; }

    /// <summary>Writes the file.</summary>
    public byte[] ToFile()
    {
        var properties = new List<(byte[] Box, bool IsEssential, int[] Items)>
        {
            (Box("hvcC", Convert.FromHexString(IsDeep ? DeepParameters : Parameters)), true, [1, 2, 3, 4, 6]),
            (Box("ispe", [0, 0, 0, 0, .. Number(TileSide, 4), .. Number(TileSide, 4)]), false, [1, 2, 3, 4, 6]),
            (Box("ispe", [0, 0, 0, 0, .. Number(Width, 4), .. Number(Height, 4)]), false, [Grid]),
            (Box("pixi", [0, 0, 0, 0, 3, .. Enumerable.Repeat((byte)(IsDeep ? 10 : 8), 3)]), false, [1, 2, 3, 4, Grid, 6]),
        };
        AddIf(Profile is not null, () => Box("colr", [.. "prof"u8, .. Profile!]), false, Grid);
        AddIf(Auxiliary is not null, () => Box("auxC", [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(Auxiliary + "\0")]), true, 6);
        AddIf(QuarterTurns != 0, () => Box("irot", [(byte)QuarterTurns]), true, Grid);
        AddIf(IsMirrored, () => Box("imir", [1]), true, Grid);

        var data = (IsDeep ? DeepTiles : Tiles).Select(Convert.FromHexString).ToArray();
        var items = data.Select((tile, index) => new Item(index + 1, "hvc1", tile))
            .Append(new Item(Grid, "grid", [0, 0, 1, 1, .. Number(Width, 2), .. Number(Height, 2)]))
            .Concat(Auxiliary is null ? [] : [new Item(6, "hvc1", data[0])])
            .Concat(Exif is null ? [] : [new Item(7, "Exif", [0, 0, 0, 0, .. Exif])])
            .ToList();
        var type = Box("ftyp", [.. "heic"u8, 0, 0, 0, 0, .. "mif1heic"u8]);

        // Offsets have a fixed size, so the first pass yields the length of everything before the data.
        var start = type.Length + Meta(properties, items, 0).Length + 8;
        return [.. type, .. Meta(properties, items, start), .. Box("mdat", [.. items.SelectMany(item => item.Data)])];

        void AddIf(bool isWanted, Func<byte[]> make, bool isEssential, int item)
        {
            if (isWanted)
            {
                properties.Add((make(), isEssential, [item]));
            }
        }
    }

    private static byte[] Meta(List<(byte[] Box, bool IsEssential, int[] Items)> properties, List<Item> items, int start)
    {
        var at = start;
        var places = items.SelectMany(item =>
        {
            at += item.Data.Length;
            return (byte[])[.. Number(item.Id, 2), 0, 0, 0, 1, .. Number(at - item.Data.Length, 4), .. Number(item.Data.Length, 4)];
        }).ToArray();
        var uses = items.Where(item => item.Type != "Exif").SelectMany(item =>
        {
            var own = properties.Select((property, index) => (Number: index + 1, property.IsEssential, property.Items)).Where(property => property.Items.Contains(item.Id)).ToList();
            return (byte[])[.. Number(item.Id, 2), (byte)own.Count, .. own.Select(property => (byte)(property.Number | (property.IsEssential ? 0x80 : 0)))];
        }).ToArray();
        return Box(
            "meta",
            [
                0, 0, 0, 0,
                .. Box("hdlr", [0, 0, 0, 0, 0, 0, 0, 0, .. "pict"u8, .. new byte[13]]),
                .. Box("pitm", [0, 0, 0, 0, .. Number(Grid, 2)]),
                .. Box("iinf", [0, 0, 0, 0, .. Number(items.Count, 2), .. items.SelectMany(item => Box("infe", [2, 0, 0, (byte)(item.Id == Grid ? 0 : 1), .. Number(item.Id, 2), 0, 0, .. Encoding.ASCII.GetBytes(item.Type), 0]))]),
                .. Box("iref", [0, 0, 0, 0, .. References(items).SelectMany(box => box)]),
                .. Box("iprp", [.. Box("ipco", [.. properties.SelectMany(property => property.Box)]), .. Box("ipma", [0, 0, 0, 0, .. Number(items.Count(item => item.Type != "Exif"), 4), .. uses])]),
                .. Box("iloc", [0, 0, 0, 0, 0x44, 0, .. Number(items.Count, 2), .. places]),
            ]);
    }

    private static IEnumerable<byte[]> References(List<Item> items)
    {
        yield return Box("dimg", [.. Number(Grid, 2), .. Number(4, 2), .. Enumerable.Range(1, 4).SelectMany(tile => Number(tile, 2))]);
        foreach (var item in items.Where(item => item.Id > Grid))
        {
            yield return Box(item.Type == "Exif" ? "cdsc" : "auxl", [.. Number(item.Id, 2), 0, 1, .. Number(Grid, 2)]);
        }
    }

    private static byte[] Box(string type, byte[] content) => IsoFixture.Box(type, content);

    private static byte[] Number(int number, int bytes) => IsoFixture.Number(number, bytes);

    private sealed record Item(int Id, string Type, byte[] Data);
}
