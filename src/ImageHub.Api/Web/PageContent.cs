using System.Text.Json.Nodes;
using ImageHub.Application.Images;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>A page's metadata for clients that do not run the app, such as search engines and link previews, and its first screen.</summary>
/// <param name="Site">The page's site.</param>
/// <param name="Title">The page's title; null for the site's title.</param>
internal sealed record PageContent(SiteResponse Site, string? Title = null)
{
    /// <summary>One or two sentences, or null.</summary>
    public string? Description { get; init; }

    /// <summary>The page's canonical path, or null if it must not be disclosed.</summary>
    public string? Path { get; init; }

    /// <summary>The preview image, or null.</summary>
    public ImageSummary? Picture { get; init; }

    /// <summary>The HTML of the first screen, written by <see cref="FirstScreen"/>; empty if only the app shows the page.</summary>
    public string FirstScreen { get; init; } = "";

    /// <summary>The schema.org data without its context, or null.</summary>
    public JsonObject? Data { get; init; }

    /// <summary>Whether the page is the gallery.</summary>
    public bool IsGallery { get; init; }

    /// <summary>Whether search engines may index the page.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>Whether the page supports oEmbed.</summary>
    public bool IsEmbeddable { get; init; }

    /// <summary>The <c>Cache-Control</c> header.</summary>
    public string CacheControl { get; init; } = "no-cache";
}
