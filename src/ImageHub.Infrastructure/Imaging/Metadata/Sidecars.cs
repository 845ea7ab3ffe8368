using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads XMP sidecars and the JSON of Google Takeout, and writes XMP sidecars.</summary>
internal sealed class Sidecars : ISidecars
{
    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 32 };
    private static readonly XNamespace Meta = "adobe:ns:meta/";
    private static readonly XNamespace Rdf = XmpFacts.Rdf;
    private static readonly XNamespace DublinCore = XmpFacts.DublinCore;
    private static readonly XNamespace Basic = XmpFacts.Basic;
    private static readonly XNamespace Exif = XmpFacts.Exif;

    /// <inheritdoc />
    public Sidecar ReadXmp(byte[] packet)
    {
        var facts = XmpFacts.TryRead(new MemoryBytes(packet)) ?? throw Invalid("The sidecar is not an XMP packet: it must be well-formed XML with rdf:RDF, without a document type.");
        var taken = facts.TakenTimes.Select(TakenTime.Read).FirstOrDefault(time => time is not null);
        return new Sidecar
        {
            Caption = EmbeddedCaption.Combine([facts.Caption]) ?? Caption.None,
            NamesRating = facts.NamesRating,
            TakenAt = taken?.Time,
            TakenAtOffset = taken?.Offset,
            Location = facts.Location,
        };
    }

    /// <inheritdoc />
    public Sidecar ReadTakeout(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, JsonOptions);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !((string[])["description", "photoTakenTime", "geoData"]).Any(name => root.TryGetProperty(name, out _)))
            {
                throw Invalid("The sidecar has none of description, photoTakenTime and geoData, which Google Takeout writes.");
            }

            var taken = ReadTime(root);
            return new Sidecar
            {
                Caption = EmbeddedCaption.Combine([new Caption { Description = ReadDescription(root) }]) ?? Caption.None,
                TakenAt = taken,
                TakenAtOffset = taken is null ? null : TimeSpan.Zero,
                Location = ReadLocation(root),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Reading a text with an unpaired surrogate throws an InvalidOperationException.
            throw Invalid("The sidecar is not valid JSON.");
        }
    }

    /// <inheritdoc />
    public byte[] Write(Sidecar sidecar)
    {
        var caption = sidecar.Caption;
        var description = new XElement(
            Rdf + "Description",
            new XAttribute(Rdf + "about", ""),
            new XAttribute(XNamespace.Xmlns + "dc", DublinCore.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "xmp", Basic.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "exif", Exif.NamespaceName),
            ToAttribute(Basic + "Rating", caption.Rating?.ToString(CultureInfo.InvariantCulture)),
            ToAttribute(Basic + "Label", sidecar.Label),
            ToAttribute(Exif + "DateTimeOriginal", TakenTime.Write(sidecar.TakenAt, (short?)sidecar.TakenAtOffset?.TotalMinutes)),
            ToAttribute(Exif + "GPSLatitude", sidecar.Location is { } place ? ToDegrees(place.Latitude, 'N', 'S') : null),
            ToAttribute(Exif + "GPSLongitude", sidecar.Location is { } location ? ToDegrees(location.Longitude, 'E', 'W') : null),
            ToArray(DublinCore + "title", "Alt", caption.Title),
            ToArray(DublinCore + "description", "Alt", caption.Description),
            ToArray(DublinCore + "subject", "Bag", [.. caption.Tags]),
            ToArray(DublinCore + "creator", "Seq", caption.Creator?.Split("; ") ?? []),
            ToArray(DublinCore + "rights", "Alt", caption.Copyright));
        var packet = new XElement(
            Meta + "xmpmeta",
            new XAttribute(XNamespace.Xmlns + "x", Meta.NamespaceName),
            new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf.NamespaceName), description));
        return Encoding.UTF8.GetBytes($"<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n{packet}\n<?xpacket end=\"w\"?>\n");
    }

    private static ProblemException Invalid(string detail) => new(Problems.InvalidSidecar, detail);

    private static string? ReadDescription(JsonElement root) => root.TryGetProperty("description", out var description)
        ? description.ValueKind == JsonValueKind.String ? description.GetString() : throw Invalid("The sidecar's description is not a text.")
        : null;

    private static DateTime? ReadTime(JsonElement root)
    {
        if (!root.TryGetProperty("photoTakenTime", out var taken))
        {
            return null;
        }

        // Takeout writes the seconds as a text.
        var isTime = taken.ValueKind == JsonValueKind.Object && taken.TryGetProperty("timestamp", out var timestamp)
            && long.TryParse(timestamp.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= Seconds(Image.FirstYear) && seconds < Seconds(Image.LastYear + 1);
        return isTime
            ? DateTime.UnixEpoch.AddSeconds(long.Parse(taken.GetProperty("timestamp").ToString(), CultureInfo.InvariantCulture))
            : throw Invalid($"The sidecar's photoTakenTime.timestamp is not a number of seconds in the years {Image.FirstYear} to {Image.LastYear}.");

        static long Seconds(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    }

    // Takeout writes 0, 0 for a photo without a location.
    private static GeoLocation? ReadLocation(JsonElement root)
    {
        if (!root.TryGetProperty("geoData", out var place))
        {
            return null;
        }

        if (place.ValueKind != JsonValueKind.Object || ReadNumber(place, "latitude") is not { } north || ReadNumber(place, "longitude") is not { } east
            || CameraFacts.ToLocation(north, east) is not { } location)
        {
            throw Invalid("The sidecar's geoData is not a latitude and a longitude in degrees.");
        }

        return location is { Latitude: 0, Longitude: 0 } ? null : location;
    }

    private static double? ReadNumber(JsonElement element, string name) =>
        element.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var value) ? value : null;

    private static XAttribute? ToAttribute(XName name, string? value) => value is null ? null : new XAttribute(name, Legalize(value));

    private static XElement? ToArray(XName name, string array, params IReadOnlyCollection<string?> values)
    {
        var items = values.OfType<string>().Select(value => new XElement(Rdf + "li", array == "Alt" ? new XAttribute(XNamespace.Xml + "lang", "x-default") : null, Legalize(value))).ToList();
        return items.Count == 0 ? null : new XElement(name, new XElement(Rdf + array, items));
    }

    // Removes the few code points that XML cannot represent, such as U+FFFE.
    private static string Legalize(string text) => string.Concat(text.EnumerateRunes().Where(rune => !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)));

    // "DD,MM.mmmmmmk" (XMP part 2, the EXIF schema).
    private static string ToDegrees(double degrees, char positive, char negative)
    {
        var minutes = Math.Round(Math.Abs(degrees) * 60, 6);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)(minutes / 60)},{minutes % 60:0.000000}{(degrees < 0 ? negative : positive)}");
    }
}
