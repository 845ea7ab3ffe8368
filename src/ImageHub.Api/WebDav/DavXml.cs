using System.Xml;
using ImageHub.Application.Errors;
using ImageHub.Application.WebDav;
using ImageHub.Domain.WebDav;

namespace ImageHub.Api.WebDav;

/// <summary>The name of a property.</summary>
/// <param name="Namespace">The namespace; may be empty.</param>
/// <param name="LocalName">The local name.</param>
internal readonly record struct DavName(string Namespace, string LocalName);

/// <summary>The properties that a PROPFIND requests.</summary>
/// <param name="Names">The names; null for all properties.</param>
/// <param name="AreNamesOnly">Whether only the names of all properties are requested.</param>
internal sealed record DavPropertyQuery(IReadOnlyList<DavName>? Names, bool AreNamesOnly)
{
    /// <summary>Whether the locks are requested.</summary>
    public bool WithLocks => Names?.Contains(new DavName(DavXml.Dav, "lockdiscovery")) ?? !AreNamesOnly;

    /// <summary>The local names of the requested properties that clients may have set; null for all.</summary>
    public IReadOnlyList<string>? NamesOfClients => Names is null ? null : [.. Names.Where(name => name.Namespace != DavXml.Dav).Select(name => name.LocalName).Distinct(StringComparer.Ordinal)];
}

/// <summary>
/// Reads the XML bodies of requests (RFC 4918, section 14). Document types are rejected, so that no entities are expanded. Uses <see cref="XmlDocument"/>,
/// whose names are freed with the document, whereas LINQ to XML caches names.
/// </summary>
internal static class DavXml
{
    /// <summary>The media type of responses.</summary>
    public const string ContentType = "application/xml; charset=utf-8";

    /// <summary>The maximum size of a body, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The namespace of WebDAV.</summary>
    public const string Dav = "DAV:";

    private const int MaxDepth = 32;
    private const int MaxChanges = 1_000;

    /// <summary>The maximum number of properties that a PROPFIND names. The response repeats them for each folder and file that lacks them.</summary>
    private const int MaxRequested = 100;

    /// <summary>The maximum length of these names and their namespaces in total, in characters.</summary>
    private const int MaxRequestedLength = 4_096;

    /// <summary>The maximum number of elements and attributes. An element that is stored or sent by itself repeats the declaration of its namespace.</summary>
    private const int MaxNodes = 5_000;

    // A row of the index on properties has at most 2,704 bytes, and a character at most 3.
    private const int MaxNameLength = 200;
    private const int MaxNamespaceLength = 400;
    private const int MaxLanguageLength = 100;

    private const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";
    private const string DeclarationNamespace = "http://www.w3.org/2000/xmlns/";

    /// <summary>Reads the body of a PROPFIND. Without a body, all properties are requested.</summary>
    /// <exception cref="ProblemException">400 <c>malformedBody</c>.</exception>
    public static async Task<DavPropertyQuery> ReadPropfindAsync(HttpRequest request)
    {
        if (await ReadAsync(request) is not { } root)
        {
            return new DavPropertyQuery(null, AreNamesOnly: false);
        }

        Ensure(root, "propfind");
        if (root["prop", Dav] is { } prop)
        {
            var names = Elements(prop).Select(NameOf).Distinct().ToList();
            EnsureAtMost(names.Count, MaxRequested);
            var length = names.Sum(name => name.Namespace.Length + name.LocalName.Length);
            return length <= MaxRequestedLength
                ? new DavPropertyQuery(names, AreNamesOnly: false)
                : throw ProblemException.Malformed($"The names of the properties and their namespaces have {length} characters; {MaxRequestedLength} are allowed.");
        }

        return root["propname", Dav] is not null ? new DavPropertyQuery(null, AreNamesOnly: true)
            : root["allprop", Dav] is not null ? new DavPropertyQuery(null, AreNamesOnly: false)
            : throw ProblemException.Malformed("propfind contains neither prop, propname nor allprop.");
    }

    /// <summary>Reads the body of a PROPPATCH.</summary>
    /// <exception cref="ProblemException">400 <c>malformedBody</c>.</exception>
    public static async Task<IReadOnlyList<DavPropertyChange>> ReadProppatchAsync(HttpRequest request)
    {
        var root = await ReadAsync(request) ?? throw ProblemException.Malformed("The body is empty; it must be propertyupdate.");
        Ensure(root, "propertyupdate");
        var changes = new List<DavPropertyChange>();
        foreach (var instruction in Elements(root).Where(element => Is(element, "set") || Is(element, "remove")))
        {
            var isSet = Is(instruction, "set");
            changes.AddRange(Elements(instruction)
                .Where(element => Is(element, "prop"))
                .SelectMany(Elements)
                .Select(element => new DavPropertyChange(element.NamespaceURI, element.LocalName, isSet ? Write(element) : null)));
        }

        EnsureAtMost(changes.Count, MaxChanges);
        return changes.Count > 0 ? changes : throw ProblemException.Malformed("propertyupdate contains no properties.");
    }

    /// <summary>Reads the body of a LOCK; null without a body, which refreshes a lock.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isDeep">Whether the depth is infinity.</param>
    /// <exception cref="ProblemException">400 <c>malformedBody</c>.</exception>
    public static async Task<RequestedDavLock?> ReadLockAsync(HttpRequest request, bool isDeep)
    {
        if (await ReadAsync(request) is not { } root)
        {
            return null;
        }

        Ensure(root, "lockinfo");
        var scope = root["lockscope", Dav];
        var isShared = scope?["shared", Dav] is not null;
        if (root["locktype", Dav]?["write", Dav] is null || isShared == scope?["exclusive", Dav] is not null)
        {
            throw ProblemException.Malformed("lockinfo must contain the locktype write and the lockscope exclusive or shared.");
        }

        var owner = root["owner", Dav] is { } element ? Write(element) : null;
        return owner?.Length > DavLock.MaxOwnerLength
            ? throw ProblemException.Malformed($"owner has {owner.Length} characters; {DavLock.MaxOwnerLength} are allowed.")
            : new RequestedDavLock(isShared, isDeep, owner);
    }

    /// <summary>Writes an element with the declarations of its namespaces and the language that applies to it.</summary>
    private static string Write(XmlElement element)
    {
        for (var above = element.ParentNode as XmlElement; !element.HasAttribute("lang", XmlNamespace) && above is not null; above = above.ParentNode as XmlElement)
        {
            if (above.HasAttribute("lang", XmlNamespace))
            {
                element.SetAttribute("lang", XmlNamespace, above.GetAttribute("lang", XmlNamespace));
            }
        }

        return element.OuterXml;
    }

    private static IEnumerable<XmlElement> Elements(XmlElement parent) => parent.ChildNodes.OfType<XmlElement>();

    private static DavName NameOf(XmlElement element) => new(element.NamespaceURI, element.LocalName);

    private static bool Is(XmlElement element, string name) => NameOf(element) == new DavName(Dav, name);

    private static async Task<XmlElement?> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            EnsureBounded(body);
            body.Position = 0;
            using var reader = XmlReader.Create(body, Settings());
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document.DocumentElement;
        }
        catch (Exception exception) when (exception is XmlException or ArgumentException)
        {
            // The document, unlike the reader, throws an ArgumentException for an unknown version.
            throw ProblemException.Malformed($"The body is not well-formed XML: {exception.Message}");
        }
    }

    private static void EnsureBounded(MemoryStream body)
    {
        body.Position = 0;
        using var reader = XmlReader.Create(body, Settings());
        var nodes = 0;
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                throw ProblemException.Malformed($"Elements are nested more than {MaxDepth} levels deep.");
            }

            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            nodes += 1 + reader.AttributeCount;
            if (nodes > MaxNodes)
            {
                throw ProblemException.Malformed($"The body has more than {MaxNodes} elements and attributes.");
            }

            if (reader.NamespaceURI == DeclarationNamespace)
            {
                throw ProblemException.Malformed($"The element '{reader.Name}' has the prefix xmlns, which is reserved for declarations.");
            }

            EnsureShort(reader);
            while (reader.MoveToNextAttribute())
            {
                EnsureShort(reader);
            }
        }
    }

    /// <summary>
    /// Throws if the name of an element or attribute, the namespace that an attribute declares, or a language is too long. A stored property repeats its
    /// namespace and language, so both are bounded.
    /// </summary>
    private static void EnsureShort(XmlReader reader)
    {
        if (reader.LocalName.Length > MaxNameLength)
        {
            throw ProblemException.Malformed($"A name has {reader.LocalName.Length} characters; {MaxNameLength} are allowed.");
        }

        if (reader.NodeType == XmlNodeType.Attribute && reader.NamespaceURI == DeclarationNamespace && reader.Value.Length > MaxNamespaceLength)
        {
            throw ProblemException.Malformed($"A namespace has {reader.Value.Length} characters; {MaxNamespaceLength} are allowed.");
        }

        if (reader.NodeType == XmlNodeType.Attribute && reader is { NamespaceURI: XmlNamespace, LocalName: "lang" } && reader.Value.Length > MaxLanguageLength)
        {
            throw ProblemException.Malformed($"xml:lang has {reader.Value.Length} characters; {MaxLanguageLength} are allowed.");
        }
    }

    private static XmlReaderSettings Settings() => new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = false };

    private static void Ensure(XmlElement root, string name)
    {
        if (!Is(root, name))
        {
            throw ProblemException.Malformed($"The body's element is '{root.LocalName}'; it must be '{name}' in the namespace 'DAV:'.");
        }
    }

    private static void EnsureAtMost(int count, int allowed)
    {
        if (count > allowed)
        {
            throw ProblemException.Malformed($"The body names {count} properties; {allowed} are allowed.");
        }
    }
}
