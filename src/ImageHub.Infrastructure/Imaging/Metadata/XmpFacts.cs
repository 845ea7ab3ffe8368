using System.Globalization;
using System.Text;
using System.Xml;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Reads an XMP packet's caption, times taken and location (XMP part 1) in one pass, even if the packet has thousands of other properties. A packet that is
/// invalid XML, lacks <c>rdf:RDF</c>, or exceeds the limits of depth and size counts as empty.
/// </summary>
internal sealed class XmpFacts
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxDepth = 32;
    internal const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    internal const string DublinCore = "http://purl.org/dc/elements/1.1/";
    internal const string Basic = "http://ns.adobe.com/xap/1.0/";
    private const string Lightroom = "http://ns.adobe.com/lightroom/1.0/";
    internal const string Exif = "http://ns.adobe.com/exif/1.0/";
    private const string PhotoshopSchema = "http://ns.adobe.com/photoshop/1.0/";

    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true };

    private static readonly HashSet<(string Namespace, string Name)> Used =
    [
        (DublinCore, "title"), (DublinCore, "description"), (DublinCore, "subject"), (DublinCore, "creator"), (DublinCore, "rights"),
        (Basic, "Rating"), (Lightroom, "hierarchicalSubject"), (Exif, "GPSLatitude"), (Exif, "GPSLongitude"),
        (Exif, "DateTimeOriginal"), (PhotoshopSchema, "DateCreated"), (Basic, "CreateDate"),
    ];

    private static readonly XmpFacts Nothing = new();

    private readonly Dictionary<(string Namespace, string Name), List<Item>> properties = [];

    /// <summary>The properties known to have a value, so that a property that repeats is searched once.</summary>
    private readonly HashSet<(string Namespace, string Name)> withValue = [];
    private bool hasRdf;

    private XmpFacts()
    {
    }

    /// <summary>The caption. Its texts are neither cleaned nor cut.</summary>
    internal Caption Caption => new()
    {
        Title = FindAlternative(DublinCore, "title"),
        Description = FindAlternative(DublinCore, "description"),

        // A hierarchical keyword contains its parents: "Places|France|Paris".
        Tags = [.. Find(DublinCore, "subject").Concat(Find(Lightroom, "hierarchicalSubject").Select(keyword => keyword[(keyword.LastIndexOf('|') + 1)..]))],
        Rating = ReadRating(Find(Basic, "Rating").FirstOrDefault()),
        Creator = CaptionText.Join(Find(DublinCore, "creator")),
        Copyright = FindAlternative(DublinCore, "rights"),
    };

    /// <summary>Whether the packet names a rating, valid or not.</summary>
    internal bool NamesRating => Find(Basic, "Rating").Any();

    /// <summary>The times taken in order of preference. Dates with colons, as some programs and EXIF write them, are converted to ISO 8601.</summary>
    internal IEnumerable<string> TakenTimes => Find(Exif, "DateTimeOriginal").Concat(Find(PhotoshopSchema, "DateCreated")).Concat(Find(Basic, "CreateDate"))
        .Select(text => text.Trim()).Select(text => text is [_, _, _, _, ':', _, _, ':', _, _, ' ', ..] ? $"{text[..4]}-{text[5..7]}-{text[8..10]}T{text[11..]}" : text);

    /// <summary>The location (XMP part 2, the EXIF schema); null if it is missing or invalid.</summary>
    internal GeoLocation? Location =>
        ReadDegrees(Find(Exif, "GPSLatitude").FirstOrDefault(), 'N', 'S') is { } north && ReadDegrees(Find(Exif, "GPSLongitude").FirstOrDefault(), 'E', 'W') is { } east
            ? CameraFacts.ToLocation(north, east)
            : null;

    /// <summary>Reads a packet; an invalid one has no properties.</summary>
    internal static XmpFacts Read(ByteSource packet) => TryRead(packet) ?? Nothing;

    /// <summary>Reads a packet; null if it is invalid.</summary>
    internal static XmpFacts? TryRead(ByteSource packet)
    {
        if (packet.Length is 0 or > MaxLength)
        {
            return null;
        }

        try
        {
            var facts = new XmpFacts();
            using var reader = XmlReader.Create(new MemoryStream(packet.Take(0, MaxLength)), Settings);
            facts.Read(reader);
            return facts.hasRdf ? facts : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Reads up to the end of the root element, because zeros or a GIF's trailer may follow.</summary>
    private void Read(XmlReader reader)
    {
        // The depth of rdf:RDF. Its children are descriptions, and their children are properties.
        var top = MaxDepth;
        var isDescription = false;
        List<Item>? property = null;
        var isText = new bool[MaxDepth + 1];
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == 0))
        {
            if (reader.Depth > MaxDepth)
            {
                throw new XmlException($"The packet is nested more than {MaxDepth} levels deep.");
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element when IsRdf(reader, "RDF") && reader.Depth < top:
                    top = reader.Depth;
                    hasRdf = true;
                    break;
                case XmlNodeType.Element when reader.Depth == top + 1:
                    isDescription = IsRdf(reader, "Description");
                    property = null;
                    ReadAttributes(reader, isDescription);
                    break;
                case XmlNodeType.Element when reader.Depth == top + 2:
                    property = isDescription ? Begin(reader.NamespaceURI, reader.LocalName) : null;
                    isText[reader.Depth] = true;
                    break;
                case XmlNodeType.Element when property is not null:
                    // The value of an item with qualifiers is in rdf:value (XMP part 1, 7.8).
                    var isItem = IsRdf(reader, "li");
                    isText[reader.Depth] = isItem || IsRdf(reader, "value");
                    if (isItem)
                    {
                        property.Add(new Item(reader.GetAttribute("xml:lang")));
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when property is not null && isText[reader.Depth - 1]:
                    property[^1].Text.Append(reader.Value);
                    break;
                default:
                    break;
            }
        }
    }

    private static bool IsRdf(XmlReader reader, string name) => reader.LocalName == name && reader.NamespaceURI == Rdf;

    private void ReadAttributes(XmlReader reader, bool isDescription)
    {
        while (isDescription && reader.MoveToNextAttribute())
        {
            Begin(reader.NamespaceURI, reader.LocalName)?[0].Text.Append(reader.Value);
        }

        reader.MoveToElement();
    }

    /// <summary>
    /// Adds a property and returns its items; null if the property is not used or has a value already. The first item holds the value of a property that is not
    /// an array.
    /// </summary>
    private List<Item>? Begin(string ns, string name)
    {
        if (!Used.Contains((ns, name)) || withValue.Contains((ns, name)))
        {
            return null;
        }

        if (FindItems(ns, name).Any())
        {
            withValue.Add((ns, name));
            return null;
        }

        return properties[(ns, name)] = [new Item(null)];
    }

    private IEnumerable<string> Find(string ns, string name) => FindItems(ns, name).Select(item => item.Text.ToString());

    private IEnumerable<Item> FindItems(string ns, string name) =>
        properties.GetValueOrDefault((ns, name), []).Where((item, index) => (index > 0 || properties[(ns, name)].Count == 1) && item.HasText);

    /// <summary>Finds the text of a language alternative: in the default language, otherwise the first; null if there is none.</summary>
    private string? FindAlternative(string ns, string name)
    {
        var items = FindItems(ns, name).ToList();
        return (items.Find(item => item.Language == "x-default") ?? items.FirstOrDefault())?.Text.ToString();
    }

    // Some programs write "5.0". -1 means rejected and counts as no rating.
    private static int? ReadRating(string? text) =>
        decimal.TryParse(text?.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rating)
        && rating is >= Caption.MinRating and <= Caption.MaxRating
            ? (int)rating
            : null;

    // "DD,MM,SSk" or "DD,MM.mmk".
    private static double? ReadDegrees(string? text, char positive, char negative)
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

    /// <summary>A value of a property.</summary>
    private sealed record Item(string? Language)
    {
        internal StringBuilder Text { get; } = new();

        internal bool HasText => !string.IsNullOrWhiteSpace(Text.ToString());
    }
}
