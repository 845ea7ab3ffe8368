using System.Globalization;
using System.Text;
using System.Xml;
using ImageHub.Application.WebDav;
using ImageHub.Domain.WebDav;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.WebDav;

/// <summary>
/// Writes a multistatus response (RFC 4918, section 13). Entries are sent as they arrive, so that memory does not depend on the size of a folder.
/// </summary>
internal sealed class Multistatus(IAsyncEnumerable<IReadOnlyList<DavEntry>> entries, DavPropertyQuery query, TimeProvider clock) : IActionResult
{
    private const string Prefix = "D";

    /// <summary>Written entries are sent once they exceed this size, in bytes. An entry may have 64 KiB of properties.</summary>
    private const int BufferBytes = 64 * 1024;

    private const string Ok = "HTTP/1.1 200 OK";
    private const string NotFound = "HTTP/1.1 404 Not Found";

    private static readonly DavName[] Computed =
    [
        .. ((string[])["creationdate", "displayname", "getcontentlength", "getcontenttype", "getetag", "getlastmodified", "resourcetype", "supportedlock", "lockdiscovery"]).Select(name => new DavName(DavXml.Dav, name)),
    ];

    private readonly DateTimeOffset now = clock.GetUtcNow();

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.StatusCode = StatusCodes.Status207MultiStatus;
        response.ContentType = DavXml.ContentType;
        using var page = new MemoryStream();
        await using var writer = Create(page);
        await Begin(writer, page, response);
        await foreach (var some in entries.WithCancellation(context.HttpContext.RequestAborted))
        {
            foreach (var entry in some)
            {
                WriteEntry(writer, entry);
                if (page.Length > BufferBytes)
                {
                    await SendAsync(writer, page, response);
                }
            }

            await SendAsync(writer, page, response);
        }

        await writer.WriteEndElementAsync();
        await SendAsync(writer, page, response);
    }

    /// <summary>Writes the response to a PROPPATCH.</summary>
    public static async Task WriteChangedAsync(HttpResponse response, string href, IReadOnlyList<DavPropertyChange> changes, bool areMade)
    {
        response.StatusCode = StatusCodes.Status207MultiStatus;
        response.ContentType = DavXml.ContentType;
        using var page = new MemoryStream();
        await using var writer = Create(page);
        await Begin(writer, page, response);
        BeginResponse(writer, href);
        var results = changes.DistinctBy(change => (change.Namespace, change.Name)).GroupBy(
            change => areMade ? Ok : change.IsProtected ? "HTTP/1.1 403 Forbidden" : "HTTP/1.1 424 Failed Dependency", StringComparer.Ordinal);
        foreach (var status in results)
        {
            BeginProperties(writer);
            foreach (var change in status)
            {
                WriteName(writer, new DavName(change.Namespace, change.Name));
            }

            EndProperties(writer, status.Key);
        }

        await writer.WriteEndElementAsync();
        await writer.WriteEndElementAsync();
        await SendAsync(writer, page, response);
    }

    /// <summary>Writes the response to a LOCK: the property <c>lockdiscovery</c>.</summary>
    public static async Task WriteLockAsync(HttpResponse response, DavLock granted, DateTimeOffset now)
    {
        response.ContentType = DavXml.ContentType;
        using var page = new MemoryStream();
        await using var writer = Create(page);
        writer.WriteStartDocument();
        writer.WriteStartElement(Prefix, "prop", DavXml.Dav);
        WriteLocks(writer, [granted], now);
        await writer.WriteEndElementAsync();
        await SendAsync(writer, page, response);
    }

    private static XmlWriter Create(MemoryStream page) => XmlWriter.Create(page, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Async = true });

    private static Task Begin(XmlWriter writer, MemoryStream page, HttpResponse response)
    {
        writer.WriteStartDocument();
        writer.WriteStartElement(Prefix, "multistatus", DavXml.Dav);
        return SendAsync(writer, page, response);
    }

    /// <summary>Sends the text written so far.</summary>
    private static async Task SendAsync(XmlWriter writer, MemoryStream page, HttpResponse response)
    {
        await writer.FlushAsync();
        await response.Body.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), response.HttpContext.RequestAborted);
        page.SetLength(0);
    }

    private void WriteEntry(XmlWriter writer, DavEntry entry)
    {
        BeginResponse(writer, entry.Resource.Href);
        var stored = entry.Properties.ToDictionary(property => new DavName(property.Namespace, property.Name));
        var names = query.Names ?? [.. Computed.Where(name => Has(entry, name)), .. stored.Keys];
        var (known, unknown) = (names.Where(name => stored.ContainsKey(name) || Has(entry, name)).ToList(), names.Where(name => !stored.ContainsKey(name) && !Has(entry, name)).ToList());
        if (known.Count > 0 || unknown.Count == 0)
        {
            BeginProperties(writer);
            foreach (var name in known)
            {
                if (query.AreNamesOnly)
                {
                    WriteName(writer, name);
                }
                else if (stored.TryGetValue(name, out var property))
                {
                    writer.WriteRaw(property.Value);
                }
                else
                {
                    WriteComputed(writer, entry, name.LocalName);
                }
            }

            EndProperties(writer, Ok);
        }

        if (unknown.Count > 0)
        {
            BeginProperties(writer);
            unknown.ForEach(name => WriteName(writer, name));
            EndProperties(writer, NotFound);
        }

        writer.WriteEndElement();
    }

    private static bool Has(DavEntry entry, DavName name) => Computed.Contains(name) && (entry.Resource.File is not null || name.LocalName is not ("getcontentlength" or "getcontenttype" or "getetag"));

    private void WriteComputed(XmlWriter writer, DavEntry entry, string name)
    {
        var (folder, file) = (entry.Resource.Folder, entry.Resource.File);
        switch (name)
        {
            case "lockdiscovery":
                WriteLocks(writer, entry.Locks, now);
                return;
            case "supportedlock":
                WriteSupportedLocks(writer);
                return;
            case "resourcetype":
                writer.WriteStartElement(Prefix, name, DavXml.Dav);
                if (file is null)
                {
                    writer.WriteElementString(Prefix, "collection", DavXml.Dav, null);
                }

                writer.WriteEndElement();
                return;
            default:
                writer.WriteElementString(Prefix, name, DavXml.Dav, name switch
                {
                    "creationdate" => (file?.CreatedAt ?? folder.CreatedAt).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    "displayname" => ToXmlText(file?.Name ?? folder.Title),
                    "getcontentlength" => file!.Bytes.ToString(CultureInfo.InvariantCulture),
                    "getcontenttype" => file!.ContentType,
                    "getetag" => $"\"{file!.ETag}\"",
                    _ => (file?.ChangedAt ?? folder.ChangedAt).ToString("R", CultureInfo.InvariantCulture),
                });
                return;
        }
    }

    private static void WriteSupportedLocks(XmlWriter writer)
    {
        writer.WriteStartElement(Prefix, "supportedlock", DavXml.Dav);
        foreach (var scope in (string[])["exclusive", "shared"])
        {
            writer.WriteStartElement(Prefix, "lockentry", DavXml.Dav);
            WriteOne(writer, "lockscope", scope);
            WriteOne(writer, "locktype", "write");
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteLocks(XmlWriter writer, IReadOnlyList<DavLock> locks, DateTimeOffset now)
    {
        writer.WriteStartElement(Prefix, "lockdiscovery", DavXml.Dav);
        foreach (var held in locks)
        {
            writer.WriteStartElement(Prefix, "activelock", DavXml.Dav);
            WriteOne(writer, "locktype", "write");
            WriteOne(writer, "lockscope", held.IsShared ? "shared" : "exclusive");
            writer.WriteElementString(Prefix, "depth", DavXml.Dav, held.IsDeep ? "infinity" : "0");
            if (held.Owner is not null)
            {
                writer.WriteRaw(held.Owner);
            }

            var left = Math.Max(0, (long)Math.Ceiling((held.ExpiresAt - now).TotalSeconds));
            writer.WriteElementString(Prefix, "timeout", DavXml.Dav, string.Create(CultureInfo.InvariantCulture, $"Second-{left}"));
            WriteText(writer, "locktoken", held.Token);
            WriteText(writer, "lockroot", held.Href);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteOne(XmlWriter writer, string name, string child)
    {
        writer.WriteStartElement(Prefix, name, DavXml.Dav);
        writer.WriteElementString(Prefix, child, DavXml.Dav, null);
        writer.WriteEndElement();
    }

    private static void WriteText(XmlWriter writer, string name, string href)
    {
        writer.WriteStartElement(Prefix, name, DavXml.Dav);
        writer.WriteElementString(Prefix, "href", DavXml.Dav, href);
        writer.WriteEndElement();
    }

    private static void WriteName(XmlWriter writer, DavName name)
    {
        if (name.Namespace == DavXml.Dav)
        {
            writer.WriteElementString(Prefix, name.LocalName, DavXml.Dav, null);
        }
        else
        {
            writer.WriteElementString(name.LocalName, name.Namespace, null);
        }
    }

    private static void BeginResponse(XmlWriter writer, string href)
    {
        writer.WriteStartElement(Prefix, "response", DavXml.Dav);
        writer.WriteElementString(Prefix, "href", DavXml.Dav, href);
    }

    private static void BeginProperties(XmlWriter writer)
    {
        writer.WriteStartElement(Prefix, "propstat", DavXml.Dav);
        writer.WriteStartElement(Prefix, "prop", DavXml.Dav);
    }

    private static void EndProperties(XmlWriter writer, string status)
    {
        writer.WriteEndElement();
        writer.WriteElementString(Prefix, "status", DavXml.Dav, status);
        writer.WriteEndElement();
    }

    /// <summary>Removes the control characters that XML cannot contain. Titles may contain them.</summary>
    private static string ToXmlText(string text) => string.Concat(text.Where(character => char.IsSurrogate(character) || XmlConvert.IsXmlChar(character)));
}
