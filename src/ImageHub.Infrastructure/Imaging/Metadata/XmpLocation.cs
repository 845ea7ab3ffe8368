using System.Globalization;
using System.Xml;
using ImageHub.Application.Imaging;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads the place from an XMP packet (XMP part 2, the EXIF schema).</summary>
internal static class XmpLocation
{
    private const int MaxLength = 1024 * 1024;
    private const string ExifNamespace = "http://ns.adobe.com/exif/1.0/";

    /// <summary>Null when there is none, or the packet cannot be read.</summary>
    internal static GeoLocation? Read(ByteSource packet)
    {
        if (packet.Length > MaxLength)
        {
            return null;
        }

        string? latitude = null;
        string? longitude = null;
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ConformanceLevel = ConformanceLevel.Fragment };
        using var reader = XmlReader.Create(new MemoryStream(TrimPadding(packet.Take(0, MaxLength))), settings);
        try
        {
            while (reader.Read() && (latitude is null || longitude is null))
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                latitude ??= reader.GetAttribute("GPSLatitude", ExifNamespace);
                longitude ??= reader.GetAttribute("GPSLongitude", ExifNamespace);
                if (reader.NamespaceURI == ExifNamespace && reader.LocalName is "GPSLatitude" or "GPSLongitude")
                {
                    var isLatitude = reader.LocalName == "GPSLatitude";
                    var text = reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value : null;
                    (latitude, longitude) = isLatitude ? (latitude ?? text, longitude) : (latitude, longitude ?? text);
                }
            }
        }
        catch (XmlException)
        {
            // What was found before the damage counts.
        }

        return Parse(latitude, 'N', 'S') is { } north && Parse(longitude, 'E', 'W') is { } east ? CameraFacts.ToLocation(north, east) : null;
    }

    // "DD,MM,SSk" or "DD,MM.mmk".
    private static double? Parse(string? text, char positive, char negative)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > 64 || (text[^1] != positive && text[^1] != negative))
        {
            return null;
        }

        var degrees = 0d;
        var unit = 1d;
        foreach (var part in text[..^1].Split(','))
        {
            if (unit > 3600 || !double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            degrees += number / unit;
            unit *= 60;
        }

        return text[^1] == positive ? degrees : -degrees;
    }

    // The magic trailer of a GIF, zeros behind a packet.
    private static byte[] TrimPadding(byte[] packet)
    {
        var end = packet.AsSpan().LastIndexOf((byte)'>');
        return packet[..(end + 1)];
    }
}
