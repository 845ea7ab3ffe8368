using System.Buffers;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// The properties of an XMP packet (XMP part 1) that stay in <c>full</c>: creator and rights, and gain map parameters (Ultra HDR 1.1). A packet that is invalid
/// XML, or exceeds the limits of depth and size, counts as empty.
/// </summary>
internal sealed class XmpPacket
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxItems = 64;

    // Photoshop's ancestor lists and Lightroom's masks have thousands of elements. The properties to read are at most ten levels deep.
    private const int MaxDepth = 32;
    private const int MaxNodes = 20_000;
    private const int MaxAttributes = 20_000;
    private const int MaxTextLength = 2_048;
    private const int MaxNumberLength = 32;

    private static readonly XNamespace Meta = "adobe:ns:meta/";
    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace DublinCore = "http://purl.org/dc/elements/1.1/";
    private static readonly XNamespace PhotoshopSchema = "http://ns.adobe.com/photoshop/1.0/";
    private static readonly XNamespace RightsSchema = "http://ns.adobe.com/xap/1.0/rights/";
    private static readonly XNamespace CreativeCommons = "http://creativecommons.org/ns#";
    private static readonly XNamespace GainMapSchema = "http://ns.adobe.com/hdr-gain-map/1.0/";
    private static readonly XNamespace Container = "http://ns.google.com/photos/1.0/container/";
    private static readonly XNamespace Item = "http://ns.google.com/photos/1.0/container/item/";

    private static readonly (string Prefix, XNamespace Namespace)[] Prefixes =
    [
        ("dc", DublinCore), ("photoshop", PhotoshopSchema), ("xmpRights", RightsSchema), ("cc", CreativeCommons), ("hdrgm", GainMapSchema), ("Container", Container), ("Item", Item),
    ];

    private static readonly HashSet<XName> Rights =
    [
        Creator, Copyright, Credit, RightsSchema + "Marked", RightsSchema + "Owner", RightsSchema + "UsageTerms", RightsSchema + "WebStatement",
        CreativeCommons + "license", CreativeCommons + "attributionName", CreativeCommons + "attributionURL",
    ];

    private static readonly HashSet<XName> GainMap =
    [
        GainMapSchema + "Version", GainMapSchema + "BaseRenditionIsHDR", GainMapMax, GainMapSchema + "GainMapMin", GainMapSchema + "Gamma",
        GainMapSchema + "OffsetSDR", GainMapSchema + "OffsetHDR", GainMapSchema + "HDRCapacityMin", GainMapSchema + "HDRCapacityMax",
    ];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789+-.eE");
    private static readonly HashSet<XName> Arrays = [Rdf + "Seq", Rdf + "Bag", Rdf + "Alt"];
    private static readonly HashSet<XName> Frame = [Meta + "xmpmeta", Rdf + "RDF", Rdf + "Description", Rdf + "li", .. Arrays];

    // Sorted by name, so that equal values produce equal bytes.
    private readonly SortedDictionary<string, XElement> properties = new(StringComparer.Ordinal);

    internal static XName Creator => DublinCore + "creator";

    internal static XName Copyright => DublinCore + "rights";

    internal static XName Credit => PhotoshopSchema + "Credit";

    /// <summary>Whether the packet contains only <see cref="Rights"/>.</summary>
    internal bool IsClean { get; private init; }

    /// <summary>Whether the packet announces or describes a gain map.</summary>
    internal bool HasGainMap => properties.Keys.Any(name => name.StartsWith(GainMapSchema.NamespaceName, StringComparison.Ordinal));

    /// <summary>Whether the packet contains the parameters of a gain map.</summary>
    internal bool DescribesGainMap => properties.ContainsKey(Key(GainMapMax));

    private static XName GainMapMax => GainMapSchema + "GainMapMax";

    internal static XmpPacket Read(ByteSource source)
    {
        var bytes = source.Length > MaxLength ? [] : source.Take(0, MaxLength);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        try
        {
            // Ignores zeros after the packet and the magic trailer of a GIF.
            var end = bytes.AsSpan().LastIndexOf((byte)'>') + 1;
            if (!IsBounded(bytes, end, settings))
            {
                return new XmpPacket();
            }

            using var reader = XmlReader.Create(new MemoryStream(bytes, 0, end), settings);
            var document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
            var packet = new XmpPacket
            {
                IsClean = document.DescendantNodes().All(IsListed) && !bytes.AsSpan(end).ContainsAnyExcept(" \r\n\t\0"u8),
            };
            packet.AddListed(document);
            return packet;
        }
        catch (XmlException)
        {
            return new XmpPacket();
        }
    }

    /// <summary>Adds a property if the packet lacks it.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="array"><c>Seq</c>, <c>Alt</c>, or null for a single value.</param>
    /// <param name="values">The texts. Without an array, only the first text is used.</param>
    internal void AddMissing(XName name, string? array, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            var items = values.Select(value => new XElement(Rdf + "li", array == "Alt" ? new XAttribute(XNamespace.Xml + "lang", "x-default") : null, Cut(value)));
            properties.TryAdd(Key(name), new XElement(name, array is null ? Cut(values[0]) : new XElement(Rdf + array, items)));
        }
    }

    /// <summary>Writes a packet with creator and rights; null if there are none.</summary>
    internal byte[]? WriteRights() => Write([.. Find(Rights)]);

    /// <summary>
    /// Writes a packet with creator and rights. If <see cref="HasGainMap"/>, the packet also announces the gain map after the picture. Null if there is nothing
    /// to write.
    /// </summary>
    /// <param name="gainMapLength">The gain map's length in bytes.</param>
    internal byte[]? WriteAnnouncement(long gainMapLength) => HasGainMap
        ? Write([.. Find(Rights), new XElement(GainMapSchema + "Version", "1.0"), ListItems(("Primary", 0), ("GainMap", gainMapLength))])
        : WriteRights();

    /// <summary>Writes a packet with the gain map's parameters; null if there are none.</summary>
    internal byte[]? WriteGainMap() => Write([.. Find(GainMap)]);

    /// <summary>Whether a packet is small enough to be loaded as a tree. Loading takes more than linear time in the tree's depth.</summary>
    private static bool IsBounded(byte[] bytes, int length, XmlReaderSettings settings)
    {
        using var reader = XmlReader.Create(new MemoryStream(bytes, 0, length), settings);
        var (nodes, attributes) = (0, 0);
        while (reader.Read())
        {
            attributes += reader.AttributeCount;
            if (++nodes > MaxNodes || attributes > MaxAttributes || reader.Depth > MaxDepth)
            {
                return false;
            }
        }

        return true;
    }

    private static string Key(XName name) => name.NamespaceName + name.LocalName;

    private static string Cut(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)).Take(MaxTextLength)).Trim();

    private static XElement ListItems(params (string Semantic, long Length)[] items) => new(
        Container + "Directory",
        new XElement(
            Rdf + "Seq",
            items.Select(item => new XElement(
                Rdf + "li",
                new XAttribute(Rdf + "parseType", "Resource"),
                new XElement(
                    Container + "Item",
                    new XAttribute(Item + "Semantic", item.Semantic),
                    new XAttribute(Item + "Mime", "image/jpeg"),
                    item.Length > 0 ? new XAttribute(Item + "Length", item.Length) : null)))));

    private static bool IsListed(XNode node) => node switch
    {
        XElement element => (Frame.Contains(element.Name) || Rights.Contains(element.Name)) && element.Attributes().All(IsListed),
        XText text => string.IsNullOrWhiteSpace(text.Value) || (text.Parent is { } parent && (parent.Name == Rdf + "li" || Rights.Contains(parent.Name)) && text.Value.Length <= MaxTextLength),
        XProcessingInstruction instruction => instruction.Target == "xpacket" && instruction.Data.Length <= 64,
        _ => false,
    };

    private static bool IsListed(XAttribute attribute) =>
        attribute.IsNamespaceDeclaration
        || (attribute.Name == Rdf + "about" && attribute.Value.Length == 0)
        || (attribute.Name == Rdf + "resource" && Rights.Contains(attribute.Parent!.Name))
        || attribute.Name == XNamespace.Xml + "lang"
        || attribute.Name == Meta + "xmptk"
        || (Rights.Contains(attribute.Name) && attribute.Value.Length <= MaxTextLength);

    private static bool IsNumber(string text) =>
        text.Length is > 0 and <= MaxNumberLength && !text.AsSpan().ContainsAnyExcept(NumberCharacters) || text is "True" or "False";

    private IEnumerable<XElement> Find(HashSet<XName> names) =>
        names.Select(name => properties.GetValueOrDefault(Key(name))).OfType<XElement>().OrderBy(element => Key(element.Name), StringComparer.Ordinal);

    private void AddListed(XDocument document)
    {
        foreach (var description in document.Descendants(Rdf + "Description").Where(element => element.Parent?.Name == Rdf + "RDF"))
        {
            foreach (var attribute in description.Attributes())
            {
                Add(attribute.Name, attribute.Value);
            }

            foreach (var element in description.Elements())
            {
                Add(element);
            }
        }
    }

    private void Add(XElement element)
    {
        if (element.Elements().FirstOrDefault(inner => Arrays.Contains(inner.Name)) is not { } array)
        {
            Add(element.Name, element.HasElements ? "" : element.Attribute(Rdf + "resource")?.Value ?? element.Value);
            return;
        }

        var items = array.Elements(Rdf + "li").Where(item => !item.HasElements && IsValue(element.Name, item.Value)).Take(MaxItems)
            .Select(item => new XElement(Rdf + "li", item.Attribute(XNamespace.Xml + "lang") is { Value.Length: < 20 } language ? new XAttribute(language) : null, Cut(item.Value)))
            .ToList();
        if (items.Count > 0)
        {
            properties.TryAdd(Key(element.Name), new XElement(element.Name, new XElement(array.Name, items)));
        }
    }

    private void Add(XName name, string value)
    {
        if (IsValue(name, value))
        {
            properties.TryAdd(Key(name), new XElement(name, Cut(value)));
        }
    }

    private static bool IsValue(XName name, string value) => GainMap.Contains(name) ? IsNumber(value) : Rights.Contains(name) && !string.IsNullOrWhiteSpace(value);

    // Writes no white space and no unused namespaces, because in an AVIF or HEIC the packet must fit into the space of the old one.
    private static byte[]? Write(XElement[] properties)
    {
        if (properties.Length == 0)
        {
            return null;
        }

        var used = Prefixes.Where(prefix => properties.SelectMany(property => property.DescendantsAndSelf())
            .Any(element => element.Name.Namespace == prefix.Namespace || element.Attributes().Any(attribute => attribute.Name.Namespace == prefix.Namespace)));
        var packet = new XElement(
            Meta + "xmpmeta",
            new XAttribute(XNamespace.Xmlns + "x", Meta.NamespaceName),
            new XElement(
                Rdf + "RDF",
                new XAttribute(XNamespace.Xmlns + "rdf", Rdf.NamespaceName),
                new XElement(
                    Rdf + "Description",
                    new XAttribute(Rdf + "about", ""),
                    used.Select(prefix => new XAttribute(XNamespace.Xmlns + prefix.Prefix, prefix.Namespace.NamespaceName)),
                    properties.Select(property => property.HasElements ? new XElement(property) : (object)new XAttribute(property.Name, property.Value)))));
        return Encoding.UTF8.GetBytes(packet.ToString(SaveOptions.DisableFormatting));
    }
}
