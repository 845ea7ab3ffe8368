using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ImageHub.Api.Requests;
using ImageHub.Application.Site;
using ImageHub.Domain;

namespace ImageHub.Api.Web;

/// <summary>
/// Writes a page's head: title, description, canonical address, OpenGraph, Twitter card, JSON-LD, and the site's data for the app. User input is encoded as
/// text.
/// </summary>
internal static class PageHead
{
    /// <summary>The maximum length of a description in characters, as in search results.</summary>
    private const int MaxDescriptionLength = 200;

    // The size of a logo in the header, in CSS pixels. Brand.tsx has the same numbers.
    private const int MaxLogoWidth = 220;
    private const int MaxLogoHeight = 36;

    // Letters of all scripts stay readable; HTML's special characters are always encoded, also in the JSON of a script element.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Writes the elements.</summary>
    /// <param name="page">The page's metadata.</param>
    /// <param name="addresses">The site's public addresses.</param>
    /// <param name="root">The prefix for the paths of the page and its image.</param>
    public static string Write(PageContent page, SiteAddresses addresses, string root)
    {
        var head = new StringBuilder();
        var title = page.Title is null ? Line(page.Site.Title) : $"{Line(page.Title)} · {Line(page.Site.Title)}";
        head.Append("<title>").Append(Html.Encode(title)).Append("</title>");
        if (!page.IsListed)
        {
            Meta("name", "robots", "noindex");
        }

        var description = Shorten(page.Description);
        Meta("name", "description", description);
        if (page is { Title: null, Path: null })
        {
            return head.Append(ForApp(page.Site)).ToString();
        }

        if (page.Path is not null)
        {
            head.Append("<link rel=\"canonical\" href=\"").Append(Html.Encode(root + page.Path)).Append("\">");
            Meta("property", "og:url", root + page.Path);
        }

        var shown = Line(page.Title ?? page.Site.Title);
        Meta("property", "og:type", "website");
        Meta("property", "og:site_name", Line(page.Site.Title));
        Meta("property", "og:title", shown);
        Meta("property", "og:description", description);
        Meta("name", "twitter:card", page.Picture is null ? "summary" : "summary_large_image");
        Meta("name", "twitter:title", shown);
        Meta("name", "twitter:description", description);
        if (page.Picture?.High is { } picture)
        {
            var text = Line(page.Picture.Title ?? shown);
            Meta("property", "og:image", root + picture.Url);
            Meta("property", "og:image:type", picture.ContentType);
            Meta("property", "og:image:width", picture.Width.ToString(CultureInfo.InvariantCulture));
            Meta("property", "og:image:height", picture.Height.ToString(CultureInfo.InvariantCulture));
            Meta("property", "og:image:alt", text);
            Meta("name", "twitter:image", root + picture.Url);
            Meta("name", "twitter:image:alt", text);
        }

        if (addresses.AreKnown && page is { IsListed: true, Path: not null })
        {
            Alternate("application/atom+xml", addresses.To(SiteFiles.Feed), page.Site.Title);
            if (page.IsEmbeddable)
            {
                Alternate("application/json+oembed", $"{addresses.To(SiteFiles.Embed)}?url={Uri.EscapeDataString(addresses.To(page.Path))}&format=json", shown);
            }
        }

        if (page.Data is not null)
        {
            var data = new JsonObject { ["@context"] = "https://schema.org" };
            foreach (var (name, value) in page.Data)
            {
                data[name] = value?.DeepClone();
            }

            head.Append("<script type=\"application/ld+json\">").Append(data.ToJsonString(Json)).Append("</script>");
        }

        return head.Append(ForApp(page.Site)).ToString();

        void Meta(string key, string name, string? content)
        {
            if (content is not null)
            {
                head.Append("<meta ").Append(key).Append("=\"").Append(name).Append("\" content=\"").Append(Html.Encode(content)).Append("\">");
            }
        }

        void Alternate(string type, string address, string name) => head
            .Append("<link rel=\"alternate\" type=\"").Append(type).Append("\" href=\"").Append(Html.Encode(address)).Append("\" title=\"").Append(Html.Encode(Line(name))).Append("\">");
    }

    /// <summary>Shortens a description to one line of limited length.</summary>
    public static string? Shorten(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var line = Line(text);
        return Characters.Count(line) <= MaxDescriptionLength ? line : Characters.Take(line, MaxDescriptionLength - 1).TrimEnd() + "…";
    }

    /// <summary>
    /// Writes the header's logo, or the site's title, shown until the app has loaded. On the gallery's page, the title is below the header. The app shows
    /// the same elements (Brand.tsx).
    /// </summary>
    public static string WriteBrand(PageContent page)
    {
        var site = page.Site;
        if ((site.Logo ?? site.LogoDark) is not { } logo)
        {
            return page.IsGallery ? "" : $"<span>{Html.Encode(site.Title)}</span>";
        }

        var dark = site.Logo is not null && site.LogoDark is not null
            ? $"<source media=\"(prefers-color-scheme: dark)\" srcset=\"{Html.Encode(site.LogoDark.Url)}\"{Size(site.LogoDark)}>"
            : "";
        var only = dark != "" ? "" : $" data-only=\"{(site.Logo is null ? "dark" : "light")}\"";
        return $"<picture>{dark}<img class=\"logo\" src=\"{Html.Encode(logo.Url)}\"{Size(logo)} alt=\"{Html.Encode(site.Title)}\"{only}></picture>";

        static string Size(LogoLink logo)
        {
            var scale = Math.Min(1, Math.Min((double)MaxLogoWidth / logo.Width, (double)MaxLogoHeight / logo.Height));
            return string.Create(CultureInfo.InvariantCulture, $" width=\"{Scale(logo.Width, scale)}\" height=\"{Scale(logo.Height, scale)}\"");
        }

        static int Scale(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale, MidpointRounding.AwayFromZero));
    }

    /// <summary>
    /// Writes the site as the API would return it, in a data element, so that the app needs no request and can show it immediately.
    /// </summary>
    private static string ForApp(SiteResponse site)
    {
        var data = new JsonObject
        {
            ["title"] = site.Title,
            ["introduction"] = site.Introduction,
            ["photographer"] = site.Photographer,
            ["about"] = site.About,
            ["email"] = site.Email,
            ["accent"] = site.Accent,
            ["footer"] = new JsonArray([.. site.Footer.Select(link => new JsonObject { ["label"] = link.Label, ["url"] = link.Url })]),
            ["layout"] = EnumNames.Of(site.Layout),
            ["typeface"] = EnumNames.Of(site.Typeface),
            ["logo"] = Logo(site.Logo),
            ["logoDark"] = Logo(site.LogoDark),
            ["watermark"] = site.Watermark is { } mark
                ? new JsonObject { ["imageId"] = mark.ImageId, ["position"] = EnumNames.Of(mark.Position), ["opacity"] = mark.Opacity, ["widthPercent"] = mark.WidthPercent }
                : null,
            ["publicUrl"] = site.PublicUrl,
            ["hasProducts"] = site.HasProducts,
        };
        return $"<script type=\"application/json\" id=\"site\">{data.ToJsonString(Json)}</script>";

        static JsonObject? Logo(LogoLink? logo) => logo is null ? null : new JsonObject { ["url"] = logo.Url, ["width"] = logo.Width, ["height"] = logo.Height };
    }

    private static string Line(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
