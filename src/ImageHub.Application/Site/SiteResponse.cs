using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Domain.Site;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>The site.</summary>
/// <param name="Title">The title; <c>Gallery</c> by default.</param>
/// <param name="Introduction">A short text above the gallery, or null.</param>
/// <param name="Photographer">The photographer's name, or null.</param>
/// <param name="About">The text of the page <c>/about</c>; null if there is no such page.</param>
/// <param name="Email">The e-mail address for visitors, or null.</param>
/// <param name="Accent"><c>#rrggbb</c> in lower case; null for the app's default colour. White text on it has a contrast of at least 4.5:1.</param>
/// <param name="Footer">The links in every page's footer; at most 8.</param>
/// <param name="Layout">The layout of groups' photos.</param>
/// <param name="Typeface">The typeface of titles.</param>
/// <param name="Logo">The logo, or null.</param>
/// <param name="LogoDark">The logo for dark pages; null to show <c>logo</c> there, too.</param>
/// <param name="Watermark">The watermark on photos of groups and links that require one, or null.</param>
public sealed record SiteResponse(
    string Title,
    string? Introduction,
    string? Photographer,
    string? About,
    string? Email,
    string? Accent,
    IReadOnlyList<FooterLink> Footer,
    PhotoLayout Layout,
    TitleTypeface Typeface,
    LogoLink? Logo,
    LogoLink? LogoDark,
    Watermark? Watermark)
{
    /// <summary>The site's public address from the settings; null if not set. Without it there is no sitemap, feed or oEmbed.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Whether the pages show products and their stock (<c>Inventory__Enabled</c>).</summary>
    public bool HasProducts { get; init; }
}

/// <summary>A logo of the site.</summary>
/// <param name="Url">The address, relative to the server's root. It contains a revision, so that its bytes never change.</param>
/// <param name="Width">The width in pixels; at most 1,200.</param>
/// <param name="Height">The height in pixels; at most 600.</param>
public sealed record LogoLink(string Url, int Width, int Height)
{
    /// <summary>Creates the link of a logo.</summary>
    internal static LogoLink To(bool isDark, int revision, int width, int height) =>
        new(string.Create(CultureInfo.InvariantCulture, $"/api/v1/site/logo{(isDark ? "/dark" : "")}?r={revision}"), width, height);
}

/// <summary>Reads the site with its logos in one query.</summary>
internal static class SiteRows
{
    /// <summary>Reads the site as visitors see it. All callers get the same result.</summary>
    public static async Task<SiteResponse> ReadSiteAsync(this IImageHubDb db, CancellationToken cancellationToken)
    {
        var row = await db.SiteProfiles
            .Select(site => new
            {
                Site = site,
                Logos = db.SiteLogos
                    .Where(logo => logo.Width > 0)
                    .Select(logo => new { logo.IsDark, Link = LogoLink.To(logo.IsDark, logo.Revision, logo.Width, logo.Height) })
                    .ToList(),
            })
            .SingleAsync(cancellationToken);
        var site = row.Site;
        return new SiteResponse(
            site.Title ?? SiteProfile.DefaultTitle,
            site.Introduction,
            site.Photographer,
            site.About,
            site.Email,
            site.Accent,
            site.Footer,
            site.Layout,
            site.Typeface,
            row.Logos.Find(logo => !logo.IsDark)?.Link,
            row.Logos.Find(logo => logo.IsDark)?.Link,
            site.Watermark);
    }
}
