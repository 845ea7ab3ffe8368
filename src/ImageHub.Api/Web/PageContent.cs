using System.Text.Json.Nodes;
using ImageHub.Application.Images;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>What a page says of itself to those who do not run the app: search engines, and programs that show a link.</summary>
/// <param name="Site">The site that the page is of.</param>
/// <param name="Title">What the page shows; null: the site itself.</param>
internal sealed record PageContent(SiteResponse Site, string? Title = null)
{
    /// <summary>A sentence or two, or null.</summary>
    public string? Description { get; init; }

    /// <summary>The page's own path; null: it has none to be told.</summary>
    public string? Path { get; init; }

    /// <summary>The picture that stands for it, or null.</summary>
    public ImageSummary? Picture { get; init; }

    /// <summary>The photo that the app shows across the page first, or null.</summary>
    public ImageSummary? Cover { get; init; }

    /// <summary>What it shows in the words of schema.org, without a context; null: none.</summary>
    public JsonObject? Data { get; init; }

    /// <summary>Whether search engines may list it.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>Whether oEmbed tells of it, too.</summary>
    public bool IsEmbeddable { get; init; }

    /// <summary>Who may keep the page: <c>Cache-Control</c>.</summary>
    public string CacheControl { get; init; } = "no-cache";
}
