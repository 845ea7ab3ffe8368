using System.Text.Json.Serialization;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>How the site looks once it is installed as an app (W3C Web Application Manifest).</summary>
public sealed record WebManifest
{
    /// <summary>What the site is called.</summary>
    public required string Name { get; init; }

    /// <summary>What the site is about, or absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>What tells it from other apps of this origin.</summary>
    public string Id { get; } = "/";

    /// <summary>The page that it opens with.</summary>
    [JsonPropertyName("start_url")]
    public string StartUrl { get; } = "/";

    /// <summary>The pages that belong to it.</summary>
    public string Scope { get; } = "/";

    /// <summary>A window of its own.</summary>
    public string Display { get; } = "standalone";

    /// <summary>The colour before a page is drawn.</summary>
    [JsonPropertyName("background_color")]
    public string BackgroundColor { get; } = "#fbfbfa";

    /// <summary>The site's accent colour.</summary>
    [JsonPropertyName("theme_color")]
    public required string ThemeColor { get; init; }

    /// <summary>Its icons, as files of the web app.</summary>
    public IReadOnlyList<WebManifestIcon> Icons { get; } =
    [
        new("/icon.svg", "any", "image/svg+xml", "any"),
        new("/icon-192.png", "192x192", "image/png", "any"),
        new("/icon-512.png", "512x512", "image/png", "any"),
        new("/icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ];

    /// <summary>The manifest of a site; without an accent of its own it has the app's.</summary>
    internal static WebManifest From(SiteResponse site) =>
        new() { Name = site.Title, Description = site.Introduction, ThemeColor = site.Accent ?? "#1f5fd0" };
}

/// <summary>An icon of an installed app.</summary>
/// <param name="Src">Its address.</param>
/// <param name="Sizes">Its size in pixels, such as <c>192x192</c>; <c>any</c> for drawings.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Purpose"><c>any</c>, or <c>maskable</c> for one that may be cut to a shape.</param>
public sealed record WebManifestIcon(string Src, string Sizes, string Type, string Purpose);
