using System.Text.Json.Serialization;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>The site's manifest as an installed app (W3C Web Application Manifest).</summary>
public sealed record WebManifest
{
    /// <summary>The site's title.</summary>
    public required string Name { get; init; }

    /// <summary>The site's description; absent if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>The app's id, unique within its origin.</summary>
    public string Id { get; } = "/";

    /// <summary>The start page.</summary>
    [JsonPropertyName("start_url")]
    public string StartUrl { get; } = "/";

    /// <summary>The pages that belong to the app.</summary>
    public string Scope { get; } = "/";

    /// <summary>The display mode: a separate window.</summary>
    public string Display { get; } = "standalone";

    /// <summary>The background colour before a page is drawn.</summary>
    [JsonPropertyName("background_color")]
    public string BackgroundColor { get; } = "#fbfbfa";

    /// <summary>The site's accent colour.</summary>
    [JsonPropertyName("theme_color")]
    public required string ThemeColor { get; init; }

    /// <summary>The icons.</summary>
    public IReadOnlyList<WebManifestIcon> Icons { get; } =
    [
        new("/icon.svg", "any", "image/svg+xml", "any"),
        new("/icon-192.png", "192x192", "image/png", "any"),
        new("/icon-512.png", "512x512", "image/png", "any"),
        new("/icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ];

    /// <summary>Creates the manifest of a site. A site without an accent colour uses the app's default colour.</summary>
    internal static WebManifest From(SiteResponse site) =>
        new() { Name = site.Title, Description = site.Introduction, ThemeColor = site.Accent ?? "#2a2b2d" };
}

/// <summary>An icon of an installed app.</summary>
/// <param name="Src">The icon's address.</param>
/// <param name="Sizes">The size in pixels, such as <c>192x192</c>; <c>any</c> for vector images.</param>
/// <param name="Type">The media type.</param>
/// <param name="Purpose"><c>any</c>, or <c>maskable</c> for an icon that may be cropped to a shape.</param>
public sealed record WebManifestIcon(string Src, string Sizes, string Type, string Purpose);
