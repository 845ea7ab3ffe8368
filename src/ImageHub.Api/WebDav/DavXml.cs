using System.Xml;
using System.Xml.Linq;
using ImageHub.Application.Errors;
using ImageHub.Application.WebDav;
using ImageHub.Domain.WebDav;

namespace ImageHub.Api.WebDav;

/// <summary>The properties that a PROPFIND requests.</summary>
/// <param name="Names">The names; null for all properties.</param>
/// <param name="AreNamesOnly">Whether only the names of all properties are requested.</param>
internal sealed record DavPropertyQuery(IReadOnlyList<XName>? Names, bool AreNamesOnly)
{
    /// <summary>Whether the locks are requested.</summary>
    public bool WithLocks => Names?.Contains(DavXml.Dav + "lockdiscovery") ?? !AreNamesOnly;
}

/// <summary>Reads the XML bodies of requests (RFC 4918, section 14). Document types are rejected, so that no entities are expanded.</summary>
internal static class DavXml
{
    /// <summary>The media type of responses.</summary>
    public const string ContentType = "application/xml; charset=utf-8";

    /// <summary>The maximum size of a body, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxDepth = 32;
    private const int MaxProperties = 1_000;

    /// <summary>The namespace of WebDAV.</summary>
    public static readonly XNamespace Dav = "DAV:";

    /// <summary>Reads the body of a PROPFIND. Without a body, all properties are requested.</summary>
    /// <exception cref="ProblemException">400 <c>malformedBody</c>.</exception>
    public static async Task<DavPropertyQuery> ReadPropfindAsync(HttpRequest request)
    {
        if (await ReadAsync(request) is not { } root)
        {
            return new DavPropertyQuery(null, AreNamesOnly: false);
        }

        Ensure(root, "propfind");
        if (root.Element(Dav + "prop") is { } prop)
        {
            var names = prop.Elements().Select(element => element.Name).Distinct().ToList();
            return names.Count <= MaxProperties ? new DavPropertyQuery(names, AreNamesOnly: false) : throw TooMany(names.Count);
        }

        return root.Element(Dav + "propname") is not null ? new DavPropertyQuery(null, AreNamesOnly: true)
            : root.Element(Dav + "allprop") is not null ? new DavPropertyQuery(null, AreNamesOnly: false)
            : throw ProblemException.Malformed("propfind contains neither prop, propname nor allprop.");
    }

    /// <summary>Reads the body of a PROPPATCH.</summary>
    /// <exception cref="ProblemException">400 <c>malformedBody</c>.</exception>
    public static async Task<IReadOnlyList<DavPropertyChange>> ReadProppatchAsync(HttpRequest request)
    {
        var root = await ReadAsync(request) ?? throw ProblemException.Malformed("The body is empty; it must be propertyupdate.");
        Ensure(root, "propertyupdate");
        var changes = new List<DavPropertyChange>();
        foreach (var instruction in root.Elements().Where(element => element.Name == Dav + "set" || element.Name == Dav + "remove"))
        {
            var isSet = instruction.Name == Dav + "set";
            changes.AddRange(instruction.Elements(Dav + "prop").Elements().Select(element => new DavPropertyChange(element.Name.NamespaceName, element.Name.LocalName, isSet ? Write(element) : null)));
        }

        return changes.Count is > 0 and <= MaxProperties ? changes : throw (changes.Count == 0 ? ProblemException.Malformed("propertyupdate contains no properties.") : TooMany(changes.Count));
    }

    /// <summary>Reads the body of a LOCK; null without a body, which refreshes a lock.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isDeep">Whether the depth is infinity.</param>
    /// <exception cref="ProblemException">400 <c>malformedBody</c>.</exception>
    public static async Task<WantedDavLock?> ReadLockAsync(HttpRequest request, bool isDeep)
    {
        if (await ReadAsync(request) is not { } root)
        {
            return null;
        }

        Ensure(root, "lockinfo");
        var scope = root.Element(Dav + "lockscope");
        var isShared = scope?.Element(Dav + "shared") is not null;
        if (root.Element(Dav + "locktype")?.Element(Dav + "write") is null || isShared == scope?.Element(Dav + "exclusive") is not null)
        {
            throw ProblemException.Malformed("lockinfo must contain the locktype write and the lockscope exclusive or shared.");
        }

        var owner = root.Element(Dav + "owner") is { } element ? Write(element) : null;
        return owner?.Length > DavLock.MaxOwnerLength
            ? throw ProblemException.Malformed($"owner has {owner.Length} characters; {DavLock.MaxOwnerLength} are allowed.")
            : new WantedDavLock(isShared, isDeep, owner);
    }

    /// <summary>Writes an element with the declarations of its namespaces and the language that applies to it.</summary>
    private static string Write(XElement element)
    {
        var copy = new XElement(element);
        var language = element.AncestorsAndSelf().Select(one => one.Attribute(XNamespace.Xml + "lang")).FirstOrDefault(attribute => attribute is not null);
        copy.SetAttributeValue(XNamespace.Xml + "lang", language?.Value);
        return copy.ToString(SaveOptions.DisableFormatting);
    }

    private static async Task<XElement?> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            EnsureFlat(body);
            body.Position = 0;
            using var reader = XmlReader.Create(body, Settings());
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root;
        }
        catch (XmlException exception)
        {
            throw ProblemException.Malformed($"The body is not well-formed XML: {exception.Message}");
        }
    }

    private static void EnsureFlat(MemoryStream body)
    {
        body.Position = 0;
        using var reader = XmlReader.Create(body, Settings());
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                throw ProblemException.Malformed($"Elements are nested more than {MaxDepth} levels deep.");
            }
        }
    }

    private static XmlReaderSettings Settings() => new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = false };

    private static void Ensure(XElement root, string name)
    {
        if (root.Name != Dav + name)
        {
            throw ProblemException.Malformed($"The body's element is '{root.Name.LocalName}'; it must be '{name}' in the namespace 'DAV:'.");
        }
    }

    private static ProblemException TooMany(int count) => ProblemException.Malformed($"The body names {count} properties; {MaxProperties} are allowed.");
}
