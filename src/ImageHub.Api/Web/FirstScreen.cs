using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Site;
using ImageHub.Domain.Images;

namespace ImageHub.Api.Web;

/// <summary>
/// Writes a page's first screen with the web app's class names and measures, so that photos do not wait for the app's code and browsers without scripts show
/// working links. User input is encoded as text.
/// </summary>
/// <remarks>
/// The app replaces the elements with identical ones, and adds the texts in the reader's language. The sources are the web app's GalleryPage.tsx,
/// GroupHead.tsx and Photo.tsx, fetchPhoto.ts (candidates) and sizes.ts. A class is named after its style sheet.
/// </remarks>
internal static class FirstScreen
{
    /// <summary>The number of photos on the first screen, which are not fetched lazily.</summary>
    private const int Eager = 4;

    /// <summary>A cover with a lower ratio of width to height counts as upright. A group's page shows an upright cover beside the title.</summary>
    private const double UprightRatio = 1.1;

    /// <summary>The minimum share of the screen's pixels that a picture needs to look sharp.</summary>
    private const double Sharp = 0.95;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly ImageFormat[] Formats = [ImageFormat.Avif, ImageFormat.WebP];

    /// <summary>Writes a page of the gallery.</summary>
    /// <param name="site">The site.</param>
    /// <param name="groups">The groups of the page.</param>
    /// <param name="page">The page's number, from 1.</param>
    public static string WriteGallery(SiteResponse site, FrontGroups groups, int page)
    {
        var html = Begin().Append("<div class=\"GalleryPage_head\"><div class=\"Masthead_masthead\"><h1 class=\"Masthead_title\">").Append(Html.Encode(site.Title)).Append("</h1>");
        if (page == 1 && site.Introduction is { } introduction)
        {
            html.Append("<p class=\"Masthead_introduction\">").Append(Html.Encode(introduction)).Append("</p>");
        }

        if (page == 1 && site.Photographer is not null)
        {
            html.Append("<p class=\"Masthead_photographer\">&nbsp;</p>");
        }

        html.Append("</div></div><ul class=\"GalleryPage_grid\">");

        // The first page opens with the cover of the first group, which is then the only photo with a high priority.
        var opening = page == 1 && groups.Groups is [{ Cover: not null }, _, ..] ? 1 : 0;
        var urgent = opening == 1 ? 1 : Eager;
        foreach (var (index, group) in groups.Groups.Index())
        {
            var isOpening = index < opening;
            html.Append("<li class=\"").Append(!isOpening ? "GalleryPage_card" : IsUpright(group.Cover!) ? "GalleryPage_opening GalleryPage_upright" : "GalleryPage_opening GalleryPage_wide")
                .Append("\"><a href=\"").Append(PageAddress.ForGroup(group.Slug)).Append("\">");
            if (group.Cover is { } cover)
            {
                var sizes = isOpening ? CoverSizes(cover) : CardSizes(cover, index - opening, groups.Groups.Count - opening);
                AppendPhoto(html, cover, alt: "", sizes, isEager: index < Eager, isUrgent: index < urgent);
            }
            else
            {
                html.Append("<span class=\"GalleryPage_blank\"></span>");
            }

            html.Append("<span class=\"GalleryPage_title\">").Append(Html.Encode(group.Title)).Append("</span><span class=\"GalleryPage_count\">&nbsp;</span></a></li>");
        }

        html.Append("</ul><noscript><p>");
        if (page > 1)
        {
            html.Append(CultureInfo.InvariantCulture, $"<a rel=\"prev\" href=\"/?page={page - 1}\">←</a> ");
        }

        if (groups.HasNext)
        {
            html.Append(CultureInfo.InvariantCulture, $"<a rel=\"next\" href=\"/?page={page + 1}\">→</a>");
        }

        return html.Append("</p></noscript></main>").ToString();
    }

    /// <summary>Writes the head of a group's page and, for browsers without scripts, its first photos.</summary>
    /// <param name="groupId">The group's id, with which the app fetches its photos at once; null below a link.</param>
    /// <param name="title">The group's title.</param>
    /// <param name="description">The group's description, or null.</param>
    /// <param name="cover">The cover that the page shows, or null.</param>
    /// <param name="path">The page's path.</param>
    /// <param name="images">The first photos.</param>
    /// <param name="above">The groups above, outermost first.</param>
    /// <param name="below">The first groups directly below.</param>
    public static string WriteGroup(
        Guid? groupId,
        string title,
        string? description,
        ImageSummary? cover,
        string path,
        IReadOnlyList<ImageSummary> images,
        IReadOnlyList<GroupAbove> above,
        IReadOnlyList<GroupResponse> below)
    {
        var html = Begin(groupId is null ? "" : $" data-group=\"{groupId}\"");
        html.Append("<div class=\"GroupHead_head").Append(cover is null ? "" : " GroupHead_below").Append(cover is not null && IsUpright(cover) ? " GroupHead_upright" : "").Append("\">");
        if (cover is not null)
        {
            html.Append("<div class=\"GroupHead_cover\"><a class=\"GroupHead_picture\" href=\"").Append(Html.Encode($"{path}/images/{cover.Id}")).Append("\">");
            AppendPhoto(html, cover, cover.Title ?? title, CoverSizes(cover), isEager: true, isUrgent: true);
            html.Append("</a>");
        }

        html.Append("<div class=\"GroupHead_words\"><h1 class=\"GroupHead_title\">").Append(Html.Encode(title)).Append("</h1><p class=\"GroupHead_known\">&nbsp;</p></div>")
            .Append(cover is null ? "" : "</div>")
            .Append("<div class=\"GroupHead_line\"></div>");
        if (description is not null)
        {
            html.Append("<p class=\"GroupHead_description\">").Append(Html.Encode(description)).Append("</p>");
        }

        html.Append("</div>");
        AppendPlainGroups(html, above, below);
        AppendPlainPhotos(html, path, images);
        return html.Append("</main>").ToString();
    }

    /// <summary>Writes a photo's page for browsers without scripts. The app shows the photo in its viewer.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="path">The path of the group's page.</param>
    public static string WriteImage(ImageSummary image, string path)
    {
        var (name, high) = (Html.Encode(image.Title ?? image.FileName), image.High!);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<noscript><main class=\"Shell_main\"><p><a href=\"{Html.Encode(path)}\">←</a> {name}</p><a href=\"{Html.Encode((image.Full.Value ?? high).Url)}\"><img src=\"{Html.Encode(high.Url)}\" width=\"{high.Width}\" height=\"{high.Height}\" alt=\"{name}\"></a></main></noscript>");
    }

    /// <summary>Writes the page about the photographer for browsers without scripts.</summary>
    /// <param name="name">The photographer's name, or the site's title.</param>
    /// <param name="about">The text.</param>
    /// <param name="email">The e-mail address, or null.</param>
    public static string WriteAbout(string name, string about, string? email)
    {
        var contact = email is null ? "" : $"<p><a href=\"mailto:{Html.Encode(email)}\">{Html.Encode(email)}</a></p>";
        var lines = string.Join("<br>", about.ReplaceLineEndings("\n").Split('\n').Select(Html.Encode));
        return $"<noscript><main class=\"Shell_main\"><h1>{Html.Encode(name)}</h1><p>{lines}</p>{contact}</main></noscript>";
    }

    private static StringBuilder Begin(string attributes = "") => new($"<main class=\"Shell_main\"{attributes}>");

    private static void AppendPlainGroups(StringBuilder html, IReadOnlyList<GroupAbove> above, IReadOnlyList<GroupResponse> below)
    {
        if (above.Count + below.Count == 0)
        {
            return;
        }

        html.Append("<noscript>");
        if (above.Count > 0)
        {
            html.Append("<p>").AppendJoin(" / ", above.Select(group => $"<a href=\"{PageAddress.ForGroup(group.Id.ToString())}\">{Html.Encode(group.Title)}</a>")).Append("</p>");
        }

        if (below.Count > 0)
        {
            html.Append("<ul>").AppendJoin("", below.Select(group => $"<li><a href=\"{PageAddress.ForGroup(group.Slug)}\">{Html.Encode(group.Title)}</a></li>")).Append("</ul>");
        }

        html.Append("</noscript>");
    }

    private static void AppendPlainPhotos(StringBuilder html, string path, IReadOnlyList<ImageSummary> images)
    {
        html.Append("<noscript>");
        foreach (var image in images)
        {
            var low = image.Low!;
            html.Append(
                CultureInfo.InvariantCulture,
                $"<a href=\"{Html.Encode($"{path}/images/{image.Id}")}\"><img loading=\"lazy\" src=\"{Html.Encode(low.Url)}\" width=\"{low.Width}\" height=\"{low.Height}\" alt=\"{Html.Encode(image.Title ?? "")}\"></a>");
        }

        html.Append("</noscript>");
    }

    private static void AppendPhoto(StringBuilder html, ImageSummary image, string alt, string sizes, bool isEager, bool isUrgent)
    {
        RenditionLink[] renditions = image.Large.Value is { } large ? [image.Low!, image.Medium!, image.High!, large] : [image.Low!, image.Medium!, image.High!];
        html.Append("<span class=\"Photo_photo\"><img class=\"Photo_placeholder\" src=\"").Append(image.Placeholder).Append("\" alt=\"\" aria-hidden=\"true\"><picture>");
        foreach (var (number, format) in Formats.Index())
        {
            var type = format.MediaType();
            if (Array.Exists(renditions, rendition => rendition.Alternates!.Any(alternate => alternate.ContentType == type)))
            {
                var shown = Formats.Skip(number).Select(each => each.MediaType()).ToArray();
                var urls = Array.ConvertAll(renditions, rendition => rendition.Alternates!.FirstOrDefault(alternate => shown.Contains(alternate.ContentType))?.Url ?? rendition.Url);
                html.Append("<source type=\"").Append(type).Append("\" srcset=\"").Append(Candidates(renditions, urls)).Append("\" sizes=\"").Append(sizes).Append("\">");
            }
        }

        html.Append("<img class=\"Photo_image").Append(FocusClasses(image.Focus)).Append("\" srcset=\"").Append(Candidates(renditions, Array.ConvertAll(renditions, rendition => rendition.Url)))
            .Append("\" sizes=\"").Append(sizes)
            .Append("\" src=\"").Append(Html.Encode(image.Low!.Url))
            .Append(CultureInfo.InvariantCulture, $"\" width=\"{image.Width}\" height=\"{image.Height}\" alt=\"{Html.Encode(alt)}\" decoding=\"{(isEager ? "sync" : "async")}\"{(isUrgent ? " fetchpriority=\"high\"" : isEager ? "" : " loading=\"lazy\"")}>")
            .Append("</picture></span>");
    }

    private static string Candidates(RenditionLink[] renditions, string[] urls)
    {
        var candidates = new List<string>();
        var last = 0;
        foreach (var (url, rendition) in urls.Zip(renditions))
        {
            var widest = (int)(rendition.Width / Sharp);
            if (widest <= last)
            {
                continue;
            }

            if (last > 0 && last + 1 < widest)
            {
                candidates.Add(string.Create(CultureInfo.InvariantCulture, $"{Html.Encode(url)} {last + 1}w"));
            }

            candidates.Add(string.Create(CultureInfo.InvariantCulture, $"{Html.Encode(url)} {widest}w"));
            last = widest;
        }

        return string.Join(", ", candidates);
    }

    /// <summary>The classes of a focus point, in steps of 5 %: the binary digits of the number of steps.</summary>
    private static string FocusClasses(FocusPoint? focus)
    {
        if (focus is null)
        {
            return "";
        }

        var classes = new StringBuilder(" Photo_focused");
        foreach (var (axis, share) in (ReadOnlySpan<(char, double)>)[('x', focus.X), ('y', focus.Y)])
        {
            var steps = (int)Math.Round(share * 20, MidpointRounding.AwayFromZero);
            for (var digit = 1; digit <= 16; digit *= 2)
            {
                if ((steps & digit) != 0)
                {
                    classes.Append(CultureInfo.InvariantCulture, $" Photo_{axis}{digit}");
                }
            }
        }

        return classes.ToString();
    }

    private static double RatioOf(ImageSummary image) => (double)image.Width / image.Height;

    private static bool IsUpright(ImageSummary cover) => RatioOf(cover) < UprightRatio;

    private static string CardSizes(ImageSummary cover, int index, int count)
    {
        var crop = Math.Max(1, RatioOf(cover) / 1.5).ToString("0.00", CultureInfo.InvariantCulture);
        var isWhole = count % 2 == 1 && index == count - 1;
        var (narrow, wide) = (Column("123233443433"), Column("123433443544"));
        return $"(max-width: 560px) calc({crop} * ({(isWhole ? "100vw - 32px" : "50vw - 22px")})), (max-width: 900px) calc({crop} * ({(isWhole ? "92vw" : "46vw - 8px")})), (max-width: 1499px) calc({crop} * {narrow}), calc({crop} * {wide})";

        string Column(string columns)
        {
            var each = columns[count - 1] - '0';
            return each == 1 ? "760px" : string.Create(CultureInfo.InvariantCulture, $"(min(100vw, clamp(1280px, 88vw, 2360px)) - {40 + (24 * each)}px) / {each}");
        }
    }

    private static string CoverSizes(ImageSummary cover) => IsUpright(cover)
        ? string.Create(CultureInfo.InvariantCulture, $"(max-width: 900px) 100vw, calc({Math.Max(0.75, RatioOf(cover)):0.000} * clamp(320px, 68svh, 960px))")
        : string.Create(CultureInfo.InvariantCulture, $"(max-width: 600px) max(100vw, calc({RatioOf(cover):0.000} * min(66.7vw, 56svh))), max(100vw, calc({RatioOf(cover):0.000} * clamp(320px, 68svh, 960px)))");
}
