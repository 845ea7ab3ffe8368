using System.Globalization;
using System.Security.Cryptography;
using ImageHub.Api.Delivery;
using ImageHub.Api.OpenApi;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Site;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>
/// The site's files for programs: sitemap, feed, manifest and oEmbed. They contain only public resources. Most of them contain absolute
/// addresses and therefore require <c>Web__PublicUrl</c>.
/// </summary>
[Tags("Site")]
[AllowAnonymous]
public sealed class SiteFilesController : ApiController
{
    private SiteAddresses Addresses => HttpContext.RequestServices.GetRequiredService<SiteAddresses>();

    /// <summary>
    /// Gets the sitemap: the addresses of the gallery, of the page about the photographer and of published groups, for search engines (sitemaps.org).
    /// </summary>
    /// <param name="part">The part, from 1. If there are more than 50,000 addresses, the response without this parameter lists the parts.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [KeepsAnswer(ChangeTags.Groups, "part", Also = ChangeTags.Site)]
    [HttpGet(SiteFiles.Sitemap)]
    [ServesText("application/xml", "The sitemap, or the index of its parts.")]
    [FailsWith(404, 503)]
    public async Task<IActionResult> Sitemap([FromQuery] string? part, CancellationToken cancellationToken)
    {
        EnsureAddressesAreKnown();
        int? number = int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : part is null ? null : 0;
        return new SitemapResult(await Mediator.Send(new ReadSitemap(number), cancellationToken), number ?? 1);
    }

    /// <summary>Gets the rules for search engines (RFC 9309).</summary>
    [Uncounted]
    [HttpGet(SiteFiles.Robots)]
    [ServesText("text/plain", "The rules.")]
    public ContentResult Robots()
    {
        var rules = "User-agent: *\nDisallow: /shared/\nDisallow: /s/\nDisallow: /admin\nDisallow: /account\n";
        return Content(Addresses.AreKnown ? $"{rules}\nSitemap: {Addresses.To(SiteFiles.Sitemap)}\n" : rules, "text/plain; charset=utf-8");
    }

    /// <summary>Gets the latest published groups as an Atom feed (RFC 4287).</summary>
    [KeepsAnswer(ChangeTags.Groups, Also = ChangeTags.Site)]
    [HttpGet(SiteFiles.Feed)]
    [HasEntityTag]
    [ServesText("application/atom+xml", "The feed.")]
    [FailsWith(404, 503)]
    public async Task<IActionResult> Feed(CancellationToken cancellationToken)
    {
        EnsureAddressesAreKnown();
        var site = await Mediator.Send(new GetSite(), cancellationToken);
        var feed = AtomFeed.Write(site, await Mediator.Send(new ListNewGroups(), cancellationToken), Addresses);

        // A weak tag, because the compressed feed has the same tag.
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(feed).AsSpan(0, 16))}\"", isWeak: true);
        return new FileContentResult(feed, "application/atom+xml; charset=utf-8") { EntityTag = tag };
    }

    /// <summary>Gets the manifest with which the site is installed as an app.</summary>
    [KeepsAnswer(ChangeTags.Site)]
    [HttpGet(SiteFiles.Manifest)]
    [PassesUnknownParameters]
    [ProducesResponseType<WebManifest>(200)]
    [FailsWith(503)]
    public async Task<WebManifest> Manifest(CancellationToken cancellationToken) => WebManifest.From(await Mediator.Send(new GetSite(), cancellationToken));

    /// <summary>Gets the oEmbed 1.0 representation of a group's or an image's page: a link or a photo.</summary>
    /// <param name="url">The page's address.</param>
    /// <param name="maxWidth">The maximum width in pixels.</param>
    /// <param name="maxHeight">The maximum height in pixels.</param>
    /// <param name="format">`json`, the default; other formats are 501.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [HttpGet(SiteFiles.Embed)]
    [PassesUnknownParameters]
    [ProducesResponseType<Embedding>(200)]
    [FailsWith(400, 404, 501, 503)]
    public async Task<ActionResult<Embedding>> Embed(
        [FromQuery, Needed] string? url, [FromQuery(Name = "maxwidth")] int? maxWidth, [FromQuery(Name = "maxheight")] int? maxHeight, [FromQuery] string? format, CancellationToken cancellationToken)
    {
        EnsureAddressesAreKnown();
        if (format is not (null or "json"))
        {
            throw new ProblemException(Problems.EmbedFormatNotImplemented, $"format is '{format}'; this server supports only json, which is also the default.");
        }

        if (string.IsNullOrEmpty(url))
        {
            throw ProblemException.Invalid("url", $"url is missing; send the address of a page of this site, such as {Addresses.To("/groups/…")}.");
        }

        foreach (var (name, value) in new[] { ("maxwidth", maxWidth), ("maxheight", maxHeight) })
        {
            if (value < 1)
            {
                throw ProblemException.Invalid(name, $"{name} is {value}; 1 or more is allowed.");
            }
        }

        var page = Addresses.FindPath(url) is { } path ? PageAddress.Find(path) : null;
        if (page is not { GroupName: { } groupName })
        {
            throw ProblemException.NotFound("page of a group or an image on this site");
        }

        var site = await Mediator.Send(new GetSite(), cancellationToken);
        var group = await Mediator.Send(new FindGroupByAddress(groupName), cancellationToken);
        if (page.Kind == PageKind.Group)
        {
            return Embedding.OfGroup(site, group, maxWidth, maxHeight, Addresses);
        }

        var image = await Mediator.Send(new GetImage(page.ImageId), cancellationToken);
        return image.GroupId.Value == group.Id ? Embedding.OfImage(site, image, maxWidth, maxHeight, Addresses) : throw ProblemException.NotFound("image");
    }

    private void EnsureAddressesAreKnown()
    {
        if (!Addresses.AreKnown)
        {
            throw new ProblemException(Problems.NotFound, "The server does not know its public address; an admin can configure it as Web__PublicUrl.");
        }
    }
}

/// <summary>Declares a response that is neither JSON nor an image.</summary>
/// <param name="mediaType">The media type.</param>
/// <param name="description">The response's description.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesTextAttribute(string mediaType, string description) : Attribute, IPassesUnknownParameters
{
    /// <summary>The media type.</summary>
    public string MediaType { get; } = mediaType;

    /// <summary>The response's description.</summary>
    public string Description { get; } = description;
}
