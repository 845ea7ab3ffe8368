using System.Globalization;
using System.Text;
using System.Xml;
using ImageHub.Application.Site;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Web;

/// <summary>Writes a sitemap or the index of its parts while reading it, so that memory use does not grow with the number of groups.</summary>
/// <param name="sitemap">The sitemap to read.</param>
/// <param name="part">The part, from 1.</param>
internal sealed class SitemapResult(Sitemap sitemap, int part) : IActionResult
{
    private const string Schema = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private const string ContentType = "application/xml; charset=utf-8";

    private static readonly XmlWriterSettings Settings = new() { Async = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var (http, addresses) = (context.HttpContext, context.HttpContext.RequestServices.GetRequiredService<SiteAddresses>());
        http.Response.ContentType = ContentType;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        // The writer is not disposed of if reading fails, because disposing would complete the truncated document.
        var xml = XmlWriter.Create(http.Response.Body, Settings);
        await xml.WriteStartDocumentAsync();
        await (sitemap.Groups is null ? WriteIndexAsync(xml, addresses) : WriteAddressesAsync(xml, addresses, sitemap.Groups, http.RequestAborted));
        await xml.WriteEndDocumentAsync();
        await xml.DisposeAsync();
    }

    private static async Task WriteEntryAsync(XmlWriter xml, string name, string address, DateTimeOffset? updatedAt)
    {
        await xml.WriteStartElementAsync(null, name, Schema);
        await xml.WriteElementStringAsync(null, "loc", Schema, address);
        if (updatedAt is { } time)
        {
            await xml.WriteElementStringAsync(null, "lastmod", Schema, time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }

        await xml.WriteEndElementAsync();
    }

    private async Task WriteIndexAsync(XmlWriter xml, SiteAddresses addresses)
    {
        await xml.WriteStartElementAsync(null, "sitemapindex", Schema);
        for (var number = 1; number <= sitemap.Parts; number++)
        {
            await WriteEntryAsync(xml, "sitemap", string.Create(CultureInfo.InvariantCulture, $"{addresses.To(SiteFiles.Sitemap)}?part={number}"), updatedAt: null);
        }
    }

    private async Task WriteAddressesAsync(XmlWriter xml, SiteAddresses addresses, IAsyncEnumerable<SitemapGroup> groups, CancellationToken cancellationToken)
    {
        await xml.WriteStartElementAsync(null, "urlset", Schema);
        if (part == 1)
        {
            await WriteEntryAsync(xml, "url", addresses.To("/"), updatedAt: null);
            if (sitemap.HasAbout)
            {
                await WriteEntryAsync(xml, "url", addresses.To(PageAddress.ForAbout), updatedAt: null);
            }
        }

        await foreach (var group in groups.WithCancellation(cancellationToken))
        {
            await WriteEntryAsync(xml, "url", addresses.To(PageAddress.ForGroup(group.Slug)), group.UpdatedAt);
        }
    }
}
