using System.Globalization;
using System.Text;
using System.Xml;
using ImageHub.Application.Groups;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>The Atom feed of new groups (RFC 4287).</summary>
internal static class AtomFeed
{
    private const string Atom = "http://www.w3.org/2005/Atom";

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    /// <summary>Writes the feed.</summary>
    public static byte[] Write(SiteResponse site, IReadOnlyList<GroupResponse> groups, SiteAddresses addresses)
    {
        using var feed = new MemoryStream();
        using (var xml = XmlWriter.Create(feed, Settings))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteElementString("id", Atom, addresses.To("/"));
            xml.WriteElementString("title", Atom, Clean(site.Title));
            if (site.Introduction is not null)
            {
                xml.WriteElementString("subtitle", Atom, Clean(site.Introduction));
            }

            xml.WriteElementString("updated", Atom, Time(groups.Count == 0 ? DateTimeOffset.UnixEpoch : groups.Max(group => group.UpdatedAt)));
            xml.WriteStartElement("author", Atom);
            xml.WriteElementString("name", Atom, Clean(site.Photographer ?? site.Title));
            xml.WriteEndElement();
            WriteLink(xml, "self", addresses.To(SiteFiles.Feed), "application/atom+xml");
            WriteLink(xml, "alternate", addresses.To("/"), "text/html");
            foreach (var group in groups)
            {
                WriteEntry(xml, group, addresses);
            }

            xml.WriteEndElement();
        }

        return feed.ToArray();
    }

    private static void WriteEntry(XmlWriter xml, GroupResponse group, SiteAddresses addresses)
    {
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, $"urn:uuid:{group.Id}");
        xml.WriteElementString("title", Atom, Clean(group.Title));
        xml.WriteElementString("published", Atom, Time(group.CreatedAt));
        xml.WriteElementString("updated", Atom, Time(group.UpdatedAt));
        WriteLink(xml, "alternate", addresses.To(PageAddress.ForGroup(group.Slug)), "text/html");
        if (group.Cover?.High is { } cover)
        {
            WriteLink(xml, "enclosure", addresses.To(cover.Url), cover.ContentType, cover.Bytes);
        }

        if (group.Description is not null)
        {
            xml.WriteElementString("summary", Atom, Clean(group.Description));
        }

        xml.WriteEndElement();
    }

    private static void WriteLink(XmlWriter xml, string relation, string address, string type, long? bytes = null)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("href", address);
        xml.WriteAttributeString("type", type);
        if (bytes is not null)
        {
            xml.WriteAttributeString("length", bytes.Value.ToString(CultureInfo.InvariantCulture));
        }

        xml.WriteEndElement();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Replaces characters that XML does not allow (XML 1.0, section 2.2) with U+FFFD.</summary>
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()));
}
