using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Looks for properties that say where a picture was taken. It goes by names, whatever their prefix, and needs no
/// well-formed XML: names cannot be escaped, and what no parser reads today another may read tomorrow.
/// </summary>
internal sealed class XmpVocabulary
{
    private const int MaxNameLength = 64;

    // IPTC Core and Extension, Photoshop, the W3C's geo vocabulary, Dublin Core; any case.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "City", "State", "Country", "CountryCode", "CountryName", "ProvinceState", "WorldRegion", "coverage", "lat", "long", "lon",
    };

    // exif:GPS…, drone-dji:GpsLatitude, Iptc4xmpExt:LocationShown, xmpDM:shotLocation and others of that kind.
    private static readonly string[] Parts = ["gps", "latitude", "longitude", "longtitude", "location", "landmark", "geohash", "geotag"];

    // "Exif\0\0" at the usual places of a JPEG within a JPEG, in base64; a thumbnail in XMP (XMP part 2, 1.2.2.6).
    private static readonly byte[][] Embedded = ["RXhpZgAA"u8.ToArray()];

    private readonly StringBuilder letters = new(MaxNameLength);
    private char before;
    private char last;

    /// <summary>Whether a packet, of any encoding, has such a property.</summary>
    internal static bool SaysWhere(ByteSource packet) => new XmpVocabulary().Scan(packet) || packet.ContainsAny(Embedded);

    private bool Scan(ByteSource packet)
    {
        var window = new byte[32 * 1024];
        for (var at = 0L; packet.Read(at, window) is var read && read > 0; at += read)
        {
            foreach (var value in window.AsSpan(0, read))
            {
                // Zeros are the other halves of UTF-16 and UTF-32.
                if (value != 0 && Next((char)value))
                {
                    return true;
                }
            }
        }

        return IsLocation();
    }

    private bool Next(char letter)
    {
        if (char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
        {
            if (letters.Length == 0)
            {
                before = last;
            }

            if (letters.Length < MaxNameLength)
            {
                letters.Append(letter);
            }

            last = letter;
            return false;
        }

        var isLocation = IsLocation();
        letters.Clear();
        last = letter;
        return isLocation;
    }

    private bool IsLocation()
    {
        if (letters.Length == 0 || before is not (':' or '<' or '!'))
        {
            return false;
        }

        var name = letters.ToString();
        return before switch
        {
            // Prefixed names, or such of a default namespace. Where the main subject stands in the picture is no place on earth.
            ':' or '<' => name != "SubjectLocation"
                && (Names.Contains(name) || Array.Exists(Parts, part => name.Contains(part, StringComparison.OrdinalIgnoreCase))),

            // Entities could hide anything.
            _ => name is "DOCTYPE" or "ENTITY",
        };
    }
}
